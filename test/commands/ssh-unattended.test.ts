/**
 * ssh may ask a person when a verb begins, and nobody when a connection that was lost is opened again; a status bar or
 * a prompt never.
 */
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {noOptions} from '../../source/commands/line/options.ts';
import {ls} from '../../source/commands/ls/ls.ts';
import {status} from '../../source/commands/status/status.ts';
import {wait} from '../../source/commands/turns/wait.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {reply, serveThread, startFakeServer, thread, turn} from '../app-server/fake-server.ts';
import {eventually} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

/** An `ssh` that writes down what it is told and leads to this socket. Resolves to a reader of what it was told. */
const putSshOnPath = (socketPath: string): (() => readonly string[]) => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-ssh-test-'));
	const log = path.join(folder, 'log');
	const ssh = path.join(folder, 'ssh');
	writeFileSync(log, '');
	writeFileSync(
		ssh,
		`#!${process.execPath}
require('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)) + '\\n');
process.stdout.write('\\njumpseat-ssh proxy\\n');
const socket = require('node:net').connect(${JSON.stringify(socketPath)});
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', () => {}).on('close', () => process.exit());
`,
	);
	chmodSync(ssh, 0o700);
	const {PATH} = process.env;
	process.env.PATH = `${folder}${path.delimiter}${PATH}`;
	onTestFinished(() => {
		process.env.PATH = PATH;
		rmSync(folder, {recursive: true, force: true});
	});
	return () => readFileSync(log, 'utf8').split('\n').slice(0, -1);
};

const watching = {
	'ls --watch': {run: ls, options: {...noOptions, watch: true, json: true}},
	wait: {
		run: (context: Parameters<typeof wait>[0]) => wait(context, 't1'),
		options: {...noOptions, for: 'turn' as const},
	},
};

test.for(Object.entries(watching))('%s', async ([, {run, options}]) => {
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	serveThread(server, 't1', {turns: [turn('T1')]});
	server.on('thread/loaded/list', reply({data: ['t1']}));
	server.on('thread/list', reply({data: [thread('t1')]}));
	const calls = putSshOnPath(server.endpoint.display.slice('unix://'.length));
	const context = testContext(parseEndpoint('ssh://devbox'), {
		options,
		access: {codexHome: '/home/codex', ssh: {mayPrompt: () => true}},
	});
	const over = run(context).catch(() => undefined);
	await eventually(() => server.methods.some(method => /^thread\/(list|resume)$/.test(method)));
	server.connections[0]?.cut();
	await eventually(() => calls().length === 2);
	expect(calls().map(call => call.includes('BatchMode=yes'))).toEqual([false, true]);
	process.emit('SIGINT', 'SIGINT');
	await over;
});

test('status', async () => {
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	server.on('thread/loaded/list', reply({data: []}));
	const calls = putSshOnPath(server.endpoint.display.slice('unix://'.length));
	const access = {codexHome: '/home/codex', ssh: {mayPrompt: () => true}};
	expect(await status(testContext(parseEndpoint('ssh://devbox'), {access}), undefined)).toBe(0);
	expect(calls().map(call => call.includes('BatchMode=yes'))).toEqual([true]);
});
