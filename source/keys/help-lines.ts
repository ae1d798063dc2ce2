/** The key table as the lines of the help, in the order in which a newcomer wants them. Pure; the README has the same. */
import {bindings, type Context, contexts, keyLabel} from './bindings.ts';

export type HelpLine = {
	readonly id: string;
	/** The one to learn. */
	readonly key: string;
	/** All of them. */
	readonly keys: string;
	readonly does: string;
	readonly heading: boolean;
};

const shownContexts: readonly Context[] = [
	'global',
	'scroll',
	'thread',
	'events',
	'composer',
	'card',
	'agents',
	'threads',
	'queue',
	'guests',
	'side',
	'detail',
	'field',
	'picker',
	'confirm',
	'overlay',
];

/** Help as lines: a heading for each context, then its keys. */
export const helpLines = (): readonly HelpLine[] =>
	shownContexts.flatMap(context => [
		{id: context, key: '', keys: '', does: contexts[context], heading: true},
		...bindings
			.filter(binding => binding.context === context)
			.map(binding => ({
				id: `${context} ${binding.action}`,
				key: keyLabel(binding.keys[0] ?? ''),
				keys: binding.keys.map(keyLabel).join(' '),
				does: binding.does,
				heading: false,
			})),
	]);
