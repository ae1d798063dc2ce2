/**
 * What `jumpseat doctor` finds: one finding a check, as lines for people or as an object for scripts. Pure. Invariant:
 * a text in a finding is harmless by the time it is here. Made by the doctor-* files, printed by doctor.ts.
 */
import {restyle} from '../../screen/restyle.ts';
import type {Row, Span} from '../../view/row.ts';
import {theme} from '../../view/style.ts';
import {textWidth} from '../../view/width.ts';
import {wrapRow} from '../../view/wrap.ts';
import {exitCodes} from '../exit-codes.ts';

export type Check =
	| 'jumpseat'
	| 'endpoint'
	| 'ssh'
	| 'socket'
	| 'server'
	| 'token'
	| 'features'
	| 'threads'
	| 'codex'
	| 'terminal'
	| 'answers'
	| 'colours'
	| 'locale'
	| 'tmux';

export type Finding = {
	readonly check: Check;
	/** `note`: works, and could be better. */
	readonly level: 'ok' | 'note' | 'problem';
	readonly says: string;
	/** How to mend it. */
	readonly fix?: string | undefined;
	/** Of the command, when this is its first problem. */
	readonly exitCode: number;
};

export const ok = (check: Check, says: string): Finding => ({
	check,
	level: 'ok',
	says,
	exitCode: exitCodes.done,
});

export const note = (check: Check, says: string, fix?: string): Finding => ({
	check,
	level: 'note',
	says,
	fix,
	exitCode: exitCodes.done,
});

export const problem = (
	check: Check,
	says: string,
	fix?: string,
	exitCode: number = exitCodes.failed,
): Finding => ({check, level: 'problem', says, fix, exitCode});

/** Of the first problem; 0 without one. */
export const exitCodeOf = (findings: readonly Finding[]): number =>
	findings.find(({level}) => level === 'problem')?.exitCode ?? exitCodes.done;

/** One line of `--json`. */
export const asJson = ({check, level, says, fix}: Finding) => ({
	jumpseat: 1,
	type: 'jumpseat/finding',
	check,
	level,
	says,
	fix: fix ?? null,
});

const marks: Readonly<Record<Finding['level'], Span>> = {
	ok: {text: '✓ ', sgr: theme.good},
	note: {text: '! ', sgr: theme.warn},
	problem: {text: '✗ ', sgr: theme.bad},
};

/** The longest name of a check, and a gap. */
const nameColumns = 10;
const leastTextColumns = 16;
const blank = (columns: number): Span => ({text: ' '.repeat(columns), sgr: theme.plain});

const rowsOf = ({check, level, says, fix}: Finding, columns: number): readonly Row[] => {
	const mark = marks[level];
	const indent = textWidth(mark.text) + nameColumns;
	const width = Math.max(leastTextColumns, columns - indent);
	const name: Span = {text: check.padEnd(nameColumns), sgr: theme.muted};
	const said = wrapRow([{text: says, sgr: theme.plain}], width).map((row, index) =>
		index === 0 ? [mark, name, ...row] : [blank(indent), ...row],
	);
	if (fix === undefined) return said;
	const arrow = '→ ';
	const mend = wrapRow([{text: fix, sgr: theme.strong}], width - arrow.length).map((row, index) => [
		blank(indent),
		index === 0 ? {text: arrow, sgr: theme.muted} : blank(arrow.length),
		...row,
	]);
	return [...said, ...mend];
};

export type Looks = {
	/** Infinity: a line is never broken. */
	readonly columns: number;
	readonly isStyled: boolean;
};

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/** Each finding with its fix below it, and how many problems there are. */
export const findingText = (findings: readonly Finding[], {columns, isStyled}: Looks): string => {
	const problems = findings.filter(({level}) => level === 'problem').length;
	const total: Row = [
		{text: problems === 0 ? 'No problems.' : `${count(problems, 'problem')}.`, sgr: theme.strong},
	];
	return [...findings.flatMap(finding => rowsOf(finding, columns)), [], total]
		.map(row => row.map(({text, sgr}) => (isStyled ? restyle('', sgr) + text + restyle(sgr, '') : text)))
		.map(spans => `${spans.join('').trimEnd()}\n`)
		.join('');
};
