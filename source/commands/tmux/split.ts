/**
 * The words that open a pane of tmux beside another one. Pure: a plan in, an argument array out. No shell reads them:
 * tmux executes a command of several words as it is. Used by `tmux.ts`.
 */
import type {Given} from '../line/command-line.ts';
import {flagsOf} from '../line/flags.ts';

export type Split = {
	/** Id of the pane to split, as in `%3`. */
	readonly pane: string;
	readonly below: boolean;
	/** Rows or columns, or a share as in `40%`; undefined: half. */
	readonly size: string | undefined;
	/** What the command finds in its environment besides tmux's own. tmux shows it to everybody on the machine. */
	readonly environment: Readonly<Record<string, string>>;
	/** At least two words. */
	readonly command: readonly string[];
	/** What tmux prints of the new pane. */
	readonly format: string;
};

/** A `;` at the end of a word would end the command for tmux, and begin another one. */
const tmuxWord = (word: string): string => (word.endsWith(';') ? `${word.slice(0, -1)}\\;` : word);

/** The new pane does not take the focus. */
export const splitWords = ({pane, below, size, environment, command, format}: Split): readonly string[] => [
	'split-window',
	...['-d', '-P', '-F', format, '-t', pane, below ? '-v' : '-h'],
	...(size === undefined ? [] : ['-l', size]),
	...Object.entries(environment).flatMap(([name, value]) => ['-e', tmuxWord(`${name}=${value}`)]),
	'--',
	...command.map(tmuxWord),
];

/** `30`, `40%`; undefined: it is neither. */
export const parseSize = (text: string): string | undefined =>
	/^(?:[1-9]\d{0,3}|[1-9]\d?%)$/.test(text) ? text : undefined;

/** The options that another Jumpseat takes on the same seat, as words; `toAbsolute` for the names of files. */
export const seatWords = (given: Given, toAbsolute: (file: string) => string): readonly string[] =>
	flagsOf('attach').flatMap(({name, takes}) => {
		const value = given[name];
		if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
		if (typeof value !== 'string') return [];
		// Joined to the option: a value of its own could begin with a dash.
		return [`--${name}=${takes === 'FILE' ? toAbsolute(value) : value}`];
	});
