/**
 * Unified diffs, parsed. Invariants: the line counts of a hunk are trusted over looks, so a removed `-- x` is never
 * taken for a file header; malformed diffs lose no line; nothing throws. Called by `diff.ts`, which exports all of it.
 */
export type DiffLine = {
	/** `note` is "\ No newline at end of file" or a line that fits nowhere. */
	readonly kind: 'context' | 'add' | 'remove' | 'note';
	/** Without the sign, but a note whole. Hostile: not sanitised. */
	readonly text: string;
	/** One-based; undefined on the side where the line does not exist. */
	readonly oldLine: number | undefined;
	readonly newLine: number | undefined;
};

export type DiffHunk = {
	readonly oldStart: number;
	readonly newStart: number;
	/** What follows the second `@@`. Hostile. */
	readonly heading: string;
	readonly lines: readonly DiffLine[];
};

export type DiffFile = {
	/** Undefined when the diff names no file or the side does not exist (`/dev/null`). Hostile. */
	readonly oldPath: string | undefined;
	readonly newPath: string | undefined;
	/** Mode changes, renames, "Binary files differ", mail headers… as in the diff. Hostile. */
	readonly notes: readonly string[];
	readonly hunks: readonly DiffHunk[];
};

type OpenHunk = {
	readonly oldStart: number;
	readonly newStart: number;
	readonly heading: string;
	readonly lines: DiffLine[];
	oldLeft: number;
	newLeft: number;
	oldLine: number;
	newLine: number;
};

type OpenFile = {
	oldPath: string | undefined;
	newPath: string | undefined;
	readonly notes: string[];
	readonly hunks: OpenHunk[];
};

const hunkHeader = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/s;
const gitHeader = /^diff --git "?a\/(.*?)"? "?b\/(.*?)"?$/s;
/** `--- a/x<tab>date`, without the prefix and the date; `/dev/null` is no path. */
const pathOf = (line: string): string | undefined => {
	const path = line
		.slice(4)
		.replace(/\t.*$/s, '')
		.replace(/^"(.*)"$/s, '$1');
	return path === '/dev/null' || path === '' ? undefined : path.replace(/^[ab]\//, '');
};

const openHunk = (match: RegExpExecArray): OpenHunk => {
	const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1', heading = ''] = match;
	return {
		oldStart: Number(oldStart),
		newStart: Number(newStart),
		heading,
		lines: [],
		oldLeft: Number(oldCount),
		newLeft: Number(newCount),
		oldLine: Number(oldStart),
		newLine: Number(newStart),
	};
};

type Sign = '+' | '-' | ' ' | '\\';

/** What kind of hunk line this could be; some tools strip the blank of an empty context line. */
const signOf = (line: string): Sign | undefined => {
	const sign = line.charAt(0);
	if (sign === '') return ' ';
	return sign === '+' || sign === '-' || sign === ' ' || sign === '\\' ? sign : undefined;
};

/** Whether the counts in the hunk's header still expect such a line. */
const isExpected = (hunk: OpenHunk, sign: Sign): boolean => {
	if (sign === '\\') return true;
	const isOld = sign !== '+';
	const isNew = sign !== '-';
	return (!isOld || hunk.oldLeft > 0) && (!isNew || hunk.newLeft > 0);
};

const take = (hunk: OpenHunk, line: string, sign: Sign | undefined) => {
	if (sign === undefined || sign === '\\') {
		hunk.lines.push({kind: 'note', text: line, oldLine: undefined, newLine: undefined});
		return;
	}
	const oldLine = sign === '+' ? undefined : hunk.oldLine++;
	const newLine = sign === '-' ? undefined : hunk.newLine++;
	if (oldLine !== undefined) hunk.oldLeft--;
	if (newLine !== undefined) hunk.newLeft--;
	const kind = sign === '+' ? 'add' : sign === '-' ? 'remove' : 'context';
	hunk.lines.push({kind, text: line.slice(1), oldLine, newLine});
};

/** Lines that say nothing to a person. */
const ignorable = /^(?:index [\da-f]+\.\.[\da-f]+.*)?$/s;

/**
 * The files of a unified diff; hunks without a file header make one file without paths, and text without any header
 * makes none. Every other line is somewhere in the result: a person approves by what is shown.
 */
export const parseUnifiedDiff = (diff: string): readonly DiffFile[] => {
	const files: OpenFile[] = [];
	let file: OpenFile | undefined;
	let hunk: OpenHunk | undefined;
	let preamble: string[] = [];
	const open = (): OpenFile => {
		const opened: OpenFile = {oldPath: undefined, newPath: undefined, notes: preamble, hunks: []};
		preamble = [];
		files.push(opened);
		hunk = undefined;
		return opened;
	};
	const lines = diff.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line));
	if (lines.at(-1) === '') lines.pop();
	for (let at = 0; at < lines.length; at++) {
		const line = lines[at] ?? '';
		const sign = signOf(line);
		if (hunk && sign && isExpected(hunk, sign)) {
			take(hunk, line, sign);
			continue;
		}
		const git = gitHeader.exec(line);
		const header = hunkHeader.exec(line);
		const next = lines[at + 1] ?? '';
		if (git) {
			file = open();
			file.oldPath = git[1];
			file.newPath = git[2];
		} else if (header) {
			file ??= open();
			hunk = openHunk(header);
			file.hunks.push(hunk);
		} else if (line.startsWith('--- ') && next.startsWith('+++ ')) {
			if (!file || file.hunks.length > 0) file = open();
			file.oldPath = pathOf(line);
			file.newPath = pathOf(next);
			at++;
		} else if (hunk) {
			// More lines than the header said. Blank ones are only the distance to the next file.
			if (line !== '') take(hunk, line, sign);
		} else if (!ignorable.test(line)) (file?.notes ?? preamble).push(line);
	}
	return files;
};
