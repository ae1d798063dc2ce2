/**
 * Unified diffs, parsed and drawn. Stub, being written.
 */
import type {Row} from './row.ts';
import {sanitiseText} from './sanitise.ts';
import {hardWrapRow} from './wrap.ts';

export type DiffLine = {
	readonly kind: 'context' | 'add' | 'remove' | 'note';
	/** Without the sign, not sanitised. */
	readonly text: string;
	readonly oldLine: number | undefined;
	readonly newLine: number | undefined;
};

export type DiffHunk = {
	readonly oldStart: number;
	readonly newStart: number;
	/** What follows the second `@@`. */
	readonly heading: string;
	readonly lines: readonly DiffLine[];
};

export type DiffFile = {
	/** Undefined when the diff names no file or the side does not exist (`/dev/null`). */
	readonly oldPath: string | undefined;
	readonly newPath: string | undefined;
	/** Mode changes, renames, "Binary files differ"… as in the diff. */
	readonly notes: readonly string[];
	readonly hunks: readonly DiffHunk[];
};

export const parseUnifiedDiff = (_diff: string): readonly DiffFile[] => [];

export const diffStat = (diff: string): {readonly added: number; readonly removed: number} => ({
	added: diff.match(/^\+(?!\+\+)/gm)?.length ?? 0,
	removed: diff.match(/^-(?!--)/gm)?.length ?? 0,
});

export const diffRows = (diff: string, columns: number): Row[] =>
	sanitiseText(diff)
		.split('\n')
		.flatMap(line => hardWrapRow([{text: line, sgr: ''}], columns));

export const contentAsDiff = (content: string, kind: 'add' | 'delete'): string => {
	if (content === '') return '';
	const lines = content.replace(/\n$/, '').split('\n');
	const count = lines.length;
	const header = kind === 'add' ? `@@ -0,0 +1,${count} @@` : `@@ -1,${count} +0,0 @@`;
	return `${[header, ...lines.map(line => (kind === 'add' ? '+' : '-') + line)].join('\n')}\n`;
};
