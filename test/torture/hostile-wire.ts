/**
 * Hostile text over a real socket into the verbs that print: what they write, on a terminal and into a pipe, and what
 * they complain about, is text and our own sequences. `--json` is left out: it hands on what came.
 */
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Writable} from 'node:stream';
import type {Context} from '../../source/commands/context.ts';
import {doctor} from '../../source/commands/doctor/doctor.ts';
import {explain} from '../../source/commands/exit-codes.ts';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {ls} from '../../source/commands/ls/ls.ts';
import {answer} from '../../source/commands/requests/answer.ts';
import {requests} from '../../source/commands/requests/requests.ts';
import {status} from '../../source/commands/status/status.ts';
import {tail} from '../../source/commands/tail/tail.ts';
import {interrupt} from '../../source/commands/turns/interrupt.ts';
import {send} from '../../source/commands/turns/send.ts';
import {wait} from '../../source/commands/turns/wait.ts';
import {startFakeServer} from '../app-server/fake-server.ts';
import {realTime} from '../app-server/watcher.ts';
import {testContext} from '../commands/make.ts';
import {isStructural, planted} from './fields.ts';
import {corpus, madeUp} from './hostile-corpus.ts';
import {madeUpFrames} from './made-up-frames.ts';
import {recordedThread} from './memory-server.ts';
import type {Random} from './random.ts';
import {foreignInLines, listen} from './tokeniser.ts';

/** Timers that wait a hundredth of what they are told to. */
const hurried: Context['environment'] = {
	...realTime,
	later: (delayMs, task) => realTime.later(Math.min(60, delayMs / 100), task),
};

type Verb = {
	readonly name: string;
	readonly options?: Partial<Context['options']>;
	readonly run: (context: Context) => Promise<number>;
};

const verbs: readonly Verb[] = [
	{name: 'ls', run: ls},
	{name: 'status', run: context => status(context, undefined)},
	{name: 'status of one', run: context => status(context, recordedThread)},
	{name: 'requests', run: context => requests(context, recordedThread)},
	{name: 'tail', options: {since: 'start', timeoutMs: 3000}, run: context => tail(context, recordedThread)},
	{name: 'answer', run: context => answer(context, [recordedThread, '100', 'nonsense'])},
	{name: 'answer an MCP server', run: context => answer(context, [recordedThread, '105', 'accept'])},
	{name: 'wait', options: {timeoutMs: 1000}, run: context => wait(context, recordedThread)},
	{name: 'interrupt', run: context => interrupt(context, recordedThread)},
	{name: 'send', run: context => send(context, [recordedThread, 'hello'])},
	{name: 'no such thread', run: context => status(context, 'there is none')},
	{name: 'doctor', run: doctor},
];

/** A stream that remembers, on a terminal or not. */
const stream = (terminal: {readonly isTTY: boolean}, folder: string) => {
	let text = '';
	// `tail` writes to the descriptor of a terminal: here a file.
	const file = path.join(folder, 'terminal');
	const fd = openSync(file, 'w');
	const made = Object.assign(
		new Writable({
			decodeStrings: false,
			write(chunk, _encoding, done) {
				text += String(chunk);
				done();
			},
		}),
		{...terminal, fd, columns: 100, rows: 30, getColorDepth: () => 24, hasColors: () => true},
	);
	return {
		stream: made as unknown as NodeJS.WriteStream,
		text: () => text + readFileSync(file, 'utf8'),
		close: () => closeSync(fd),
	};
};

const patienceMs = 15_000;

export const hostileWire = async (
	random: Random,
	runs: number,
): Promise<{readonly verbs: number; readonly lines: number; readonly offences: readonly string[]}> => {
	const server = await startFakeServer();
	const newFolder = (): string => mkdtempSync(path.join(os.tmpdir(), 'jumpseat-verbs-'));
	const folders = [newFolder(), newFolder()] as const;
	const offences: string[] = [];
	let lines = 0;
	let round = 0;
	let said: readonly object[] = [];
	const text = (): string => (random.chance(0.6) ? (corpus[round++ % corpus.length] ?? '') : madeUp(random));
	try {
		for (let run = 0; run < runs; run += 1) {
			const verb = verbs[run % verbs.length];
			if (verb === undefined) break;
			const isRefusing = random.chance(0.15);
			const all = planted(madeUpFrames(), field => (isStructural(field) ? undefined : text()));
			said = all.said.filter(frame => !/thread\/closed/.test(JSON.stringify(frame)));
			for (const [method, [result]] of all.results) {
				server.on(method, call => {
					if (isRefusing && method !== 'initialize') call.refuse(text());
					else call.reply(result);
					if (method === 'thread/resume') call.connection.burst(...said);
				});
			}
			for (const method of ['turn/start', 'turn/steer', 'turn/interrupt', 'thread/queue/add'])
				server.on(method, call => call.refuse(text()));
			const isTTY = random.chance(0.5);
			const out = stream({isTTY}, folders[0]);
			const err = stream({isTTY}, folders[1]);
			const context = testContext(server.endpoint, {
				observe: false,
				name: 'tester',
				environment: hurried,
				options: {...noOptions, ...verb.options},
				env: {PATH: '/nowhere', TERM: 'xterm-256color'},
				stdin: {isTTY: false} as NodeJS.ReadStream,
				stdout: out.stream,
				stderr: err.stream,
			});
			let complaint = '';
			const ended = verb.run(context).then(
				() => true,
				(error: unknown) => {
					const {lines: said} = explain(error);
					complaint = said.join('\n');
					if (complaint.includes('should not have')) offences.push(`${verb.name}: ${complaint}`);
					return true;
				},
			);
			const late = new Promise<false>(resolve => setTimeout(() => resolve(false), patienceMs).unref());
			if (!(await Promise.race([ended, late]))) offences.push(`${verb.name} did not end`);
			const written = out.text() + err.text();
			out.close();
			err.close();
			lines += written.split('\n').length;
			const heard = isTTY ? listen(written).foreign : foreignInLines(written);
			offences.push(...[...heard, ...foreignInLines(complaint)].map(each => `${verb.name}: ${each}`));
			if (offences.length > 5) break;
		}
	} finally {
		await server.stop();
		for (const folder of folders) rmSync(folder, {recursive: true, force: true});
	}
	return {verbs: runs, lines, offences};
};
