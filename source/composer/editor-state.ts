/**
 * The editor's state and the few steps that every change of the text goes through.
 *
 * Invariants: `text` holds no lone surrogate and no control character but LF and tab, and never more characters than
 * the server takes; `cursor` is a UTF-16 index on a grapheme boundary. Called by editor.ts.
 */
import {cleanText, isTooLong, tooLong} from './clean.ts';
import {snap} from './motion.ts';

export type Snapshot = {readonly text: string; readonly cursor: number};

/** What the last key did, for those keys whose meaning depends on it. */
export type LastAction = 'typed' | 'killed' | 'yanked' | 'other';

export type Editor = {
	readonly text: string;
	/** UTF-16 index, always on a grapheme boundary. */
	readonly cursor: number;
	/** The column that vertical movement wants to keep. */
	readonly goal: number | undefined;
	/** Killed texts, oldest first. */
	readonly ring: readonly string[];
	/** The piece that the last yank put in, and which entry of the ring it was. */
	readonly yank: {readonly from: number; readonly to: number; readonly entry: number} | undefined;
	readonly last: LastAction;
	readonly undo: readonly Snapshot[];
	readonly redo: readonly Snapshot[];
	/** Why the last input changed nothing, for the person; gone with the next one. */
	readonly refusal: string | undefined;
};

export const emptyEditor: Editor = {
	text: '',
	cursor: 0,
	goal: undefined,
	ring: [],
	yank: undefined,
	last: 'other',
	undo: [],
	redo: [],
	refusal: undefined,
};

const maxRing = 20;
const maxUndo = 200;
/** UTF-16 units that all snapshots may hold together. */
const maxUndoUnits = 8_000_000;

const bounded = (snapshots: readonly Snapshot[]): readonly Snapshot[] => {
	let units = 0;
	let first = snapshots.length;
	while (first > 0 && snapshots.length - first < maxUndo) {
		units += snapshots[first - 1]?.text.length ?? 0;
		if (units > maxUndoUnits) break;
		first--;
	}
	return first === 0 ? snapshots : snapshots.slice(first);
};

export const snapshotOf = ({text, cursor}: Editor): Snapshot => ({text, cursor});

/** The cursor somewhere else; a place inside a grapheme becomes its end. */
export const moveTo = (editor: Editor, cursor: number, goal?: number): Editor => ({
	...editor,
	cursor: snap(editor.text, cursor),
	goal,
	yank: undefined,
	last: 'other',
	refusal: undefined,
});

/** `from` to `to` replaced by clean text, the cursor behind it. Typing on within a word is one step of undo. */
export const replace = (
	editor: Editor,
	from: number,
	to: number,
	inserted: string,
	last: LastAction,
): Editor => {
	const text = editor.text.slice(0, from) + inserted + editor.text.slice(to);
	if (inserted.length > to - from && isTooLong(text))
		return {...editor, refusal: `Nothing was put in: ${tooLong('the message with it')}`, last: 'other'};
	const continues = last === 'typed' && editor.last === 'typed' && !/\s/u.test(inserted);
	return {
		...editor,
		text,
		cursor: snap(text, from + inserted.length),
		goal: undefined,
		yank: undefined,
		last,
		undo: continues ? editor.undo : bounded([...editor.undo, snapshotOf(editor)]),
		redo: [],
		refusal: undefined,
	};
};

export const insert = (editor: Editor, raw: string, last: LastAction): Editor => {
	const text = cleanText(raw);
	return text === '' ? editor : replace(editor, editor.cursor, editor.cursor, text, last);
};

/** Removes for good, or nothing when the two places are one. */
export const remove = (editor: Editor, from: number, to: number): Editor =>
	from === to ? editor : replace(editor, from, to, '', 'other');

/** Removes into the kill ring; kills in a row grow one entry, on the side where they took from. */
export const kill = (editor: Editor, from: number, to: number): Editor => {
	if (from === to) return editor;
	const text = editor.text.slice(from, to);
	const grows = editor.last === 'killed' ? editor.ring.at(-1) : undefined;
	const entry = grows === undefined ? text : from < editor.cursor ? text + grows : grows + text;
	const kept = grows === undefined ? editor.ring : editor.ring.slice(0, -1);
	return {
		...replace(editor, from, to, '', 'killed'),
		ring: [...kept, entry].slice(-maxRing),
	};
};

const yankEntry = (editor: Editor, from: number, to: number, entry: number): Editor => {
	const text = editor.ring[entry];
	if (text === undefined) return editor;
	const next = replace(editor, from, to, text, 'yanked');
	return next.refusal === undefined ? {...next, yank: {from, to: from + text.length, entry}} : next;
};

/** The newest entry of the kill ring. */
export const yank = (editor: Editor): Editor =>
	yankEntry(editor, editor.cursor, editor.cursor, editor.ring.length - 1);

/** After a yank: the entry before it instead, around the ring. */
export const yankOlder = (editor: Editor): Editor => {
	if (editor.yank === undefined || editor.last !== 'yanked') return editor;
	const {from, to, entry} = editor.yank;
	return yankEntry(editor, from, to, (entry + editor.ring.length - 1) % editor.ring.length);
};

const goBack = (
	editor: Editor,
	take: readonly Snapshot[],
	done: 'undo' | 'redo',
	put: readonly Snapshot[],
): Editor => {
	const snapshot = take.at(-1);
	if (snapshot === undefined) return editor;
	const rest = take.slice(0, -1);
	const kept = bounded([...put, snapshotOf(editor)]);
	return {
		...moveTo({...editor, text: snapshot.text}, snapshot.cursor),
		undo: done === 'undo' ? rest : kept,
		redo: done === 'undo' ? kept : rest,
	};
};

export const undo = (editor: Editor): Editor => goBack(editor, editor.undo, 'undo', editor.redo);
export const redo = (editor: Editor): Editor => goBack(editor, editor.redo, 'redo', editor.undo);

/**
 * The editor with another text, cursor at its end, for history and for text that comes back: one step of undo
 * brings the old one again. A text that is too long is refused like every other insertion.
 */
export const withText = (editor: Editor, raw: string): Editor => {
	const text = cleanText(raw);
	return text === editor.text
		? moveTo(editor, text.length)
		: replace(editor, 0, editor.text.length, text, 'other');
};
