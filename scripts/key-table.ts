/** The key table of the README, made from the key table of the program. Pure. */
import {bindings, type Context, contexts, keyLabel} from '../source/keys/bindings.ts';

const shown: readonly Context[] = [
	'global',
	'scroll',
	'thread',
	'composer',
	'card',
	'events',
	'agents',
	'threads',
	'queue',
	'side',
	'picker',
];

const row = (context: Context): readonly string[] =>
	bindings
		.filter(binding => binding.context === context)
		.map(({keys, does}, at) => {
			const where = at === 0 ? contexts[context] : '';
			const names = keys.map(key => `\`${keyLabel(key)}\``).join(' ');
			return `| ${where} | ${names} | ${does} |`;
		});

/** A Markdown table: where, keys, what they do. */
export const keyTable = (): string =>
	['| where | keys | what they do |', '|---|---|---|', ...shown.flatMap(row)].join('\n');

const begin = '<!-- keys: made by `npm run documents` -->';
const end = '<!-- /keys -->';

/** `readme` with the table between its markers renewed. Throws when a marker is missing. */
export const withKeyTable = (readme: string): string => {
	const from = readme.indexOf(begin);
	const to = readme.indexOf(end);
	if (from === -1 || to === -1) throw new Error(`The README lost its markers ${begin} and ${end}.`);
	return `${readme.slice(0, from)}${begin}\n\n${keyTable()}\n\n${readme.slice(to)}`;
};
