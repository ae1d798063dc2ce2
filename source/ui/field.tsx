/** The bottom line while a field is open: its label, what is typed, and the keys on the right. */
import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import type {Field as FieldModel} from '../app/chrome.ts';

type FieldProps = {
	readonly field: FieldModel;
	readonly hints: string;
	readonly onField: (text: string) => void;
};

export const Field = ({field, hints, onField}: FieldProps) => (
	<Box height={1} paddingX={1} justifyContent="space-between" gap={2}>
		<Box flexShrink={1} minWidth={0} flexGrow={1}>
			<Box flexShrink={0}>
				<Text bold color="cyan">
					{field.label}
				</Text>
			</Box>
			<Text wrap={field.value === '' ? 'truncate-end' : 'truncate-start'}>
				<TextInput value={field.value} placeholder={field.hint} onChange={onField} />
			</Text>
		</Box>
		<Box flexShrink={0}>
			<Text dimColor>{hints}</Text>
		</Box>
	</Box>
);
