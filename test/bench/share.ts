/**
 * What many guests cost a share: bursts of 16,000 deltas on a real server, through the built `jumpseat share`, to one
 * guest, to fifty, and to fifty of whom five do not read. Counts the bytes between share and server, the time until the
 * readers have everything, and what the share's process took. A guest who has not got all the text fails the run; else
 * asserts nothing. Called by `run.ts` for `--only share`.
 */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {connect, createServer} from 'node:net';
import path from 'node:path';
import process from 'node:process';
import {setTimeout as later} from 'node:timers/promises';
import WebSocket from 'ws';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import {parseLink} from '../../source/share/link.ts';
import {personEnv, program} from '../support/cli.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {cpuMsOf, memoryOf} from './processes.ts';
import {word} from './scripts.ts';
import {median} from './statistics.ts';

const deltas = 16_000;
const guests = 50;
const invited = ['one', 'other'];
const stalled = 5;

/** `words`: as a model streams. `blocks`: so much that what a guest does not read fits in no buffer of the system. */
const bursts = {words: 6, blocks: 240} as const;
type Burst = keyof typeof bursts;

const textOf = (burst: Burst): string => {
	const chars = bursts[burst];
	const piece = (number: number): string =>
		`${word(number)
			.repeat(chars / 6)
			.slice(0, chars - 1)} `;
	return Array.from({length: deltas}, (_, number) => piece(number)).join('');
};

type Line = {readonly path: string; readonly bytes: () => number; readonly stop: () => void};

/** Passes everything on and counts what the server says. */
const countedLine = async (scenario: Scenario): Promise<Line> => {
	const place = path.join(scenario.home, 'counted.sock');
	let bytes = 0;
	const server = createServer(client => {
		const upstream = connect(scenario.socketPath);
		client.pipe(upstream);
		upstream.on('data', chunk => {
			bytes += chunk.length;
		});
		upstream.pipe(client);
		client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
		upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
	});
	server.listen(place);
	await once(server, 'listening');
	return {path: place, bytes: () => bytes, stop: () => void server.close()};
};

type Guest = {
	/** Starts counting for a new burst; resolves with the time when all of it is here. */
	readonly burst: (text: string) => Promise<number>;
	readonly counted: () => {readonly frames: number; readonly bytes: number};
	readonly stall: () => void;
	readonly leave: () => void;
};

const enter = async (link: string, threadId: string): Promise<Guest> => {
	const {address, token} = parseLink(link);
	if (address.kind !== 'ws') throw new Error('The link is not one of ws://.');
	const socket = new WebSocket(`ws://${address.host}:${address.port}`, {
		headers: {Authorization: `Bearer ${token}`},
		perMessageDeflate: false,
	});
	await once(socket, 'open');
	let frames = 0;
	let bytes = 0;
	let text = '';
	let expected: {
		readonly text: string;
		readonly done: (atMs: number) => void;
		readonly fail: (error: Error) => void;
	};
	const answered = new Map<number, () => void>();
	socket.on('message', (data: Buffer) => {
		frames += 1;
		bytes += data.length;
		const {id, method, params} = JSON.parse(data.toString('utf8')) as Frame;
		if (method === undefined && typeof id === 'number') answered.get(id)?.();
		if (method === 'item/agentMessage/delta') text += String(params?.delta);
		if (method !== 'turn/completed') return;
		if (text === expected.text) expected.done(performance.now());
		else expected.fail(new Error(`A guest has ${text.length} of ${expected.text.length} characters.`));
	});
	const call = (id: number, method: string, params: object): Promise<void> => {
		socket.send(JSON.stringify({id, method, params}));
		return new Promise(resolve => answered.set(id, resolve));
	};
	await call(1, 'initialize', {clientInfo: {name: 'bench', title: null, version: '0.0.0'}});
	socket.send(JSON.stringify({method: 'initialized'}));
	await call(2, 'thread/resume', {threadId, excludeTurns: true});
	return {
		burst: wanted => {
			[frames, bytes, text] = [0, 0, ''];
			return new Promise((done, fail) => {
				expected = {text: wanted, done, fail};
			});
		},
		counted: () => ({frames, bytes}),
		stall: () => socket.pause(),
		leave: () => socket.terminate(),
	};
};

type Figures = {
	/** From the person's message to the last reader's last frame. */
	readonly ms: number;
	/** Of it, after the person at the server itself had everything. */
	readonly behindMs: number;
	readonly upstreamBytes: number;
	readonly cpuMs: number;
	readonly rssMb: number;
	readonly frames: number;
	readonly bytes: number;
};

type Crowd = {readonly readers: number; readonly stalled: number};

const startShare = async (scenario: Scenario, line: Line, threadId: string) => {
	const args = [
		'share',
		threadId,
		'--connect',
		`unix://${line.path}`,
		'--listen',
		'ws://127.0.0.1:0',
		// One alone does not let in so many at once.
		...invited.flatMap(name => ['--for', name]),
		'--json',
	];
	const share: ChildProcess = spawn(process.execPath, [program, ...args], {
		cwd: scenario.workdir,
		env: {...personEnv(scenario), XDG_RUNTIME_DIR: scenario.home},
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const links = await new Promise<readonly string[]>((resolve, reject) => {
		let said = '';
		share.stdout?.setEncoding('utf8').on('data', (text: string) => {
			said += text;
			const found = said.match(/jumpseat\+ws:[^\s"'\\]+(?=")/g) ?? [];
			if (found.length === invited.length) resolve(found);
		});
		share.once('exit', () => reject(new Error(`The share ended: ${said}`)));
	});
	return {links, pid: share.pid ?? 0, stop: () => void share.kill('SIGTERM')};
};

/** Prints one row for each burst and crowd, medians of the runs, and the two ratios that matter. */
export const measureShare = async (runs: number): Promise<void> => {
	const names = Object.keys(bursts) as Burst[];
	const scenario = await startScenario({
		rules: names.map(name => ({
			when: `Play ${name}`,
			responses: [[{do: 'message', text: textOf(name), deltaChars: bursts[name]}]],
		})),
		fallback: [{do: 'message', text: 'Good morning.'}],
	});
	const line = await countedLine(scenario);
	const crowds: readonly Crowd[] = [
		{readers: 1, stalled: 0},
		{readers: guests, stalled: 0},
		{readers: guests - stalled, stalled: 0},
		{readers: guests - stalled, stalled},
	];
	const results = new Map<string, Figures[]>();
	const keyOf = (burst: Burst, crowd: Crowd): string =>
		`${burst}, ${crowd.readers} reading${crowd.stalled > 0 ? ` and ${crowd.stalled} stalled` : ''}`;
	try {
		const threadId = await scenario.pilot.startThread();
		await scenario.pilot.play('Good morning');

		const measure = async (burst: Burst, crowd: Crowd): Promise<Figures> => {
			// A share of its own for each: what the one before it took stays out of the memory.
			const share = await startShare(scenario, line, threadId);
			const inside: Guest[] = [];
			try {
				for (let count = crowd.readers + crowd.stalled; count > 0; count -= 1)
					inside.push(await enter(share.links[count % share.links.length] ?? '', threadId));
				await later(500);
				const readers = inside.slice(0, crowd.readers);
				for (const guest of inside.slice(crowd.readers)) guest.stall();
				const [bytesBefore, cpuBefore] = [line.bytes(), cpuMsOf(share.pid)];
				const text = textOf(burst);
				const startedAtMs = performance.now();
				const done = Promise.all(readers.map(guest => guest.burst(text)));
				await scenario.pilot.play(`Play ${burst}`);
				const overAtMs = performance.now();
				const atMs = await done;
				const counted = readers.map(guest => guest.counted());
				return {
					ms: Math.max(...atMs) - startedAtMs,
					behindMs: Math.max(0, Math.max(...atMs) - overAtMs),
					upstreamBytes: line.bytes() - bytesBefore,
					cpuMs: cpuMsOf(share.pid) - cpuBefore,
					rssMb: memoryOf(share.pid).rssMb,
					frames: counted.reduce((sum, each) => sum + each.frames, 0) / readers.length,
					bytes: counted.reduce((sum, each) => sum + each.bytes, 0) / readers.length,
				};
			} finally {
				for (const guest of inside) guest.leave();
				share.stop();
			}
		};

		for (let run = 0; run < runs; run += 1) {
			for (const burst of names) {
				// Who goes first changes, so that what else the machine does hits all alike.
				for (const crowd of run % 2 === 0 ? crowds : [...crowds].reverse()) {
					const key = keyOf(burst, crowd);
					const figures = await measure(burst, crowd);
					results.set(key, [...(results.get(key) ?? []), figures]);
					process.stderr.write(
						`run ${run + 1} of ${runs} · ${key}: ${Math.round(figures.ms)} ms, ${Math.round(figures.behindMs)} behind\n`,
					);
				}
			}
		}
	} finally {
		line.stop();
		await scenario.stop();
	}

	const middle = (key: string, name: keyof Figures): number =>
		median((results.get(key) ?? []).map(figures => figures[name])) ?? Number.NaN;
	const fields = ['ms', 'behindMs', 'upstreamBytes', 'cpuMs', 'rssMb', 'frames', 'bytes'] as const;
	process.stdout.write(
		'| burst, guests | ms | of it behind | upstream B | CPU ms | RSS MB | frames a guest | B a guest |\n',
	);
	process.stdout.write(`|---|${'---:|'.repeat(fields.length)}\n`);
	for (const key of results.keys()) {
		const cells = fields.map(name => Math.round(middle(key, name)));
		process.stdout.write(`| ${key} | ${cells.join(' | ')} |\n`);
	}
	const ratio = (burst: Burst, name: keyof Figures, over: Crowd, under: Crowd): string =>
		(middle(keyOf(burst, over), name) / middle(keyOf(burst, under), name)).toFixed(3);
	const [one, all, rest, hindered] = crowds as readonly [Crowd, Crowd, Crowd, Crowd];
	for (const burst of names) {
		process.stdout.write(
			`${burst}: upstream bytes of ${guests} guests to those of one: ${ratio(burst, 'upstreamBytes', all, one)}; ` +
				`time of ${guests - stalled} readers with ${stalled} stalled to that without: ${ratio(burst, 'ms', hindered, rest)}\n`,
		);
	}
};
