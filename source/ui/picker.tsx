/** Choosing a thread: what waits for a person first, live before stored. */
import {Box, Text} from 'ink';
import type {ChromeModel} from '../app/chrome.ts';
import {shortId} from '../thread/selectors.ts';

/** Here the title takes the room of the details. */
const narrowBelow = 70;

type PickerProps = {
	readonly picker: NonNullable<ChromeModel['picker']>;
	readonly columns: number;
	readonly rows: number;
};

export const Picker = ({picker, columns, rows}: PickerProps) => {
	const height = rows - 3;
	const top = Math.max(0, Math.min(picker.selected - Math.floor(height / 2), picker.rows.length - height));
	const shown = picker.rows.slice(top, top + height);
	return (
		<Box
			borderStyle="round"
			borderColor="cyan"
			width={columns}
			height={rows}
			flexDirection="column"
			paddingX={1}
		>
			<Text bold>Which thread?</Text>
			{shown.length === 0 && <Text dimColor>No thread fits.</Text>}
			{shown.map((row, at) => {
				const isSelected = top + at === picker.selected;
				const mark = row.waiting ? '⚑' : row.live ? '●' : '○';
				const colour = row.waiting ? 'yellow' : row.live ? 'green' : 'gray';
				return (
					<Box key={row.id} height={1}>
						<Text wrap="truncate-end" inverse={isSelected}>
							<Text color={colour}>{mark}</Text>
							{` ${row.title}`}
						</Text>
						<Box flexShrink={columns < narrowBelow ? 1000 : 0}>
							<Text wrap="truncate-end" dimColor>{` ${row.detail} · ${shortId(row.id)}`}</Text>
						</Box>
					</Box>
				);
			})}
		</Box>
	);
};
