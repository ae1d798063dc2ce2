/** Threads made by hand for the tests of the view, and rows as plain lines. */
import type {KnownItem, UnknownItem} from '../../source/protocol/types.ts';
import {
	type Item,
	type ItemId,
	initialThreadState,
	type ThreadId,
	type ThreadInfo,
	type ThreadState,
	type Turn,
	type TurnId,
} from '../../source/thread/state.ts';
import {createFormat} from '../../source/view/format.ts';
import {type Row, rowText} from '../../source/view/row.ts';
import {createTranscript, type TranscriptView} from '../../source/view/transcript.ts';
import {rowWidth} from '../../source/view/width.ts';

export const utc = createFormat({timeZone: 'UTC'});

/** 22 Nov 2026, 12:03:04.112 UTC. */
export const startMs = Date.UTC(2026, 10, 22, 12, 3, 4, 112);
export const startSeconds = Math.floor(startMs / 1000);

export const item = (
	id: string,
	content: KnownItem | Omit<UnknownItem, 'id'>,
	over: Partial<Omit<Item, 'id' | 'content'>> = {},
): Item => ({
	id: id as ItemId,
	phase: 'completed',
	missedStart: false,
	startedAtMs: startMs,
	completedAtMs: startMs + 4200,
	progress: undefined,
	...over,
	content: {...content, id},
});

export const turn = (
	id: string,
	items: readonly Item[],
	over: Partial<Omit<Turn, 'id' | 'items'>> = {},
): Turn => ({
	id: id as TurnId,
	status: 'inProgress',
	error: undefined,
	startedAtMs: startMs,
	completedAtMs: undefined,
	items,
	plan: undefined,
	diff: undefined,
	notices: [],
	itemsIncomplete: false,
	...over,
});

export const info = (over: Partial<ThreadInfo> = {}): ThreadInfo => ({
	id: '019a0000-1111-7000-8000-000000000001' as ThreadId,
	name: undefined,
	preview: '',
	cwd: '/home/ada/app',
	parentThreadId: undefined,
	agentNickname: undefined,
	agentRole: undefined,
	ephemeral: false,
	cliVersion: undefined,
	createdAtMs: undefined,
	updatedAtMs: undefined,
	status: {kind: 'idle'},
	...over,
});

export const thread = (turns: readonly Turn[], over: Partial<ThreadState> = {}): ThreadState => ({
	...initialThreadState,
	info: info(),
	turns,
	olderCursor: null,
	...over,
});

export const message = (id: string, text: string): Item =>
	item(id, {type: 'userMessage', clientId: null, content: [{type: 'text', text}]});

export const look = (over: Partial<TranscriptView> = {}): TranscriptView => ({
	columns: 60,
	folds: new Map(),
	selectedKey: undefined,
	nowSeconds: startSeconds + 34,
	...over,
});

/** Plain lines, without the blanks at their ends. */
export const lines = (rows: readonly Row[]): string[] => rows.map(row => rowText(row).trimEnd());

/** The lines of one block of a thread, without the blank one that sets it apart. */
export const blockLines = (state: ThreadState, key: string, over: Partial<TranscriptView> = {}): string[] => {
	const list = createTranscript(utc).list(state, look(over));
	const found = lines(list.rowsAt(list.indexOf(key)));
	return found[0] === '' ? found.slice(1) : found;
};

/** The lines of one item, alone in a turn. */
export const itemLines = (
	only: Item,
	over: Partial<TranscriptView> & {fold?: 'open' | 'closed'} = {},
): string[] => {
	const {fold, ...rest} = over;
	const folds = fold === undefined ? new Map() : new Map([[`T/${only.id}`, fold]]);
	return blockLines(thread([turn('T', [only])]), `T/${only.id}`, {folds, ...rest});
};

const forbidden = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/** What is wrong with a row, or undefined: a character that must not reach a terminal, or too many cells. */
export const faultOf = (row: Row, columns: number): string | undefined => {
	const text = rowText(row);
	if (forbidden.test(text) || /\p{Cs}/u.test(text)) return `control character in ${JSON.stringify(text)}`;
	if (rowWidth(row) > columns) return `${rowWidth(row)} cells, not ${columns}: ${JSON.stringify(text)}`;
	const badSgr = row.find(span => !/^(\d+(;\d+)*)?$/.test(span.sgr));
	return badSgr === undefined ? undefined : `not SGR: ${JSON.stringify(badSgr.sgr)}`;
};

/** Text as a hostile server might write it. */
export const hostile = [
	'\u001b[31mred\u001b[0m',
	'\u001b]0;title\u0007\u001b]52;c;aGk=\u001b\\',
	'\u009b2J\u0090payload\u009c',
	'\r\noverwritten\rback\b\b\bx\u0000\u007f',
	'\u202egnp.exe\u2066\u2069\u200f\u061c\u2028\u2029',
	'\ud800 lone \udc00',
	'tab\tseparated\tvalues\v\f',
	'👩‍💻❤️你好世界ｅ́ ﷽ 🏳️‍🌈',
	`${'wide字'.repeat(40)}${'long'.repeat(80)}`,
	'# head\n\n- **list**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\ncode\n```\n> quote',
	'@@ -1,1 +1,1 @@\n-a\u001b[2K\n+b\u202e\n',
	'',
	' ',
	'\n\n\n',
] as const;
