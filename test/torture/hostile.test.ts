/** The short form of the attacks with text: every kind of field, the whole screen, the verbs, a long line. */
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {chromeLine} from '../../source/app/chrome-line.ts';
import {writeExport} from '../../source/commands/export-file.ts';
import {decodeMessage} from '../../source/json-rpc/decode.ts';
import {describeThread} from '../../source/thread/info.ts';
import {threadMarkdown} from '../../source/view/export.ts';
import {heard, liveState, newState, told} from '../app/make.ts';
import {notified} from '../thread/make.ts';
import {hostile} from './hostile.ts';
import {corpus, madeUp} from './hostile-corpus.ts';
import {createRandom} from './random.ts';
import {foreignInLines, listen} from './tokeniser.ts';

const seed = process.env.CI ? 0x5ea7 : Math.floor(Math.random() * 1_000_000);

test('hostile text in every field is neither executed nor shown as anything but text', async () => {
	const {counts, failures} = await hostile(() => {}, {seed, seconds: 0, every: 40});
	expect(failures).toEqual([]);
	expect(counts.executed).toBe(0);
	expect(counts.fields).toBeGreaterThan(20);
	expect(counts.inputs).toBeGreaterThan(100);
	expect(counts.sequences).toBeGreaterThan(300);
	expect(counts.verbs).toBe(12);
}, 120_000);

describe('the listener at the terminal', () => {
	test('finds something foreign, or said in our form, in every text of the corpus with a control character', () => {
		const isHeard = (text: string): boolean => {
			const {foreign, clipboards, open} = listen(text);
			return foreign.length + clipboards.length + open > 0;
		};
		const missed = corpus.filter(
			text => /[\u0000-\u0006\u000B\u000C\u000E-\u001F\u007F-\u009F]/.test(text) && !isHeard(text),
		);
		expect(missed).toEqual([]);
	});

	test.each([
		['\u001B]0;x\u0007'],
		['\u001B]52;c;?\u0007'],
		['\u001B]9;4;1\u0007'],
		['\u001B[6n'],
		['\u001B[8mx'],
		['\u001B[?1049'],
		['\u001BPtmux;\u001B\u001B]0;x\u0007\u001B\\'],
		['\u001BPtmux;\u001B\u001B]52;c;QQ==\u0007x\u001B\\'],
		['\u001B]2;a\u009Cb\u0007'],
		['\u009B31m'],
		['\u202Ex'],
		['a\u200Bb'],
		['\uD800'],
		[`e${'\u0301'.repeat(20)}`],
		[`\u001B]52;c;${Buffer.from('a\u001B[2J').toString('base64')}\u0007`],
	])('does not let %j pass', text => {
		expect(listen(text).foreign).not.toEqual([]);
	});

	test('lets our own sequences pass', () => {
		const ours =
			'\u001B[?1049h\u001B[?7l\u001B[?2026h\u001B[2;5H\u001B[0;1;38;5;42mtext\u001B[m\u001B[K\b\r\n\u001B[?2026l\u001B[5n\u001B]2;title\u0007\u001B]52;c;YQ==\u0007\u001BPtmux;\u001B\u001B]9;done\u0007\u001B\\\u0007';
		expect(listen(ours)).toMatchObject({
			foreign: [],
			titles: ['title'],
			clipboards: ['a'],
			notifications: ['done'],
			bells: 1,
		});
	});

	test('a text that somebody made up is never the same twice, and is when the seed is', () => {
		const of = (from: number) => Array.from({length: 20}, () => madeUp(createRandom(from)));
		expect(of(1)).toEqual(of(1));
		expect(madeUp(createRandom(1))).not.toBe(madeUp(createRandom(2)));
	});
});

describe('what the attacks found once', () => {
	test('an id that is an object, where an id is put into words', () => {
		const bad = {toString: 'x'};
		for (const method of ['item/agentMessage/delta', 'serverRequest/resolved', 'thread/status/changed'])
			expect(() =>
				applyEvents(liveState(), [
					heard(method, {itemId: bad, requestId: bad, status: {type: 'active', activeFlags: [bad]}}),
				]),
			).not.toThrow();
	});

	test('a list that names a thread twice', () => {
		const {threads} = applyEvents(newState(), [
			{type: 'threadsListed', threads: [{id: 'a'}, {id: 'b'}, {id: 'a', name: 'newer'}]},
		]);
		expect(threads.map(({id, name}) => [id, name])).toEqual([
			['a', 'newer'],
			['b', undefined],
		]);
	});

	test('a value that is nested without end is no message, and one that is deep is', () => {
		const nested = (depth: number) => `{"method":"m","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
		expect(decodeMessage(nested(100_000))).toMatchObject({
			kind: 'malformed',
			reason: 'nested deeper than 500 levels',
		});
		expect(decodeMessage(nested(400)).kind).toBe('notification');
		expect(decodeMessage(nested(1200)).kind).toBe('malformed');
	});

	test('a thread whose id is a path chooses neither folder nor name of an export', () => {
		const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-export-'));
		try {
			writeExport({cwd: folder}, '/../../AGENTS', {file: undefined, text: 'x'});
			writeExport({cwd: folder}, '\u001B[2J', {file: undefined, text: 'x'});
			writeExport({cwd: folder}, '../..', {file: undefined, text: 'x'});
			expect(readdirSync(folder).sort()).toEqual([
				'codex-thread-2J.md',
				'codex-thread-AGENTS.md',
				'codex-thread-unknown.md',
			]);
		} finally {
			rmSync(folder, {recursive: true});
		}
	});

	test('an id with a sequence in it does not end up in an export', () => {
		const info = describeThread({id: '\u001B]0;x\u0007', cwd: '/'});
		expect(foreignInLines(threadMarkdown({...liveState().thread, info}))).toEqual([]);
	});

	test('a name of a megabyte is cut before it is laid out', () => {
		expect(chromeLine('x'.repeat(1_000_000)).length).toBe(1000);
	});

	test('an error of a megabyte is cut, and says so', () => {
		const state = applyEvents(liveState(), [
			told(notified('error', {error: {message: 'x'.repeat(1_000_000)}, turnId: 'none'})),
		]);
		const [notice] = state.thread.notices;
		expect(notice?.text.length).toBeLessThanOrEqual(20_000);
		expect(notice?.text).toMatch(/ … 980050 characters more$/);
	});
});
