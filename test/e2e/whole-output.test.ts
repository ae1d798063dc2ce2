/** What a verb prints is printed whole, by the built program: into a pipe that is read late, and onto a full disk. */
import {spawn} from 'node:child_process';
import {closeSync, existsSync, openSync} from 'node:fs';
import process from 'node:process';
import {text} from 'node:stream/consumers';
import {expect, onTestFinished, test} from 'vitest';
import {type FakeServer, reply, startFakeServer} from '../app-server/fake-server.ts';
import {personEnv, program} from '../support/cli.ts';

const beginListing = async (threads: number): Promise<FakeServer> => {
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	const data = Array.from({length: threads}, (_, index) => ({
		id: `aa11-${index}`,
		preview: 'x'.repeat(1000),
		status: {type: 'idle'},
		cwd: '/srv',
		updatedAt: 1_800_000_000,
	}));
	server.on('thread/list', reply({data, nextCursor: null}));
	server.on('thread/loaded/list', reply({data: data.map(({id}) => id), nextCursor: null}));
	return server;
};

const startListing = ({endpoint}: FakeServer, stdout: 'pipe' | number) => {
	const child = spawn(process.execPath, [program, 'ls', '--json', '--connect', endpoint.display], {
		env: personEnv(),
		stdio: ['ignore', stdout, 'pipe'],
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
	});
	const code = new Promise(resolve => child.once('close', resolve));
	return {code, stdout: child.stdout, stderr: child.stderr === null ? '' : text(child.stderr)};
};

test('a reader that comes late has all of it', async () => {
	const threads = 2000;
	const server = await beginListing(threads);
	const {code, stdout, stderr} = startListing(server, 'pipe');
	await server.taken('thread/list');
	// It has printed by then, and is about to end.
	await server.connections[0]?.closed;
	if (stdout === null) throw new Error('It has no standard output.');
	const lines = (await text(stdout)).split('\n');
	expect(lines).toHaveLength(threads + 1);
	expect(lines.at(-1)).toBe('');
	expect({code: await code, stderr: await stderr}).toEqual({code: 0, stderr: ''});
});

test.skipIf(!existsSync('/dev/full'))('what cannot be written is no success', async () => {
	const server = await beginListing(1);
	const full = openSync('/dev/full', 'w');
	onTestFinished(() => closeSync(full));
	const {code, stderr} = startListing(server, full);
	expect(await code).toBe(1);
	expect(await stderr).toMatch(/^Standard output cannot be written: ENOSPC.*\n$/);
});
