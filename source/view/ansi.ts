/**
 * Command output as rows: colours live, everything else that a terminal would obey is gone. `\r`, backspace and
 * moves within the line overwrite like in a terminal, so a progress bar leaves its last state. Invariants: pushing
 * a text in any pieces gives the same rows as pushing it whole; work is proportional to what is pushed; rows that
 * did not change keep their identity. Called by the item views for command output and by `screen/` for Ink's frame.
 */
import {createLine, type Line} from './ansi-line.ts';
import type {Row} from './row.ts';
import {applySgr, plainState, type SgrState, sgrOf} from './sgr-state.ts';

export type AnsiParser = {
	push(text: string): void;
	/** Live: always the same array, which grows and whose last row changes. Compare rows, not the array. */
	readonly lines: readonly Row[];
};

type Mode = 'ground' | 'escape' | 'csi' | 'string';

/** Longer parameters than this belong to no sequence that we obey; they are dropped but still skipped. */
const maxParameters = 128;

const printable = /[^\x00-\x1f\x7f-\x9f]+/y;
const csiParameters = /[\x20-\x3f]*/y;
const stringBody = /[^\x07\x18\x1a\x1b\x9c\n\r]+/y;

export const createAnsiParser = (): AnsiParser => {
	const rows: Row[] = [];
	/** How many of `rows` are finished lines; one more may be there for the line in progress. */
	let finished = 0;
	let line: Line = createLine();
	let lineChanged = false;
	let mode: Mode = 'ground';
	let parameters = '';
	let highSurrogate = '';
	let state: SgrState = plainState;
	let sgr = '';

	const endLine = () => {
		rows[finished] = line.row();
		finished++;
		line = createLine();
		lineChanged = false;
	};

	const dispatchCsi = (final: string) => {
		if (final === 'm' && /^[\d;:]*$/.test(parameters)) {
			state = applySgr(state, parameters);
			sgr = sgrOf(state);
			return;
		}
		if (!/^\d{0,4}$/.test(parameters)) return;
		const count = Number(parameters);
		if (final === 'K') {
			line.erase(count);
			lineChanged = true;
		} else if (final === 'C') line.moveBy(Math.max(1, count));
		else if (final === 'D') line.moveBy(-Math.max(1, count));
		else if (final === 'G') line.moveTo(Math.max(1, count) - 1);
	};

	const control = (code: number) => {
		if (code === 0x0a) endLine();
		else if (code === 0x0d) line.moveTo(0);
		else if (code === 0x08) line.moveBy(-1);
		else if (code === 0x09) {
			line.tab(sgr);
			lineChanged = true;
		} else if (code === 0x1b) mode = 'escape';
		else if (code === 0x9b) {
			mode = 'csi';
			parameters = '';
		} else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) mode = 'string';
	};

	/** One character after ESC; intermediates keep waiting, anything else ends the sequence. */
	const afterEscape = (char: string) => {
		if (char === '[') {
			mode = 'csi';
			parameters = '';
		} else if (/[\]PX^_]/.test(char)) mode = 'string';
		else if (!/[\x20-\x2f]/.test(char)) mode = 'ground';
	};

	/** The rest of a CSI sequence as far as it is here; returns where to go on. */
	const csi = (text: string, index: number): number => {
		csiParameters.lastIndex = index;
		const part = csiParameters.exec(text)?.[0] ?? '';
		if (parameters.length <= maxParameters) parameters += part.slice(0, maxParameters + 1);
		const end = index + part.length;
		if (end === text.length) return end;
		mode = 'ground';
		const final = text.charAt(end);
		if (!/[\x40-\x7e]/.test(final)) return end;
		if (parameters.length <= maxParameters) dispatchCsi(final);
		return end + 1;
	};

	/** Consumes at least one code unit at `index` and returns where to go on. */
	const step = (text: string, index: number): number => {
		const code = text.charCodeAt(index);
		if (mode === 'string') {
			stringBody.lastIndex = index;
			if (stringBody.test(text)) return stringBody.lastIndex;
			mode = 'ground';
			if (code === 0x1b || code === 0x0a || code === 0x0d) control(code);
			return index + 1;
		}
		if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
			mode = 'ground';
			control(code);
			return index + 1;
		}
		if (mode !== 'ground') {
			// A character beyond ASCII is no part of a sequence: it ends it and is text.
			if (code < 0x7f) {
				if (mode === 'csi') return csi(text, index);
				afterEscape(text.charAt(index));
				return index + 1;
			}
			mode = 'ground';
		}
		printable.lastIndex = index;
		printable.test(text);
		line.write(text.slice(index, printable.lastIndex), sgr);
		lineChanged = true;
		return printable.lastIndex;
	};

	return {
		push(pushed) {
			let text = highSurrogate + pushed;
			highSurrogate = /[\ud800-\udbff]$/.exec(text)?.[0] ?? '';
			if (highSurrogate) text = text.slice(0, -1);
			for (let index = 0; index < text.length; ) index = step(text, index);
		},
		get lines() {
			if (lineChanged) {
				const row = line.row();
				if (row.length > 0) rows[finished] = row;
				else rows.length = finished;
				lineChanged = false;
			}
			return rows;
		},
	};
};

/** The rows of a whole output. A line feed at the very end starts no row of its own. */
export const ansiLines = (text: string): Row[] => {
	const parser = createAnsiParser();
	parser.push(text);
	return [...parser.lines];
};

const styledPart = /\x1b\[([\d;:]*)m|[^\x00-\x1f\x7f-\x9f]+/g;

/**
 * One line of output that this program made itself (Ink's frame), with SGR sequences, as a row of canonical
 * looks. Text is kept as it is, since Ink laid it out by its own measure; stray controls are dropped.
 */
export const parseStyledRow = (line: string): Row => {
	const spans: {text: string; sgr: string}[] = [];
	let state = plainState;
	let sgr = '';
	for (const [part, parameters] of line.matchAll(styledPart)) {
		if (parameters !== undefined) {
			state = applySgr(state, parameters);
			sgr = sgrOf(state);
			continue;
		}
		const last = spans.at(-1);
		if (last?.sgr === sgr) last.text += part;
		else spans.push({text: part, sgr});
	}
	return spans;
};
