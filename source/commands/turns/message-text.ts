/**
 * TEXT of a command line → what is sent: the word itself, or all of standard input for `-`. The same cleaning and the
 * same bound as in the composer. Called by `send`, before anything is connected.
 */
import type {Readable} from 'node:stream';
import {cleanText, isTooLong, maxInputCharacters, tooLong} from '../../composer/clean.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {readText} from '../standard-input.ts';

/** A character takes four bytes of UTF-8 at most: what is longer need not be read to its end. */
const maxBytes = 4 * maxInputCharacters + 4;

const usage = (sentence: string): CommandError => new CommandError(exitCodes.usage, sentence);

const readAll = (stdin: Readable): Promise<string> =>
	readText(stdin, maxBytes, about =>
		usage(about === 'length' ? tooLong('Standard input') : 'Standard input is not UTF-8: nothing was sent.'),
	);

/**
 * The text without control characters and escape sequences, its lines ended by LF; of standard input, without the
 * line break at its end.
 *
 * @throws CommandError `usage` for a text that is empty or too long
 */
export const messageText = async (word: string, stdin: Readable): Promise<string> => {
	const text = cleanText(word === '-' ? await readAll(stdin) : word);
	const whole = word === '-' ? text.replace(/\n$/, '') : text;
	if (whole.trim() === '')
		throw usage(word === '-' ? 'Standard input held no text: nothing was sent.' : 'The text is empty.');
	if (isTooLong(whole)) throw usage(tooLong(word === '-' ? 'Standard input' : 'The text'));
	return whole;
};
