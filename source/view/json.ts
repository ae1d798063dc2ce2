/**
 * Any value as pretty JSON: coloured, wrapped, bounded. Invariants: nothing in a value can reach the terminal as
 * more than text; a huge or endless value costs a bounded amount of work, and what is left out is said. Called by
 * the Events pane and by items whose data has no view of its own.
 */
import type {Row, Sgr, Span} from './row.ts';
import {sanitiseLine} from './sanitise.ts';
import {theme} from './style.ts';
import {wrapRow} from './wrap.ts';

/** Lines of JSON before wrapping. */
const mostLines = 1000;
/** Characters of one string. */
const mostCharacters = 4000;
const mostDepth = 100;

type Line = {readonly depth: number; readonly spans: readonly Span[]};

const punctuation = (text: string): Span => ({text, sgr: theme.muted});
const piece = (text: string, sgr: Sgr): Span => ({text: sanitiseLine(text), sgr});

const quoted = (text: string): string => {
	if (text.length <= mostCharacters) return JSON.stringify(text);
	const rest = text.length - mostCharacters;
	return `${JSON.stringify(text.slice(0, mostCharacters))} … ${rest} characters more`;
};

const scalar = (value: unknown): Span => {
	switch (typeof value) {
		case 'string':
			return piece(quoted(value), theme.codeString);
		case 'number':
		case 'bigint':
			return piece(String(value), theme.codeNumber);
		case 'boolean':
			return piece(String(value), theme.codeKeyword);
		case 'undefined':
		case 'symbol':
		case 'function':
			return piece(typeof value, theme.muted);
		case 'object':
			return piece('null', theme.codeKeyword);
	}
};

/** Collects lines until the bound is reached; `full` stops the walk wherever it is. */
const createWriter = () => {
	const lines: Line[] = [];
	let full = false;
	const add = (depth: number, spans: readonly Span[]): void => {
		if (lines.length >= mostLines) full = true;
		else lines.push({depth, spans});
	};
	const write = (value: unknown, depth: number, before: readonly Span[], after: readonly Span[]): void => {
		if (full) return;
		if (typeof value !== 'object' || value === null) {
			add(depth, [...before, scalar(value), ...after]);
			return;
		}
		const list = Array.isArray(value);
		const [open, close] = list ? ['[', ']'] : ['{', '}'];
		const entries: ReadonlyArray<readonly [string | undefined, unknown]> = list
			? value.slice(0, mostLines + 1).map(entry => [undefined, entry] as const)
			: Object.entries(value).filter(([, entry]) => entry !== undefined);
		if (entries.length === 0) {
			add(depth, [...before, punctuation(open + close), ...after]);
			return;
		}
		if (depth >= mostDepth) {
			add(depth, [...before, punctuation(`${open} … ${close}`), ...after]);
			return;
		}
		add(depth, [...before, punctuation(open)]);
		for (const [index, [key, entry]] of entries.entries()) {
			if (full) return;
			const name = key === undefined ? [] : [piece(quoted(key), theme.code), punctuation(': ')];
			write(entry, depth + 1, name, index < entries.length - 1 ? [punctuation(',')] : []);
		}
		add(depth, [punctuation(close), ...after]);
	};
	return {lines, write, isFull: () => full};
};

/** Rows of at most `columns` cells. */
export const jsonRows = (value: unknown, columns: number): readonly Row[] => {
	const width = Math.max(1, columns);
	const writer = createWriter();
	writer.write(value, 0, [], []);
	const rows = writer.lines.flatMap(line => {
		const indent = Math.min(line.depth * 2, Math.floor(width / 3));
		const row: Row = indent > 0 ? [{text: ' '.repeat(indent), sgr: theme.plain}, ...line.spans] : line.spans;
		return wrapRow(row, width, {hang: Math.min(indent + 2, Math.floor(width / 2))});
	});
	if (!writer.isFull()) return rows;
	const note = piece(`… cut here after ${mostLines} lines: the value is larger`, theme.warn);
	return [...rows, ...wrapRow([note], width)];
};

/** A value on one line, for a head line: `{"path": "x", "limit": 3}`, cut after some 200 characters. */
export const jsonLine = (value: unknown): string => {
	if (value === undefined || value === null) return '';
	const writer = createWriter();
	writer.write(value, 0, [], []);
	let text = '';
	for (const line of writer.lines) {
		if (text.length > 200) return `${text.slice(0, 200)}…`;
		const next = line.spans.map(span => span.text).join('');
		const tight = text === '' || /[[{]$/.test(text) || /^[\]}]/.test(next);
		text += tight ? next : ` ${next}`;
	}
	return text;
};
