/**
 * Markdown to rows. Stub, being written.
 */
import type {Row} from './row.ts';
import {sanitiseText} from './sanitise.ts';
import {wrapText} from './wrap.ts';

export type MarkdownView = {
	rows(source: string, columns: number): readonly Row[];
};

export const markdownRows = (source: string, columns: number): Row[] =>
	wrapText(sanitiseText(source), '', columns);

export const createMarkdownView = (): MarkdownView => ({rows: markdownRows});
