/**
 * Command output with its colours. Stub, being written.
 */
import type {Row} from './row.ts';
import {sanitiseLine, sanitiseText} from './sanitise.ts';

export type AnsiParser = {
	push(text: string): void;
	/** Live: the same array grows; a row that did not change keeps its identity. */
	readonly lines: readonly Row[];
};

export const ansiLines = (text: string): Row[] =>
	sanitiseText(text)
		.split('\n')
		.map(line => [{text: line, sgr: ''}]);

export const createAnsiParser = (): AnsiParser => {
	let source = '';
	return {
		push(text) {
			source += text;
		},
		get lines() {
			return ansiLines(source);
		},
	};
};

export const parseStyledRow = (line: string): Row => [{text: sanitiseLine(line), sgr: ''}];
