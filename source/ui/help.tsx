/** The keys, made from the key table. */
import {Box, Text} from 'ink';
import {helpLines} from '../keys/help-lines.ts';

/** Here the first of several keys has to do. */
const narrowBelow = 70;

type HelpProps = {readonly offset: number; readonly columns: number; readonly rows: number};

export const Help = ({offset, columns, rows}: HelpProps) => {
	const lines = helpLines();
	const height = rows - 2;
	const isNarrow = columns < narrowBelow;
	const top = Math.max(0, Math.min(offset, lines.length - height));
	const shown = lines.slice(top, top + height);
	return (
		<Box
			borderStyle="round"
			borderColor="cyan"
			width={columns}
			height={rows}
			flexDirection="column"
			paddingX={1}
		>
			{shown.map(line => (
				<Box key={line.id} height={1}>
					{line.heading ? (
						<Text bold>{line.does}</Text>
					) : (
						<Text wrap="truncate-end">
							{'  '}
							<Text color="cyan">{isNarrow ? line.key.padEnd(8) : line.keys.padEnd(20)}</Text>
							{` ${line.does}`}
						</Text>
					)}
				</Box>
			))}
		</Box>
	);
};
