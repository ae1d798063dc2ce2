/**
 * Templates of `status --format`: text with {words}. Pure.
 *
 * Invariant: what is not a word of ours stays as it was written, so that the styles of a bar (`#[fg=red]`, `%F{red}`)
 * pass through; what looks like a word and is none is an error, never an empty place.
 */
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {type Words, wordNames} from './summary.ts';

const isWord = (name: string): name is keyof Words => (wordNames as readonly string[]).includes(name);

const wordIn = (words: Words, name: string): string => {
	if (isWord(name)) return words[name];
	throw new CommandError(
		exitCodes.usage,
		`--format has no word {${sanitiseLine(name)}}; it has ${wordNames.join(', ')}. A brace is written {{ or }}.`,
	);
};

type Filled = {readonly text: string; readonly end: number};

/** From `start` to the end of the template, or to the brace that closes the group that begins there. */
const fillFrom = (template: string, words: Words, start: number, place: 'template' | 'group'): Filled => {
	let text = '';
	let at = start;
	while (at < template.length) {
		const pair = template.slice(at, at + 2);
		if (pair === '{{' || (pair === '}}' && place === 'template')) {
			text += pair[0];
			at += 2;
		} else if (template[at] === '}' && place === 'group') {
			return {text, end: at + 1};
		} else if (template[at] === '{') {
			const piece = fillPiece(template, words, at + 1);
			text += piece.text;
			at = piece.end;
		} else {
			text += template[at];
			at += 1;
		}
	}
	if (place === 'group') throw unclosed(template);
	return {text, end: at};
};

/** `word}` or `word?text}`. */
const fillPiece = (template: string, words: Words, start: number): Filled => {
	const nameEnd = template.slice(start).search(/[?}]/);
	if (nameEnd === -1) throw unclosed(template);
	const value = wordIn(words, template.slice(start, start + nameEnd));
	const end = start + nameEnd + 1;
	if (template[end - 1] === '}') return {text: value, end};
	const group = fillFrom(template, words, end, 'group');
	return value === '' || value === '0' ? {text: '', end: group.end} : group;
};

const unclosed = (template: string): CommandError =>
	new CommandError(exitCodes.usage, `--format has a { that is not closed: ${sanitiseLine(template)}`);

/**
 * `{word}` is its value, `{word?text}` its text where the word is neither empty nor 0, also one in another; `{{` is a
 * brace, and so is `}}` outside of groups.
 *
 * @throws CommandError `usage` for an unknown word, also where its group is left out, and for a brace that stays open
 */
export const fillTemplate = (template: string, words: Words): string =>
	fillFrom(template, words, 0, 'template').text;
