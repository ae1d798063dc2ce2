/**
 * The messages before this one, walked with up and down. Invariant: walking loses nothing — the draft is kept and
 * comes back at the newest end, and an old message that was changed on the way keeps its change until something is
 * sent. Pure; called when up or down means nothing to the editor.
 */

import {parseSignature} from '../thread/signature.ts';
import type {ThreadState} from '../thread/state.ts';
import {cleanText} from './clean.ts';
import {type Editor, withText} from './editor-state.ts';

export type History = {
	/** Oldest first, no two equal neighbours. */
	readonly entries: readonly string[];
	/** Which entry the editor shows; undefined for the draft. */
	readonly at: number | undefined;
	readonly draft: string;
	/** Entries as they were changed while walking. */
	readonly changed: ReadonlyMap<number, string>;
};

const maxEntries = 200;

const trimmed = (entries: readonly string[]): readonly string[] =>
	entries
		.map(cleanText)
		.filter((text, index, all) => text.trim() !== '' && text !== all[index - 1])
		.slice(-maxEntries);

export const historyOf = (entries: readonly string[]): History => ({
	entries: trimmed(entries),
	at: undefined,
	draft: '',
	changed: new Map(),
});

export const emptyHistory: History = historyOf([]);

/** The history after a message was sent: it is the newest entry, and the walk is over. */
export const remember = ({entries}: History, text: string): History => historyOf([...entries, text]);

/** The texts that `name` signed in this thread, oldest first: what was sent from this seat in an earlier run. */
export const ownMessages = (thread: ThreadState, name: string): readonly string[] =>
	thread.turns.flatMap(turn =>
		turn.items.flatMap(({content}) => {
			if (content.type !== 'userMessage' || parseSignature(content.clientId)?.name !== name) return [];
			const texts = (content.content ?? []).flatMap(input =>
				input.type === 'text' ? [input.text ?? ''] : [],
			);
			return texts.length === 0 ? [] : [texts.join('\n')];
		}),
	);

export type Walk = {readonly history: History; readonly editor: Editor};

const walkTo = (history: History, editor: Editor, at: number | undefined): Walk => {
	const changed = new Map(history.changed);
	if (history.at !== undefined && editor.text !== history.entries[history.at])
		changed.set(history.at, editor.text);
	const draft = history.at === undefined ? editor.text : history.draft;
	const text = at === undefined ? draft : (changed.get(at) ?? history.entries[at] ?? '');
	return {history: {...history, at, draft, changed}, editor: withText(editor, text)};
};

/** The message before; undefined at the oldest. */
export const older = (history: History, editor: Editor): Walk | undefined => {
	const at = (history.at ?? history.entries.length) - 1;
	return at < 0 ? undefined : walkTo(history, editor, at);
};

/** The message after, and the draft after the newest; undefined at the draft. */
export const newer = (history: History, editor: Editor): Walk | undefined => {
	if (history.at === undefined) return undefined;
	return walkTo(history, editor, history.at + 1 < history.entries.length ? history.at + 1 : undefined);
};
