/** The keys, made from the key table. */
import {Box, Text} from 'ink';
import {bindings, type Context, contexts, keyLabel} from '../keys/bindings.ts';

type Line = {readonly id: string; readonly keys: string; readonly does: string; readonly heading: boolean};

const shownContexts: readonly Context[] = [
	'global',
	'scroll',
	'thread',
	'events',
	'agents',
	'threads',
	'side',
	'detail',
	'field',
	'picker',
];

/** Help as lines: a heading for each context, then its keys. */
export const helpLines = (): readonly Line[] =>
	shownContexts.flatMap(context => [
		{id: context, keys: '', does: contexts[context], heading: true},
		...bindings
			.filter(binding => binding.context === context)
			.map(binding => ({
				id: `${context} ${binding.action}`,
				keys: binding.keys.map(keyLabel).join(' '),
				does: binding.does,
				heading: false,
			})),
	]);

type HelpProps = {readonly offset: number; readonly columns: number; readonly rows: number};

export const Help = ({offset, columns, rows}: HelpProps) => {
	const lines = helpLines();
	const height = rows - 2;
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
							<Text color="cyan">{line.keys.padEnd(20)}</Text>
							{` ${line.does}`}
						</Text>
					)}
				</Box>
			))}
		</Box>
	);
};
