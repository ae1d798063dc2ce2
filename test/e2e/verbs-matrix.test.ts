/**
 * Every verb in every situation that ends it early: the exit code, one line on stderr (candidates follow, where there
 * are several), nothing on stdout. The table of docs/json.md is held against this one, so what is written there is true.
 */
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type VerbName, verbs} from '../../source/commands/line/verbs.ts';
import {startAppServer} from '../../source/demo/app-server.ts';
import {cacheFolder, codexEnv} from '../../source/demo/codex-home.ts';
import {findCodex} from '../../source/demo/find-codex.ts';
import {refuse, reply, serveThread, startFakeServer, thread, turn} from '../app-server/fake-server.ts';
import {type Ran, runCli} from '../support/cli.ts';
import {openPty} from '../support/pty.ts';
import {methods} from './ask-scripts.ts';
import {begin, beginWith, personEnv, program, rule} from './support.ts';

const columns = [
	'no server',
	'silent server',
	'wrong token',
	'no such thread',
	'ambiguous',
	'read-only',
	'stale turn',
	'timeout',
] as const;
type Column = (typeof columns)[number];

/** Why a verb has no such case; by these words docs/json.md says it. */
const reasons = {
	a: 'asks no server',
	b: 'takes no thread',
	c: 'changes nothing, so `--observe` allows all of it (`attach` starts, and its keys send nothing)',
	d: 'aims at no turn',
	e: 'takes no `--timeout`',
} as const;
type Cell = number | keyof typeof reasons;

const row = (...cells: readonly Cell[]): Readonly<Record<Column, Cell>> => {
	expect(cells).toHaveLength(columns.length);
	return Object.fromEntries(columns.map((column, index) => [column, cells[index]])) as Record<Column, Cell>;
};

const matrix: Readonly<Record<VerbName, Readonly<Record<Column, Cell>>>> = {
	attach: row(3, 3, 4, 3, 2, 'c', 'd', 'e'),
	ls: row(3, 3, 4, 'b', 'b', 'c', 'd', 'e'),
	tail: row(3, 3, 4, 3, 2, 'c', 'd', 1),
	send: row(3, 3, 4, 3, 2, 4, 4, 1),
	interrupt: row(3, 3, 4, 3, 2, 4, 4, 'e'),
	requests: row(3, 3, 4, 3, 2, 'c', 'd', 'e'),
	answer: row(3, 3, 4, 3, 2, 4, 4, 'e'),
	wait: row(3, 3, 4, 3, 2, 'c', 'd', 1),
	status: row(3, 3, 4, 3, 2, 'c', 'd', 'e'),
	doctor: row(3, 3, 4, 'b', 'b', 'c', 'd', 'e'),
	tmux: row(3, 3, 4, 3, 2, 'c', 'd', 'e'),
	share: row(3, 3, 4, 3, 2, 'c', 'd', 'e'),
	join: row('a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'),
	relay: row('a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'),
	completions: row('a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'),
	demo: row('a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'),
};

/** The words of a verb on a thread; without one, as it is called where there is no doubt. */
const wordsOf = (verb: VerbName, wanted?: string): readonly string[] => {
	const named = wanted === undefined ? [] : [wanted];
	switch (verb) {
		case 'send':
			return ['send', ...named, 'hello'];
		case 'answer':
			return ['answer', ...named, ...(wanted === undefined ? [] : ['only']), 'accept'];
		default:
			return [verb, ...named];
	}
};

const says: Readonly<Record<Column, RegExp>> = {
	'no server': /^No Codex App Server answers at \S+: there is no socket\. /,
	'silent server': /did not complete the handshake within 10 s/,
	'wrong token': /did not accept the token.*--token-file/,
	'no such thread': /^There is no thread "nowhere" on \S+ `jumpseat ls` shows/,
	ambiguous: /fits several threads\. Say which, by its id, a piece of it, or its name:$/,
	'read-only': /^Read-only \(--observe\): nothing (is|was) \w+/,
	'stale turn': /\bturn (1 )?(is|was) over\b/i,
	timeout: /^Gave up after 1\.5 s: .+ still runs\.$/,
};

type Place = {readonly env: NodeJS.ProcessEnv; readonly cwd: string};

/** In a terminal, its errors beside it. */
const runAttach = async (args: readonly string[], {env, cwd}: Place): Promise<Ran> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-attach-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const errors = path.join(folder, 'stderr');
	const words = ['-c', 'exec "$@" 2>"$0"', errors, process.execPath, program, ...args];
	const pty = openPty('/bin/sh', words, {columns: 120, rows: 30, cwd, env: {...personEnv(), ...env}});
	onTestFinished(() => pty.kill());
	const {code} = await pty.exit;
	return {code, stdout: pty.output(), stderr: readFileSync(errors, 'utf8')};
};

const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** The variables of a pane in a tmux of the test's own; undefined where there is none. */
const startPane = (): NodeJS.ProcessEnv | undefined => {
	if (!hasTmux) return undefined;
	const folder = mkdtempSync(path.join(realpathSync(os.tmpdir()), 'jst-'));
	const env = {...personEnv(), TMUX_TMPDIR: folder};
	const run = (...words: readonly string[]): string =>
		spawnSync('tmux', ['-f', '/dev/null', ...words], {env, encoding: 'utf8'}).stdout.trim();
	run('new-session', '-d', '-x', '200', '-y', '50', 'cat');
	onTestFinished(() => {
		run('kill-server');
		rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
	});
	return {TMUX: run('display-message', '-p', '#{socket_path},#{pid},0'), TMUX_PANE: '%0'};
};

const run = (verb: VerbName, args: readonly string[], place: Place): Promise<Ran> =>
	verb === 'attach' ? runAttach(args, place) : runCli(args, place);

/** What it is told of the situation: after the verb's own words. */
type Situation = (verb: VerbName) => readonly string[];

/** A machine runs so many at once without one of them starving. */
const atOnce = 4;

/** Runs every verb that has this column, some at a time. */
const expectColumn = async (column: Column, situation: Situation, more = 0): Promise<void> => {
	const pane = startPane();
	const names = verbs
		.map(({name}) => name)
		.filter(name => typeof matrix[name][column] === 'number' && (name !== 'tmux' || pane !== undefined));
	const place: Place = {cwd: os.tmpdir(), env: pane ?? {}};
	const results: Array<readonly [VerbName, Ran]> = [];
	const left = [...names];
	const work = async (): Promise<void> => {
		for (let verb = left.shift(); verb !== undefined; verb = left.shift())
			results.push([verb, await run(verb, situation(verb), place)]);
	};
	// Those that wait for a silent server need no processor.
	const workers = column === 'silent server' ? names.length : atOnce;
	await Promise.all(Array.from({length: workers}, work));
	for (const [verb, {code, stdout, stderr}] of results) {
		const said = `${verb}, ${column}: ${stdout}${stderr}`;
		expect(code, said).toBe(matrix[verb][column]);
		if (verb === 'doctor') {
			// Its findings are its result, whatever they are.
			expect(stderr, said).toBe('');
			expect(stdout, said).toContain('✗');
			continue;
		}
		expect(stdout, said).toBe('');
		const [first = '', ...others] = stderr.replaceAll('\r', '').trimEnd().split('\n');
		expect(first, said).toMatch(says[column]);
		expect(others, said).toHaveLength(more);
	}
};

const at = (endpoint: string, ...options: readonly string[]): readonly string[] => [
	'--connect',
	endpoint,
	...options,
];

const nowhere = at('unix:///nowhere/at/all.sock');

const expectSilent = async (): Promise<void> => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-silent-'));
	const socketPath = path.join(folder, 'server.sock');
	const sockets = new Set<net.Socket>();
	const server = net.createServer(socket => {
		sockets.add(socket);
		socket.on('error', () => {}).resume();
	});
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	onTestFinished(() => {
		for (const socket of sockets) socket.destroy();
		server.close();
		rmSync(folder, {recursive: true, force: true});
	});
	await expectColumn('silent server', verb => [...wordsOf(verb), ...at(`unix://${socketPath}`)]);
};

test('no server; one that says nothing; read-only, by the option and by the settings', async () => {
	// Ten seconds of silence leave the time for the others.
	const silence = expectSilent();
	await expectColumn('no server', verb => [...wordsOf(verb), ...nowhere]);
	await expectColumn('read-only', verb => [...wordsOf(verb), '--observe', ...nowhere]);
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-settings-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	mkdirSync(path.join(folder, 'jumpseat'));
	writeFileSync(path.join(folder, 'jumpseat', 'config.json'), '{"observe": true}');
	const ran = await runCli([...wordsOf('answer'), ...nowhere], {env: {XDG_CONFIG_HOME: folder}});
	expect(ran).toEqual({code: 4, stdout: '', stderr: expect.stringMatching(says['read-only'])});
	await silence;
});

test('a token that the server does not accept', async () => {
	const folder = mkdtempSync(path.join(cacheFolder(process.env), 'token-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20}));
	const secret = (name: string): string => {
		const file = path.join(folder, name);
		writeFileSync(file, `${name}-token-0123456789`, {mode: 0o600});
		return file;
	};
	const codex = findCodex(process.env);
	const server = await startAppServer({
		codex,
		env: codexEnv(process.env, codex, folder),
		cwd: folder,
		listen: 'tcp',
		args: ['--ws-auth', 'capability-token', '--ws-token-file', secret('right')],
	});
	onTestFinished(() => server.stop());
	const token = ['--token-file', secret('wrong')];
	await expectColumn('wrong token', verb => [...wordsOf(verb), ...at(server.endpoint, ...token)]);
});

test('no such thread, and a word that fits several', async () => {
	const scenario = await beginWith(['one']);
	const first = scenario.pilot.threadId();
	await scenario.pilot.startThread();
	await scenario.pilot.play('two');
	// Ids that are made in the same hours begin alike.
	const piece = first.slice(0, 6);
	expect(scenario.pilot.threadId().slice(0, 6)).toBe(piece);
	await expectColumn('no such thread', verb => [...wordsOf(verb, 'nowhere'), ...at(scenario.endpoint)]);
	await expectColumn('ambiguous', verb => [...wordsOf(verb, piece), ...at(scenario.endpoint)], 2);
});

test('a turn that ends between', async () => {
	const id = '019a0000-aaaa-7000-8000-000000000001';
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	serveThread(server, id);
	const active = thread(id, {status: {type: 'active', activeFlags: ['waitingOnApproval']}});
	const initialTurnsPage = {data: [turn('T1', {status: 'inProgress'})], nextCursor: null};
	server.on('thread/list', reply({data: [active], nextCursor: null}));
	server.on('thread/queue/list', reply({data: [], nextCursor: null}));
	server.on('thread/resume', call => {
		call.reply({thread: active, initialTurnsPage});
		const params = {threadId: id, turnId: 'T1', itemId: 'I', command: 'printf one'};
		call.connection.burst({id: 0, method: methods.command, params});
	});
	server.on('turn/steer', refuse('no active turn to steer'));
	server.on('turn/interrupt', refuse('no active turn to interrupt'));
	// The only frames without a method are answers.
	server.on('undefined', ({connection}) => {
		connection.notify('turn/completed', {threadId: id, turn: turn('T1', {status: 'interrupted'})});
		connection.notify('serverRequest/resolved', {threadId: id, requestId: 0});
	});
	await expectColumn('stale turn', verb => [...wordsOf(verb), ...at(server.endpoint.display)]);
	expect(server.methods.filter(method => /^turn|^undefined/.test(method)).toSorted()).toEqual([
		'turn/interrupt',
		'turn/steer',
		'undefined',
	]);
});

test('what is waited for does not come in time', async () => {
	const scenario = await begin([rule(/[\s\S]/, [{do: 'message', text: ['So ', {hold: 'work'}, 'it is.']}])]);
	const watched = await scenario.pilot.startThread();
	await scenario.pilot.say('Work');
	await scenario.model.holding('work');
	// What is sent is no news of the thread that the others watch.
	const steered = await scenario.pilot.startThread();
	await scenario.pilot.say('Work');
	const patience = (verb: VerbName): readonly string[] => {
		switch (verb) {
			case 'tail':
				return ['--since', 'now', '--until', 'idle'];
			case 'send':
				return ['--wait'];
			default:
				return [];
		}
	};
	await expectColumn('timeout', verb => [
		...wordsOf(verb, verb === 'send' ? steered : watched),
		...patience(verb),
		'--timeout',
		'1.5',
		...at(scenario.endpoint),
	]);
});

describe('docs/json.md', () => {
	const doc = readFileSync(new URL('../../docs/json.md', import.meta.url), 'utf8');

	test('has this table', () => {
		const rows = doc.split('\n').flatMap(line => {
			const [, first = '', ...cells] = line.split('|').map(cell => cell.trim());
			const verb = /^`(\w+)`$/.exec(first)?.[1];
			return verb !== undefined && cells.length === columns.length + 1 ? [[verb, ...cells.slice(0, -1)]] : [];
		});
		expect(rows).toEqual(
			verbs.map(({name}) => [name, ...columns.map(column => String(matrix[name][column]))]),
		);
		expect(doc).toContain(`| verb | ${columns.join(' | ')} |`);
	});

	test('gives these reasons', () => {
		for (const [letter, reason] of Object.entries(reasons)) expect(doc).toContain(`- ${letter}: ${reason}\n`);
	});
});
