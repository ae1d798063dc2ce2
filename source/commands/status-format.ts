/**
 * Templates of `status --format`: text with {words}. Pure.
 *
 * Invariant: what is not a word of ours stays as it was written, so that the styles of a bar (`#[fg=red]`, `%F{red}`)
 * pass through; what looks like a word and is none is an error, never an empty place.
 */
import {sanitiseLine} from '../view/sanitise.ts';
import {CommandError, exitCodes} from './exit-codes.ts';
import {type Words, wordNames} from './status-summary.ts';

/** `{{` and `}}` are braces; `{word?text}` is its text where the word is neither empty nor 0. */
const pieces = /\{\{|\}\}|\{(\w+)\?((?:\{\{|\}\}|\{\w+\}|[^{}])*)\}|\{([^{}]*)\}/g;

const isWord = (name: string): name is keyof Words => (wordNames as readonly string[]).includes(name);

const wordIn = (words: Words, name: string): string => {
	if (isWord(name)) return words[name];
	throw new CommandError(
		exitCodes.usage,
		`--format has no word {${sanitiseLine(name)}}; it has ${wordNames.join(', ')}. A brace is written {{ or }}.`,
	);
};

/** @throws CommandError `usage` for an unknown word, also where its group is left out */
export const fillTemplate = (template: string, words: Words): string =>
	template.replace(pieces, (piece, condition?: string, inside?: string, name?: string) => {
		if (piece === '{{') return '{';
		if (piece === '}}') return '}';
		if (condition === undefined || inside === undefined) return wordIn(words, name ?? '');
		const value = wordIn(words, condition);
		const filled = fillTemplate(inside, words);
		return value === '' || value === '0' ? '' : filled;
	});
