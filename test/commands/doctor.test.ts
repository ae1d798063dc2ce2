/** The judgements of `doctor`, and the whole of it against a scripted server and programs that the test wrote. */
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, beforeEach, describe, expect, test} from 'vitest';
import type {Context} from '../../source/commands/context.ts';
import {askTerminal} from '../../source/commands/doctor/ask-terminal.ts';
import {doctor} from '../../source/commands/doctor/doctor.ts';
import {
	exitCodeOf,
	type Finding,
	findingText,
	note,
	ok,
	problem,
} from '../../source/commands/doctor/finding.ts';
import {askProgram} from '../../source/commands/doctor/run.ts';
import {judgeSocket, lookAtSocket, type SocketFacts} from '../../source/commands/doctor/socket.ts';
import {judgeTerminal, type TerminalFacts} from '../../source/commands/doctor/terminal.ts';
import {isOlder, judgeVersions, type VersionFacts} from '../../source/commands/doctor/versions.ts';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {noOptions} from '../../source/commands/line/command-line.ts';
import {type Endpoint, parseEndpoint} from '../../source/transport/endpoint.ts';
import {textWidth} from '../../source/view/width.ts';
import {type FakeServer, refuse, reply, startFakeServer, thread} from '../app-server/fake-server.ts';
import {createFakeClock, FakeInput} from '../screen/fake-terminal.ts';
import {testContext} from './make.ts';

const asText = ({level, says, fix}: Finding): string =>
	`${level}: ${says}${fix === undefined ? '' : ` | ${fix}`}`;

describe('the text', () => {
	const findings = [
		ok('server', 'Codex 0.169.0, answers in 3 ms'),
		note('tmux', 'A note about something that takes more than one line', 'set -g something on'),
		problem('socket', `/${'long/'.repeat(20)}sock`, 'chmod 600 it', 4),
		problem('codex', 'gone', undefined, 3),
	];

	test('one line a finding and one a fix, where nothing limits the columns', () => {
		expect(findingText(findings, {columns: Number.POSITIVE_INFINITY, isStyled: false}).split('\n')).toEqual([
			'✓ server    Codex 0.169.0, answers in 3 ms',
			'! tmux      A note about something that takes more than one line',
			'            → set -g something on',
			`✗ socket    /${'long/'.repeat(20)}sock`,
			'            → chmod 600 it',
			'✗ codex     gone',
			'',
			'2 problems.',
			'',
		]);
	});

	test.each([80, 40])('fits into %i columns, aligned, without a blank at an end', columns => {
		const lines = findingText(findings, {columns, isStyled: false}).split('\n');
		expect(Math.max(...lines.map(line => textWidth(line)))).toBeLessThanOrEqual(columns);
		for (const line of lines.slice(0, -3)) expect(line).toMatch(/^(?:[✓!✗] [a-z]+ {2,}| {12})\S/);
		expect(lines.join('')).not.toMatch(/ $/m);
	});

	test('colours only where they are wanted', () => {
		const styled = findingText(findings, {columns: 80, isStyled: true});
		expect(styled).toContain('\u001B[31m✗');
		const bare = styled.replace(/\u001B\[[\d;]*m/g, '').replace(/ +$/gm, '');
		expect(bare).toBe(findingText(findings, {columns: 80, isStyled: false}));
	});

	test('the exit code is that of the first problem', () => {
		expect(exitCodeOf(findings)).toBe(4);
		expect(exitCodeOf(findings.slice(0, 2))).toBe(0);
		expect(findingText(findings.slice(0, 2), {columns: 80, isStyled: false})).toMatch(/\nNo problems\.\n$/);
	});
});

describe('versions', () => {
	test.each([
		['0.156.9', '0.157.0', true],
		['0.157.0', '0.157.0', false],
		['0.170.0-alpha.2', '0.169.0', false],
		['0.169.0', '0.170.0-alpha.2', true],
		['1.0.0', '0.999.0', false],
	])('%s is older than %s: %s', (one, other, expected) => {
		expect(isOlder(one, other)).toBe(expected);
	});

	const said = (text: string) => ({kind: 'said', text: `codex-cli ${text}`}) as const;
	const reached = {server: '0.169.0', isReached: true, where: 'daemon'} as const;
	const cases: ReadonlyArray<readonly [VersionFacts, RegExp]> = [
		[{...reached, cli: said('0.169.0')}, /^ok: 0\.169\.0 on PATH, the same/],
		[
			{...reached, cli: said('0.170.1')},
			/^note: .*0\.170\.1.*0\.169\.0\. \| .*codex app-server daemon restart$/,
		],
		[{...reached, cli: said('0.170.1'), where: 'here'}, /^note: [^|]* \| Start that server again/],
		[{...reached, cli: said('0.160.0')}, /^note: .* \| Update it/],
		[{...reached, cli: said('0.120.0')}, /^note: 0\.120\.0 on PATH starts no server/],
		[{...reached, cli: said('0.170.1'), where: 'elsewhere'}, /^ok: 0\.170\.1 on PATH here$/],
		[{...reached, cli: {kind: 'said', text: 'hello'}}, /^note: .*names no version/],
		[
			{...reached, cli: {kind: 'failed', why: 'no\u001B[31m answer'}},
			/^note: `codex --version` failed: no answer\.$/,
		],
		[{...reached, cli: {kind: 'missing'}}, /^note: .*not on PATH.* \| Install/],
		[{...reached, cli: {kind: 'missing'}, where: 'elsewhere'}, /^ok: .*not needed/],
		[{cli: {kind: 'missing'}, server: undefined, isReached: false, where: 'here'}, /^problem: .* \| Install/],
	];
	test.each(cases)('%o', (facts, expected) => {
		expect(asText(judgeVersions(facts))).toMatch(expected);
	});
});

describe('the socket', () => {
	const place = (mode: number, uid = 1000) => ({path: '/run/s', uid, mode});
	const judge = (socket: number, folder: number, more: Partial<SocketFacts> = {}) =>
		judgeSocket(
			{name: '/run/s', socket: place(socket), folder: {...place(folder), path: '/run'}, uid: 1000, ...more},
			text => text,
		).map(asText);

	test.each([
		[0o600, 0o700, /^ok: yours alone \(0600 in 0700\): \/run\/s$/],
		[0o600, 0o755, /^ok/],
		[0o777, 0o700, /^ok/],
		[0o666, 0o755, /^problem: Other users could connect.* \| chmod 600 \/run\/s$/],
		[0o660, 0o750, /^problem: Other users could connect/],
		[0o600, 0o777, /^problem: Other users could put a server.* \| chmod 700 \/run$/],
		[0o600, 0o1777, /^ok/],
	])('%o in a folder that is %o', (socket, folder, expected) => {
		expect(judge(socket, folder)).toEqual([expect.stringMatching(expected)]);
	});

	test('of another user is said, and where there are no users nothing is judged', () => {
		expect(judge(0o600, 0o700, {uid: 5})).toEqual([expect.stringMatching(/^note: .*uid 1000/)]);
		expect(judge(0o777, 0o777, {uid: undefined})).toEqual(['ok: /run/s']);
	});

	test('is looked at where the symlink leads; a file, a broken link and nothing are no socket', async () => {
		const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-doctor-'));
		const server = net.createServer();
		try {
			const real = path.join(folder, 'real');
			await new Promise<void>(resolve => server.listen(real, resolve));
			chmodSync(real, 0o600);
			symlinkSync(real, path.join(folder, 'link'));
			symlinkSync(path.join(folder, 'gone'), path.join(folder, 'broken'));
			writeFileSync(path.join(folder, 'file'), '');
			const facts = lookAtSocket(path.join(folder, 'link'), process.getuid?.());
			expect(facts).toMatchObject({name: path.join(folder, 'link'), folder: {uid: process.getuid?.()}});
			expect((facts?.socket.mode ?? 0) & 0o777).toBe(0o600);
			expect(facts?.socket.path.endsWith('/real')).toBe(true);
			for (const name of ['file', 'broken', 'none', 'file/x'])
				expect(lookAtSocket(path.join(folder, name), 0), name).toBeUndefined();
		} finally {
			server.close();
			rmSync(folder, {recursive: true});
		}
	});
});

describe('the terminal', () => {
	const good: TerminalFacts = {
		isTerminal: true,
		columns: 80,
		rows: 24,
		env: {TERM: 'xterm-256color', LANG: 'en_GB.UTF-8', COLORTERM: 'truecolor'},
		tmux: undefined,
		answers: {roundTripMs: 2.4, synchronized: true},
	};
	const judge = (more: Partial<TerminalFacts>): readonly string[] =>
		judgeTerminal({...good, ...more}).map(finding => `${finding.check} ${asText(finding)}`);

	test('one that can everything', () => {
		expect(judge({})).toEqual([
			'terminal ok: xterm-256color, 80×24',
			'answers ok: in 2 ms, and can draw a picture in one go',
			'colours ok: on (COLORTERM=truecolor)',
			'locale ok: LANG=en_GB.UTF-8',
		]);
	});

	test('none at all is no problem', () => {
		expect(judge({isTerminal: false})).toEqual([expect.stringMatching(/^terminal ok: none here/)]);
	});

	test.each([
		[{env: {TERM: 'dumb'}}, /^terminal problem: TERM says "dumb".* \| export TERM=/],
		[{env: {}}, /^terminal problem: TERM says nothing/],
		[{columns: 39}, /^terminal problem: It is too small: 39×24\. \| Make it 40×12/],
		[{rows: 11}, /^terminal problem: It is too small: 80×11/],
		[{answers: {roundTripMs: undefined, synchronized: false}}, /^answers note: .*did not answer/],
		[{env: {...good.env, NO_COLOR: '1'}}, /^colours ok: off/],
		[{env: {TERM: 'xterm'}}, /^locale note: No locale is set.* \| export LANG=C\.UTF-8/],
		[
			{env: {TERM: 'xterm', LANG: 'a.UTF-8', LC_ALL: 'C'}},
			/^locale note: LC_ALL=C is not.* \| export LC_ALL=/,
		],
		[{env: {TERM: 'xterm', LANG: 'C', LC_CTYPE: 'C.utf8', LC_ALL: ''}}, /^locale ok: LC_CTYPE=C\.utf8/],
		[
			{env: {TERM: 'x\u001B[2J', TMUX: '/t', SSH_CONNECTION: 'a'}},
			/^terminal ok: x, 80×24, in tmux, over SSH$/,
		],
		[
			{tmux: {version: '3.3a', passthrough: '0', focusEvents: '1'}},
			/^tmux note: allow-passthrough.* \| .*`set -g allow/,
		],
		[
			{tmux: {version: '3.3a', passthrough: 'all', focusEvents: 'off'}},
			/^tmux note: focus-events.*`set -g focus/,
		],
		[{tmux: {version: '3.3a', passthrough: '1', focusEvents: '1'}}, /^tmux ok: 3\.3a/],
		[{tmux: {version: '3.1', passthrough: '', focusEvents: '1'}}, /^tmux ok: 3\.1/],
	] as ReadonlyArray<readonly [Partial<TerminalFacts>, RegExp]>)('%o', (more, expected) => {
		expect(judge(more).filter(line => expected.test(line))).toHaveLength(1);
	});

	describe('is asked', () => {
		const ask = () => {
			const clock = createFakeClock();
			const input = new FakeInput();
			let written = '';
			const answers = askTerminal(input, text => (written += text), clock);
			return {clock, input, answers, written: () => written};
		};
		const isGivenBack = ({rawModes, isPaused}: FakeInput): void => {
			expect(rawModes).toEqual([true, false]);
			expect(isPaused).toBe(true);
		};

		test('answers, whatever else comes in between', async () => {
			const {clock, input, answers, written} = ask();
			expect(written()).toBe('\u001B[?2026$p\u001B[5n');
			clock.advance(3);
			input.type('x\u001B[?2026;2$y\u001B[A\u001B');
			clock.advance(4);
			input.type('[0n');
			expect(await answers).toEqual({roundTripMs: 7, synchronized: true});
			isGivenBack(input);
		});

		test('does not answer, or is gone: no wait for ever', async () => {
			const silent = ask();
			silent.clock.advance(1000);
			expect(await silent.answers).toEqual({roundTripMs: undefined, synchronized: false});
			isGivenBack(silent.input);
			const gone = ask();
			gone.input.emit('end');
			expect((await gone.answers).roundTripMs).toBeUndefined();
			isGivenBack(gone.input);
		});
	});
});

describe('all of it', () => {
	let server: FakeServer;
	let folder: string;
	let context: (endpoint?: Endpoint, more?: Partial<Context>) => ReturnType<typeof testContext>;
	beforeEach(async () => {
		server = await startFakeServer();
		server.on('thread/loaded/list', reply({data: []}));
		server.on('thread/list', reply({data: []}));
		for (const method of ['thread/turns/list', 'thread/queue/list', 'thread/backgroundTerminals/list'])
			server.on(method, refuse('thread not found'));
		folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-doctor-'));
		program('codex', 'echo codex-cli 0.169.0');
		context = (endpoint = server.endpoint, more = {}) =>
			testContext(endpoint, {
				env: {PATH: `${folder}:/usr/bin:/bin`},
				stdin: {isTTY: false} as NodeJS.ReadStream,
				observe: false,
				...more,
			});
	});
	afterEach(async () => {
		await server.stop();
		rmSync(folder, {recursive: true, force: true});
	});

	const program = (name: string, script: string): void =>
		writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`, {mode: 0o755});

	const run = async (...args: Parameters<typeof context>) => {
		const made = context(...args);
		const code = await doctor(made);
		expect(made.err()).toBe('');
		expect(made.out()).not.toContain('\u001B');
		return {code, lines: made.out().trimEnd().split('\n'), out: made.out()};
	};

	test('a good server: every line is ok; it is only read from, and left', async () => {
		const {code, lines} = await run();
		expect(code).toBe(0);
		expect(lines.map(line => line.slice(0, 12).trim())).toEqual([
			'✓ jumpseat',
			'✓ endpoint',
			'✓ socket',
			'✓ server',
			'✓ features',
			'✓ threads',
			'✓ codex',
			'✓ terminal',
			'',
			'No problems.',
		]);
		expect(new Set(server.methods)).toEqual(
			new Set([
				'initialize',
				'initialized',
				'thread/loaded/list',
				'thread/turns/list',
				'thread/queue/list',
				'thread/backgroundTerminals/list',
				'thread/list',
			]),
		);
		expect(server.calls.find(({method}) => method === 'initialize')?.params).not.toHaveProperty(
			'capabilities.requiredHumanApproval',
		);
		await server.connections[0]?.closed;
	});

	test('--json is one object a line with the same findings', async () => {
		const {code, lines} = await run(undefined, {options: {...noOptions, json: true}});
		expect(code).toBe(0);
		const objects = lines.map(line => JSON.parse(line) as Record<string, unknown>);
		expect(objects.map(({check}) => check)).toContain('server');
		for (const each of objects)
			expect(each).toEqual({
				jumpseat: 1,
				type: 'jumpseat/finding',
				check: expect.any(String),
				level: 'ok',
				says: expect.any(String),
				fix: null,
			});
	});

	test('what an old server lacks is a note each, and no problem', async () => {
		server.on('thread/queue/list', refuse('Invalid request: unknown variant `thread/queue/list`', -32_600));
		server.on('thread/turns/list', refuse('Method not found', -32_601));
		const {code, lines} = await run();
		expect(code).toBe(0);
		expect(lines.filter(line => line.startsWith('! features'))).toEqual([
			expect.stringContaining('thread/turns/list'),
			expect.stringContaining('thread/queue/list'),
		]);
	});

	test('live threads are counted, and those that wait', async () => {
		server.on(
			'thread/list',
			reply({
				data: [
					thread('A'),
					thread('B', {status: {type: 'active', activeFlags: ['waitingOnApproval']}}),
					thread('C', {status: {type: 'notLoaded'}}),
				],
			}),
		);
		expect((await run()).out).toContain('2 live, 1 waits for a person');
	});

	test('a server that hangs up in the middle is a problem, not a crash', async () => {
		server.on('thread/queue/list', call => call.connection.cut());
		const {code, lines} = await run();
		expect(code).toBe(1);
		expect(lines.filter(line => line.startsWith('✗'))).toEqual([expect.stringMatching(/^✗ server/)]);
	});

	test('nothing at all: no server, no codex, no home', async () => {
		rmSync(path.join(folder, 'codex'));
		const {code, lines} = await run(parseEndpoint('unix://'), {home: undefined, env: {PATH: folder}});
		expect(code).toBe(3);
		expect(lines).toEqual([
			expect.stringMatching(/^✓ jumpseat/),
			'✓ endpoint  unix://, the default',
			expect.stringMatching(/^✗ server {4}No Codex App Server answers/),
			expect.stringMatching(/^ {12}→ Start `codex` in another terminal/),
			'✗ codex     `codex` is not on PATH.',
			expect.stringMatching(/^ {12}→ Install it/),
			expect.stringMatching(/^✓ terminal {2}none here/),
			'',
			'2 problems.',
		]);
	});

	test.each([
		[{given: {connect: 'x'}}, 'from --connect'],
		[{env: {PATH: '/nowhere', JUMPSEAT_CONNECT: 'x'}}, 'from JUMPSEAT_CONNECT'],
		[{settings: {connect: 'x'}}, 'from the settings file'],
		[{}, 'the default'],
	])('where the endpoint came from: %o', async (more, source) => {
		expect((await run(undefined, more)).lines[1]).toMatch(new RegExp(`^✓ endpoint .*, ${source}$`));
	});

	test('HTTP 401 is a problem of the token, with exit code 4', async () => {
		server.door(401);
		const {code, lines} = await run();
		expect(code).toBe(4);
		expect(lines).toContainEqual(expect.stringMatching(/^✗ token .*wants a token \(HTTP 401\)\.$/));
		expect(lines).toContainEqual(expect.stringMatching(/→ Name the variable.*--token-file/));
	});

	test('a token that cannot be had is a finding; one that can is never shown', async () => {
		const endpoint = parseEndpoint('ws://127.0.0.1:1');
		const token = () => {
			throw new CommandError(2, 'The token file /f was not used: it is empty.');
		};
		const failed = await run(endpoint, {access: {codexHome: '/n', token}});
		expect(failed.lines).toContainEqual('✗ token     The token file /f was not used: it is empty.');
		expect(failed.code).toBe(1);
		const {code, out} = await run(endpoint, {access: {codexHome: '/n', token: () => 'hush-hush'}});
		expect(code).toBe(3);
		expect(out).not.toContain('hush');
		expect(out).toContain('ws://127.0.0.1:1, the default; not encrypted');
	});

	test('plain ws to another machine is a note, wss tells whom it trusts', async () => {
		const [plain] = (await run(parseEndpoint('ws://host.invalid:1'))).lines.slice(1);
		expect(plain).toMatch(/^! endpoint .*not encrypted$/);
		const wss = parseEndpoint('wss://127.0.0.1:1');
		const trust = async (tls: NonNullable<Context['access']['tls']>) =>
			(await run(wss, {access: {codexHome: '/n', tls}})).lines[1];
		expect(await trust({})).toContain('the system’s authorities');
		expect(await trust({ca: 'PEM'})).toContain('your own authorities');
		expect(await trust({pin: 'ab'})).toContain('one certificate is accepted');
	});

	test('ssh is looked for only where it is needed', async () => {
		const {lines} = await run(parseEndpoint('ssh://box'), {env: {PATH: folder}});
		expect(lines).toContainEqual('✗ ssh       `ssh` is not on PATH.');
		expect((await run()).out).not.toContain('✗ ssh');
	});
});

describe('another program', () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-doctor-'));
		mkdirSync(path.join(folder, 'bin'));
	});
	afterEach(() => rmSync(folder, {recursive: true, force: true}));
	const ask = (script: string) => {
		writeFileSync(path.join(folder, 'bin', 'tool'), `#!/bin/sh\n${script}\n`, {mode: 0o755});
		return askProgram('tool', ['$(touch x)', '; y'], {PATH: `${folder}/bin:/usr/bin:/bin`});
	};

	test('says it on stdout, or else on stderr; its words pass no shell', async () => {
		expect(await ask(`printf '%s\\n' "$@" > ${folder}/seen; echo out; echo err >&2`)).toEqual({
			kind: 'said',
			text: 'out',
		});
		expect(readFileSync(path.join(folder, 'seen'), 'utf8')).toBe('$(touch x)\n; y\n');
		expect(await ask('echo err >&2')).toEqual({kind: 'said', text: 'err'});
	});

	test('fails, talks without end, is no program, or is not there', async () => {
		expect(await ask('exit 7')).toEqual({kind: 'failed', why: 'it ended with 7'});
		expect(await ask('yes')).toMatchObject({kind: 'failed'});
		expect(await askProgram('tool', [], {PATH: '/nowhere'})).toEqual({kind: 'missing'});
		expect(await askProgram('a\0b', [], {})).toMatchObject({kind: 'failed'});
	});
});
