import {describe, expect, test} from 'vitest';
import type {Item, ThreadState, TurnId} from '../../source/thread/state.ts';
import {rowText} from '../../source/view/row.ts';
import {theme} from '../../source/view/style.ts';
import {createTranscript, defaultFold, foldable, plainText} from '../../source/view/transcript.ts';
import {type BlockList, tail, viewport} from '../../source/view/viewport.ts';
import {blockLines, item, lines, look, message, startMs, startSeconds, thread, turn, utc} from './samples.ts';

const agent = (id: string, text: string, over: Partial<Item> = {}): Item =>
	item(id, {type: 'agentMessage', text}, over);
const streaming = {phase: 'streaming', completedAtMs: undefined} as const;
const done = {status: 'completed', completedAtMs: startMs + 34_000} as const;

const keys = (list: BlockList): string[] =>
	Array.from({length: list.length}, (_, index) => list.keyAt(index));
const all = (list: BlockList): string[] =>
	Array.from({length: list.length}, (_, index) => lines(list.rowsAt(index))).flat();

const listOf = (state: ThreadState, over: Parameters<typeof look>[0] = {}): BlockList =>
	createTranscript(utc).list(state, look(over));

const sleepItem = (id: string): Item => item(id, {type: 'sleep', durationMs: 1000});

describe('the whole', () => {
	test('speech stands apart, work stands together, a rule ends a turn', () => {
		const state = thread([
			turn('T', [message('u', 'go'), sleepItem('s1'), sleepItem('s2'), agent('a', 'done')], done),
		]);
		expect(all(listOf(state, {columns: 30}))).toEqual([
			' beginning of the thread',
			'',
			' ▌primary  12:03',
			'   go',
			'',
			' ◔ slept 1 s',
			' ◔ slept 1 s',
			'',
			' ▌agent  12:03',
			'   done',
			'',
			' ── turn 1 · completed · 34 s',
		]);
	});

	test('a turn of which old history kept no more than its messages says so; one that was also seen live does not', () => {
		const kept = [message('item-1', 'go'), agent('item-2', 'done')];
		const rule = (items: readonly Item[]) => all(listOf(thread([turn('T', items, done)]))).at(-1);
		expect(rule(kept)).toContain('turn 1 · completed · 34 s · messages only');
		expect(rule([...kept, sleepItem('call_3')])).not.toContain('messages only');
	});

	test('how a turn ended: interrupted, failed with the whole error, number unknown', () => {
		const state = thread(
			[
				turn('A', [], {...done, status: 'interrupted'}),
				turn('B', [], {...done, status: 'failed', error: 'first line\nsecond line', startedAtMs: undefined}),
			],
			{olderCursor: 'next'},
		);
		expect(all(listOf(state, {columns: 40}))).toEqual([
			' ↑ older turns load as you scroll up',
			'',
			' ── turn interrupted · 34 s ────────────',
			'',
			' ── turn failed ────────────────────────',
			'   first line',
			'   second line',
		]);
	});

	test('an error that stands right above the end of its turn is not told again', () => {
		const notice = {kind: 'error', text: 'no luck', atMs: startMs, afterItems: 0} as const;
		const over = {...done, status: 'failed', error: 'no luck', notices: [notice]} as const;
		expect(all(listOf(thread([turn('T', [], over)]), {columns: 40})).slice(2)).toEqual([
			' ✗ no luck',
			'',
			' ── turn 1 · failed · 34 s ─────────────',
		]);
		expect(all(listOf(thread([turn('T', [], {...over, error: 'other'})]), {columns: 40})).at(-1)).toBe(
			'   other',
		);
	});

	test('before anything is known there is nothing; a thread without a turn says so', () => {
		expect(all(listOf(thread([], {info: undefined, olderCursor: undefined})))).toEqual([]);
		expect(all(listOf(thread([], {olderCursor: undefined})))).toEqual([
			' no turn yet: the first message starts one',
		]);
		expect(all(listOf(thread([], {olderCursor: 'older'})))).toEqual([' ↑ older turns load as you scroll up']);
		expect(all(listOf(thread([])))).toEqual([
			' beginning of the thread',
			'',
			' no turn yet: the first message starts one',
		]);
	});

	test('what stands before the first turn comes and goes while nothing else does', () => {
		const transcript = createTranscript(utc);
		const only = turn('T', [message('u', 'go')]);
		const notices = [{kind: 'warning', text: 'x', atMs: startMs - 1, afterItems: 0}] as const;
		const versions = [
			thread([], {info: undefined, olderCursor: undefined}),
			thread([], {olderCursor: undefined}),
			thread([]),
			thread([only], {olderCursor: undefined}),
			thread([only]),
			thread([{...only, startedAtMs: startMs}], {notices}),
			thread([]),
		];
		const lists = versions.map(state => transcript.list(state, look()));
		for (const [index, state] of versions.entries()) {
			const list = lists[index] ?? listOf(state);
			expect(all(list)).toEqual(all(listOf(state)));
			expect(keys(list).map(list.indexOf)).toEqual(keys(list).map((_, at) => at));
		}
	});

	test('a turn known by its summary says that items are missing', () => {
		expect(
			blockLines(thread([turn('T', [], {itemsIncomplete: true})]), 'T/incomplete', {columns: 80}),
		).toEqual([' … this server gave only a summary of this turn: items are missing']);
	});

	test('notices stand where they happened', () => {
		const notice = (kind: 'retry' | 'error' | 'warning' | 'rerouted', text: string, afterItems: number) => ({
			kind,
			text,
			afterItems,
			atMs: startMs,
		});
		const notices = [
			notice('retry', 'retrying 1/5', 1),
			notice('rerouted', 'a → b', 1),
			notice('warning', 'careful\nvery', 2),
			notice('error', 'broken', 9),
		];
		const state = thread([turn('T', [message('u', 'go'), sleepItem('s')], {notices})]);
		expect(all(listOf(state)).slice(4)).toEqual([
			'',
			' ↻ retrying 1/5',
			' ↪ a → b',
			' ◔ slept 1 s',
			' ! careful',
			'   very',
			' ✗ broken',
		]);
	});

	test('notices of the thread stand between the turns, by time', () => {
		const at = (text: string, atMs: number) => ({kind: 'warning', text, atMs, afterItems: 0}) as const;
		const state = thread(
			[
				turn('A', [sleepItem('s1')], {startedAtMs: startMs}),
				turn('B', [sleepItem('s2')], {startedAtMs: startMs + 1000}),
			],
			{notices: [at('before', startMs - 1), at('between', startMs + 1), at('after', startMs + 2000)]},
		);
		expect(all(listOf(state)).filter(line => line !== '')).toEqual([
			' beginning of the thread',
			' ! before',
			' ◔ slept 1 s',
			' ! between',
			' ◔ slept 1 s',
			' ! after',
		]);
	});

	test('the checklist of a turn stands behind the message that began it', () => {
		const plan = {
			explanation: 'Carefully.',
			steps: [
				{step: 'look', status: 'completed'},
				{step: 'mend', status: 'inProgress'},
				{step: 'check', status: 'pending'},
				{step: 'dream', status: 'imagined'},
			],
		};
		const state = thread([turn('T', [message('u', 'go'), sleepItem('s')], {plan})]);
		expect(keys(listOf(state))).toEqual(['T/top', 'T/u', 'T/plan', 'T/s']);
		expect(blockLines(state, 'T/plan', {columns: 40})).toEqual([
			' ☰ plan                      1 of 4 done',
			'   Carefully.',
			'   ✓ look',
			'   ▸ mend',
			'   ○ check',
			'   imagined dream',
		]);
		expect(blockLines(state, 'T/plan', {columns: 40, folds: new Map([['T/plan', 'closed']])})).toEqual([
			' ☰ plan  mend                1 of 4 done',
		]);
	});

	test('the selected block has a mark at its edge', () => {
		const list = listOf(thread([turn('T', [message('u', 'go')])]), {selectedKey: 'T/u'});
		const rows = list.rowsAt(1);
		expect(lines(rows)).toEqual(['', '▎▌primary  12:03', '▎  go']);
		expect(rows[1]?.[0]?.sgr).toBe(theme.borderFocus);
	});
});

describe('keys', () => {
	test('each key leads back to its block', () => {
		const notices = [{kind: 'warning', text: 'x', atMs: startMs, afterItems: 0}] as const;
		const turns = Array.from({length: 30}, (_, index) =>
			turn(index === 3 ? 'T/3' : `T${index}`, [message('u', 'go'), sleepItem('s/1')], {...done, notices}),
		);
		const list = listOf(thread(turns));
		expect(list.length).toBe(1 + 30 * 4);
		expect(keys(list).map(list.indexOf)).toEqual(keys(list).map((_, index) => index));
		expect(new Set(keys(list)).size).toBe(list.length);
		for (const unknown of ['', '/', 'T1', 'T1/none', 'nobody/u', 'T99/u']) {
			expect(list.indexOf(unknown)).toBe(-1);
		}
		expect(list.rowsAt(-1)).toEqual([]);
		expect(list.rowsAt(list.length)).toEqual([]);
	});

	test('an older list stays true when the thread grows, shrinks or gets older turns', () => {
		const transcript = createTranscript(utc);
		const make = (names: readonly string[], extra = 0) =>
			thread(
				names.map(name =>
					turn(name, [message('u', name), ...Array.from({length: extra}, (_, n) => sleepItem(`s${n}`))]),
				),
			);
		const versions = [
			make(['c', 'd']),
			make(['c', 'd'], 2),
			make(['c', 'd', 'e']),
			make(['a', 'b', 'c', 'd', 'e']),
			make(['a', 'b', 'c']),
			make(['a', 'b', 'c', 'x', 'y'], 1),
			make([]),
			make(['z']),
		];
		const lists = versions.map(state => transcript.list(state, look()));
		for (const [index, list] of lists.entries()) {
			const fresh = createTranscript(utc).list(versions[index] ?? thread([]), look());
			expect(keys(list)).toEqual(keys(fresh));
			expect(keys(list).map(list.indexOf)).toEqual(keys(list).map((_, at) => at));
			expect(all(list)).toEqual(all(fresh));
		}
	});

	test('a reader at the very top stays at the same turn when older turns arrive', () => {
		const transcript = createTranscript(utc);
		const newer = turn('B', [message('u', 'second')]);
		const before = transcript.list(thread([newer], {olderCursor: 'more'}), look());
		const {scroll} = viewport(before, {kind: 'anchor', key: before.keyAt(0), offset: 0}, 2);
		const older = Array.from({length: 20}, (_, index) => turn(`A${index}`, [message('u', 'first')]));
		const after = transcript.list(thread([...older, newer], {olderCursor: 'more'}), look());
		expect(viewport(after, scroll, 3).blockAtRow[0]).toBe('B/u');
		expect(viewport(after, scroll, 3).atTop).toBe(false);
	});
});

describe('what is kept', () => {
	test('a delta lays out the streaming item only; the others keep their rows', () => {
		const transcript = createTranscript(utc);
		const rest = [message('u', 'go'), sleepItem('s')];
		const old = turn('A', [message('u', 'before')], done);
		const at = (text: string) => thread([old, turn('T', [...rest, agent('a', text, streaming)])]);
		const first = transcript.list(at('one\n\ntwo'), look());
		const before = keys(first).map((_, index) => first.rowsAt(index));
		const second = transcript.list(at('one\n\ntwo and more'), look());
		const after = keys(second).map((_, index) => second.rowsAt(index));
		const changed = keys(second).filter((_, index) => before[index] !== after[index]);
		expect(changed).toEqual(['T/a']);
		const [last, lastBefore] = [after.at(-1) ?? [], before.at(-1) ?? []];
		expect(last.map((row, index) => row === lastBefore[index])).toEqual([true, true, true, true, false]);
	});

	test('a streamed message looks like the same message laid out at once', () => {
		const transcript = createTranscript(utc);
		const text = '# Head\n\nSome `code` and **bold**.\n\n- a\n- b\n\n```ts\nconst a = 1;\n```\n\nend';
		for (let end = 1; end <= text.length; end += 1) {
			const state = thread([turn('T', [agent('a', text.slice(0, end), streaming)])]);
			const list = transcript.list(state, look());
			expect(lines(list.rowsAt(1))).toEqual(lines(listOf(state).rowsAt(1)));
		}
		const complete = transcript.list(thread([turn('T', [agent('a', text)])]), look());
		expect(complete.rowsAt(1)).toEqual(listOf(thread([turn('T', [agent('a', text)])])).rowsAt(1));
	});

	test('streamed output looks like the same output laid out at once, also when it begins anew', () => {
		const transcript = createTranscript(utc);
		const whole =
			'\u001b[31mred\u001b[0m\nnext 10%\rnext 99%\n\u001b[32mgreen over\nlines\u001b[0m\n1\n2\n3\n4\n';
		const cuts = Array.from({length: whole.length}, (_, index) => whole.slice(0, index + 1));
		for (const output of [...cuts, 'something else', `something else again ${whole}`]) {
			const command = item(
				'c',
				{type: 'commandExecution', command: 'x', status: 'inProgress', aggregatedOutput: output},
				streaming,
			);
			const state = thread([turn('T', [command])]);
			for (const fold of ['closed', 'open'] as const) {
				const view = look({folds: new Map([['T/c', fold]])});
				expect(transcript.list(state, view).rowsAt(1)).toEqual(
					createTranscript(utc).list(state, view).rowsAt(1),
				);
			}
		}
	});

	test('time passes for what runs and for nothing else', () => {
		const transcript = createTranscript(utc);
		const command = item('c', {type: 'commandExecution', command: 'x', aggregatedOutput: 'out'}, streaming);
		const state = thread([turn('T', [message('u', 'go'), agent('a', 'text', streaming), command])]);
		const rowsAt = (nowSeconds: number) => {
			const list = transcript.list(state, look({nowSeconds}));
			return keys(list).map((_, index) => list.rowsAt(index));
		};
		const before = rowsAt(startSeconds + 1);
		expect(rowsAt(startSeconds + 1).every((rows, index) => rows === before[index])).toBe(true);
		const after = rowsAt(startSeconds + 2);
		expect(after.map((rows, index) => rows === before[index])).toEqual([true, true, true, false]);
		// Of the running command only the head changed.
		expect(after[3]?.map((row, index) => row === before[3]?.[index])).toEqual([true, false, true]);
	});

	test('rows of blocks long out of sight are let go and come back the same', () => {
		const transcript = createTranscript(utc);
		const state = thread(
			Array.from({length: 2100}, (_, index) => turn(`T${index}`, [message('u', `m${index}`)])),
		);
		const list = transcript.list(state, look());
		const first = list.rowsAt(1);
		for (let index = 2; index < list.length; index += 1) list.rowsAt(index);
		const again = list.rowsAt(1);
		expect(again).not.toBe(first);
		expect(again).toEqual(first);
		expect(list.rowsAt(2100)).toBe(list.rowsAt(2100));
	});

	test('a screenful of a long thread asks for no other block', () => {
		const turns = Array.from({length: 3000}, (_, index) =>
			turn(`T${index}`, [message('u', `m${index}`)], done),
		);
		const list = listOf(thread(turns));
		let asked = 0;
		const counting: BlockList = {
			...list,
			rowsAt: index => {
				asked += 1;
				return list.rowsAt(index);
			},
		};
		expect(viewport(counting, tail, 40).rows).toHaveLength(40);
		expect(asked).toBeLessThan(120);
	});
});

describe('folding and copying', () => {
	const patch = '@@ -1,1 +1,1 @@\n-\told\n+\tnew\n';
	const state = thread([
		turn(
			'T',
			[
				message('u', 'plain\u001b[31m \ttext\u202e'),
				agent('a', '**raw** source'),
				item('c', {
					type: 'commandExecution',
					command: `bash -lc 'npm test'`,
					aggregatedOutput: '\u001b[31mred\u001b[0m\n',
				}),
				item('f', {type: 'fileChange', changes: [{path: 'a.ts', kind: {type: 'update'}, diff: patch}]}),
				sleepItem('s'),
			],
			{...done, status: 'failed', error: 'no luck'},
		),
	]);

	test('copying gives the raw text without what a terminal would obey', () => {
		expect(plainText(state, 'T/a')).toBe('**raw** source');
		expect(plainText(state, 'T/c')).toBe('$ npm test\nred\n');
		expect(plainText(state, 'T/f')).toBe(`--- a.ts\n+++ a.ts\n${patch}`);
		expect(plainText(state, 'T/u')).not.toMatch(/[\u001b\u202e]/);
		expect(plainText(state, 'T/u')).toContain('\ttext');
		expect(plainText(state, 'T/end')).toBe('no luck');
		expect(plainText(state, 'T/top')).toBeUndefined();
		expect(plainText(state, 'nobody/x')).toBeUndefined();
	});

	test('what can be folded', () => {
		expect(foldable(state, 'T/f')).toBe(true);
		expect(foldable(state, 'T/s')).toBe(false);
		expect(foldable(state, 'T/a')).toBe(false);
		expect(foldable(state, 'T/end')).toBe(false);
		expect(foldable(state, 'nobody/x')).toBe(false);
	});

	test('the default fold', () => {
		expect(state.turns[0]?.items.map(defaultFold)).toEqual(['open', 'open', 'closed', 'open', 'open']);
	});

	test('a block without a way to fold looks the same folded', () => {
		for (const fold of ['open', 'closed'] as const) {
			expect(blockLines(state, 'T/s', {folds: new Map([['T/s', fold]])})).toEqual([' ◔ slept 1 s']);
		}
	});
});

test('an item may change its kind of block without harm: hidden, then shown', () => {
	const transcript = createTranscript(utc);
	const empty = {type: 'reasoning', summary: [], content: []} as const;
	const at = (only: Item) => transcript.list(thread([turn('T', [only, agent('a', 'x')])]), look());
	expect(keys(at(item('r', empty, streaming)))).toEqual(['T/top', 'T/r', 'T/a']);
	expect(keys(at(item('r', empty)))).toEqual(['T/top', 'T/a']);
	expect(keys(at(item('r', {...empty, summary: ['**Now**']})))).toEqual(['T/top', 'T/r', 'T/a']);
	expect(rowText(at(agent('r', 'y')).rowsAt(1)[2] ?? [])).toBe('   y');
});

test('turns with the same items are told apart by their ids', () => {
	const same = [message('u', 'go')];
	const state = thread([turn('A', same), turn('B', same)]);
	expect(listOf(state).indexOf('B/u')).toBe(2);
	expect('B' as TurnId).toBe(state.turns[1]?.id);
});
