/**
 * Secrets are planted where they may be — a token in the environment and in a file, the query of an endpoint, the
 * secret answer to a question, the text of a message, the output of a command — and then everything is searched that
 * Jumpseat leaves or shows: both streams, the whole output of a terminal, titles, logs, process lists, crashes.
 *
 * Invariant of the tests: each secret is shown to have been used, or its absence would prove nothing.
 */
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {askFor, cardHas, command, methods, playUnasked, questions, untilReady} from './ask-scripts.ts';
import {beginWith, childrenOf, personEnv, program} from './support.ts';

const token = 'planted-token-4f1d';
const tokenInFile = 'planted-file-token-9b2c';
const query = 'planted-query-77aa';
const typed = 'planted-answer-c0de';
const piped = 'planted-pipe-beef';
const message = 'planted-message-31f4';
const printed = 'planted-output-8e8e';
const secrets = {token, tokenInFile, query, typed, piped, message, printed};

/** As it is, and as it would travel in a header, an address or a dump. */
const formsOf = (secret: string): readonly string[] => [
	secret,
	Buffer.from(secret).toString('base64').replace(/=+$/, ''),
	Buffer.from(secret).toString('hex'),
	encodeURIComponent(secret),
];

/** Of these, none in any of those texts. */
const expectClean = (texts: Readonly<Record<string, string>>, names = Object.keys(secrets)): void => {
	for (const [place, text] of Object.entries(texts)) {
		expect(text, `${place} is empty, which proves nothing`).not.toBe('');
		for (const [name, secret] of Object.entries(secrets))
			if (names.includes(name))
				for (const form of formsOf(secret))
					expect(text.includes(form), `the ${name} is in ${place}`).toBe(false);
	}
};

/** What may be nowhere at all; the rest may be on the screen or on stdout of who asked for it, but in no log. */
const nowhere = ['token', 'tokenInFile', 'query', 'typed', 'piped'];

const makeFolder = (): string => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-secrets-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return folder;
};

type Pipe = {readonly endpoint: string; readonly sent: () => string};

/** The scenario's socket on a port of loopback, and what clients say before WebSocket. */
const startPipe = async (answer: Scenario | ((head: string) => string)): Promise<Pipe> => {
	let head = '';
	const server = net.createServer(outside => {
		outside.on('error', () => {});
		if (typeof answer === 'function') {
			outside.once('data', chunk => {
				head += chunk.toString('latin1');
				outside.end(answer(chunk.toString('latin1')));
			});
			return;
		}
		const inside = net.connect(answer.socketPath);
		inside.on('error', () => outside.destroy());
		outside.once('data', chunk => {
			head += chunk.toString('latin1');
		});
		outside.pipe(inside).pipe(outside);
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => void server.close());
	const address = server.address();
	const port = typeof address === 'object' && address !== null ? address.port : 0;
	return {endpoint: `ws://127.0.0.1:${port}/?key=${query}`, sent: () => head};
};

const processText = (pid: number): Record<string, string> => {
	const texts: Record<string, string> = {};
	if (process.platform !== 'linux') return texts;
	texts['the command line'] = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	for (const child of childrenOf(pid)) {
		try {
			texts[`the command line of ${child.pid}`] = `${readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')} `;
		} catch {
			// It has ended meanwhile.
		}
	}
	return texts;
};

const thrower = `data:text/javascript,${encodeURIComponent(
	"process.on('SIGUSR2', () => { throw new Error('thrown for the test'); });",
)}`;

const secretQuestion = () =>
	questions({
		id: 'key',
		header: 'Key',
		question: 'Which key?',
		isSecret: true,
		options: [
			{label: 'none', description: 'Go without'},
			{label: 'old', description: 'The old one'},
		],
	});

const openSeat = async (scenario: Scenario, pipe: Pipe, log: string): Promise<Pty> => {
	const args = ['--import', thrower, program, '--token-env', 'SEAT', '--name', 'Ada', '--log', log];
	const pty = openPty(process.execPath, args, {
		columns: 120,
		rows: 44,
		cwd: scenario.workdir,
		env: {...personEnv(scenario), JUMPSEAT_CONNECT: pipe.endpoint, SEAT: token},
	});
	onTestFinished(() => pty.kill());
	await pty.waitFor('● live');
	await pty.waitFor('Good morning');
	return pty;
};

const typeAnswer = async (scenario: Scenario, pty: Pty): Promise<Awaited<ReturnType<typeof askFor>>> => {
	const asked = await askFor(scenario, methods.question, secretQuestion());
	await untilReady(pty, 'Which key?');
	pty.type('3');
	pty.type(typed);
	await pty.waitFor(cardHas('•'.repeat(typed.length)));
	return asked;
};

test('an attached seat: a secret answer, a message, an output, a crash — and nothing of it where it should not be', async () => {
	const scenario = await beginWith(['Good morning']);
	const pipe = await startPipe(scenario);
	const log = path.join(makeFolder(), 'attach.jsonl');
	const pty = await openSeat(scenario, pipe, log);
	expect(pipe.sent()).toContain(`Bearer ${token}`);
	expect(pipe.sent()).toContain(`key=${query}`);

	const asked = await typeAnswer(scenario, pty);
	pty.type('\r');
	await pty.waitFor(cardHas('y sends'));
	pty.type('y');
	await pty.waitFor('Answered here: send.');
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toContain(typed);

	await playUnasked(scenario, {do: 'message', text: `The password is ${message}.`});
	await pty.waitFor(message);
	// The composer's history and the events hold no answer.
	pty.press('tab');
	pty.press('up');
	pty.press('up');
	pty.press('ctrl-l');

	await typeAnswer(scenario, pty);
	expectClean(processText(pty.pid), nowhere);
	pty.signal('SIGUSR2');
	expect((await pty.exit).code).toBe(1);
	expect(pty.history().join('\n')).toContain('thrown for the test');
	expectClean({'the terminal': pty.output(), 'the title': pty.title()}, nowhere);
	const text = readFileSync(log, 'utf8');
	expectClean({'the log': text});
	expect(statSync(log).mode & 0o777).toBe(0o600);
	const lines = text
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
	expect(lines[0]).toMatchObject({type: 'log/begin', verb: 'attach', node: process.versions.node});
	expect(lines.at(-1)).toMatchObject({type: 'log/end', error: 'Error'});
	expect(lines).toContainEqual(
		expect.objectContaining({type: 'log/frame', direction: 'in', method: methods.question, id: asked.id}),
	);
	expect(lines).toContainEqual(
		expect.objectContaining({type: 'log/frame', direction: 'out', kind: 'response', id: asked.id}),
	);
	expect(lines).toContainEqual(expect.objectContaining({type: 'log/connection', state: 'live'}));
	// Nobody knows what a member of another name may hold.
	const members = new Set(lines.flatMap(line => Object.keys(line)));
	const known = [
		...['jumpseat', 'type', 'atMs', 'verb', 'version', 'node', 'platform', 'endpoint', 'observe'],
		...['direction', 'kind', 'id', 'method', 'bytes', 'threadId', 'turnId', 'itemId', 'itemType'],
		...['requestId', 'error', 'errorCode', 'emittedAtMs', 'state', 'attempt', 'reason', 'why', 'roundTripMs'],
	];
	expect([...members].filter(name => !known.includes(name))).toEqual([]);
});

test('the verbs, each with its log: what was asked for is on stdout only', async () => {
	const scenario = await beginWith(['Good morning'], [], {});
	const pipe = await startPipe(scenario);
	const folder = makeFolder();
	const tokenFile = path.join(folder, 'token');
	writeFileSync(tokenFile, `${tokenInFile}\n`, {mode: 0o600});
	const run = async (words: readonly string[], stdin?: string) => {
		const logged = /^(tail|send|interrupt|requests|answer|wait)$/.test(words[0] ?? '');
		const args = [
			...words,
			'--token-file',
			tokenFile,
			...(logged ? ['--log', path.join(folder, 'log')] : []),
		];
		const env = {...personEnv(scenario), JUMPSEAT_CONNECT: pipe.endpoint};
		const ran = await runCli(args, {env, cwd: scenario.workdir, ...(stdin === undefined ? {} : {stdin})});
		expectClean({[words.join(' ')]: `${ran.stdout}${ran.stderr} `}, nowhere);
		return ran;
	};
	expect((await run(['send', '-', '--wait'], message)).code).toBe(0);
	expect(pipe.sent()).toContain(`Bearer ${tokenInFile}`);
	const output = await askFor(scenario, methods.command, command(`printf ${printed}`));
	expect((await run(['requests'])).stdout).toContain(printed);
	expect((await run(['answer', 'accept'])).code).toBe(0);
	expect(await output.ended()).toBe('completed');
	const asked = await askFor(scenario, methods.question, secretQuestion());
	expect((await run(['requests', '--json'])).stdout).toContain('"secret":true');
	// In the words of a command others can read it: it is refused, and not repeated.
	const shown = await runCli(['answer', 'send', '--field', `key:other=${piped}`, '-c', scenario.endpoint]);
	expect(shown.code).not.toBe(0);
	expectClean({'the refusal': shown.stderr}, nowhere);
	expect((await run(['answer', 'send', '--field', 'key:other=-'], piped)).code).toBe(0);
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toContain(piped);
	expect((await run(['tail', '--since', 'start', '--until', 'idle'])).stdout).toContain(message);
	await run(['tail', '--json', '--since', 'now', '--until', 'idle']);
	await run(['wait']);
	await run(['interrupt']);
	await run(['ls', '--json']);
	await run(['status']);
	await run(['doctor', '--json']);
	await run(['doctor']);
	const text = readFileSync(path.join(folder, 'log'), 'utf8');
	expectClean({'the logs': text});
	expect(text.match(/"log\/begin"/g)).toHaveLength(9);
	expect(readdirSync(folder).sort()).toEqual(['log', 'token']);
}, 120_000);

const status = (head: string, line: string): string => {
	const echo = head.replace(/\r\n/g, ' ');
	return `HTTP/1.1 ${line} ${echo}\r\nLocation: ws://elsewhere/${encodeURIComponent(echo)}\r\nContent-Length: ${echo.length}\r\n\r\n${echo}`;
};

test('connections that fail repeat neither a token nor a query, even where the server does', async () => {
	const folder = makeFolder();
	const log = path.join(folder, 'log');
	const env = {SEAT: token};
	for (const line of ['401', '403', '302', '500', '200', '101']) {
		const pipe = await startPipe(head => status(head, line));
		for (const verb of [['ls'], ['doctor', '--json'], ['tail', '--log', log], ['status']]) {
			const {stdout, stderr, code} = await runCli([...verb, '--token-env', 'SEAT'], {
				env: {...env, JUMPSEAT_CONNECT: pipe.endpoint},
			});
			expect(code).not.toBe(0);
			expect(pipe.sent()).toContain(token);
			expectClean({[`${verb.join(' ')} ${line}`]: `${stdout}${stderr}`}, nowhere);
		}
	}
	expectClean({'the log': readFileSync(log, 'utf8')});
}, 120_000);

test('what cannot be understood is not repeated where it may be a secret', async () => {
	const folder = makeFolder();
	const settings = path.join(folder, 'jumpseat', 'config.json');
	mkdirSync(path.dirname(settings));
	const endpoints = [
		`ws://127.0.0.1:0/?key=${query}`,
		`https://host/?key=${query}`,
		`ws://me:${token}@host/`,
		`ws://me:a/${token}@host/?key=${query}`,
		`me:${token}@host`,
		`/run/codex.sock?key=${query}`,
		`ws://host/#${token}`,
		`ws://ho st/?key=${query}`,
		`ssh://me:${token}@host/`,
	];
	for (const endpoint of endpoints) {
		for (const words of [['ls'], ['doctor', '--json']]) {
			const {code, stdout, stderr} = await runCli([...words, '--connect', endpoint]);
			expect(code).toBe(2);
			expectClean({[`${words.join(' ')} ${endpoint}`]: `${stdout}${stderr}`}, nowhere);
		}
	}
	for (const broken of [
		`{"connect": "ws://host/?key=${query}" "name": 1}`,
		`{"connect": ${query}}`,
		`{"connect": ["ws://host/?key=${query}"]}`,
		`{"observe": "${query}"}`,
	]) {
		writeFileSync(settings, broken);
		const {code, stdout, stderr} = await runCli(['ls'], {env: {XDG_CONFIG_HOME: folder}});
		expect(code).toBe(2);
		expect(stderr).toContain('is not understood');
		expectClean({[`the settings ${broken}`]: `${stdout}${stderr}`}, nowhere);
	}
	// The token itself where its variable belongs.
	const mixedUp = await runCli(['ls', '-c', 'ws://127.0.0.1:1', '--token-env', token]);
	expect(mixedUp.code).toBe(2);
	expectClean({'a token in place of a name': mixedUp.stderr}, nowhere);
}, 120_000);
