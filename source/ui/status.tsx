/** The bottom line: a field while one is open, else what the person should know now; the hints on the right. */
import {Box, Text} from 'ink';
import TextInput from 'ink-text-input';
import type {ChromeModel} from '../app/chrome.ts';
import {Toned} from './words.tsx';

type StatusProps = {
	readonly model: ChromeModel;
	readonly onField: (text: string) => void;
};

export const Status = ({model, onField}: StatusProps) => {
	const {field, status, hints, layout} = model;
	const position = layout.shape === 'narrow' && field === undefined ? model.threadPosition : '';
	return (
		<Box height={1} paddingX={1} justifyContent="space-between" gap={2}>
			<Box flexShrink={1} minWidth={0} flexGrow={1}>
				{field === undefined ? (
					<Text wrap="truncate-end">
						<Toned words={status} />
					</Text>
				) : (
					<>
						<Box flexShrink={0}>
							<Text bold color="cyan">
								{field.label}
							</Text>
						</Box>
						<Text wrap={field.value === '' ? 'truncate-end' : 'truncate-start'}>
							<TextInput value={field.value} placeholder={field.hint} onChange={onField} />
						</Text>
					</>
				)}
			</Box>
			<Box flexShrink={0}>
				<Text dimColor>{[position, hints].filter(Boolean).join(' · ')}</Text>
			</Box>
		</Box>
	);
};
