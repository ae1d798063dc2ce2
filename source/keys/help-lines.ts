/** The key table as the lines of the help, in the order in which a newcomer wants them. Pure; the README has the same. */
import {bindings, type Context, contexts, keyLabel} from './bindings.ts';

export type HelpLine = {
	readonly id: string;
	readonly keys: string;
	readonly does: string;
	readonly heading: boolean;
};

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
	'overlay',
];

/** Help as lines: a heading for each context, then its keys. */
export const helpLines = (): readonly HelpLine[] =>
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
