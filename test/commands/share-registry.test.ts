/** The shares that run here: noted by one process, found by another, and believed only where nobody else could write. */
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, expect, onTestFinished, test} from 'vitest';
import {groupSocketIn, removeGroupFolder} from '../../source/commands/share/group-folder.ts';
import {folderState, ownFolder} from '../../source/commands/share/private-folder.ts';
import {register, runningShares} from '../../source/commands/share/registry.ts';
import {serverAddress} from '../../source/commands/share/server-address.ts';
import {throughShares} from '../../source/commands/share/through-share.ts';
import {shareProtocol} from '../../source/protocol/share.ts';
import {openDoor} from '../../source/transport/door.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {testContext} from './make.ts';

let runtime = '';
const place = () => ({env: {XDG_RUNTIME_DIR: runtime}});
const shares = (): string => path.join(runtime, 'jumpseat', 'shares');

beforeEach(() => {
	runtime = mkdtempSync(path.join(os.tmpdir(), 'jsr-'));
});
afterEach(() => rmSync(runtime, {recursive: true, force: true}));

const listen = async (socketPath: string): Promise<net.Server> => {
	const server = net.createServer(socket => socket.destroy());
	await new Promise<void>(resolve => {
		server.listen(socketPath, resolve);
	});
	onTestFinished(() => {
		server.close();
	});
	return server;
};

/** As a process that was killed leaves it. */
const leaveDeadSocket = async (socketPath: string): Promise<void> => {
	const server = await listen(`${socketPath}.new`);
	renameSync(`${socketPath}.new`, socketPath);
	await new Promise(resolve => server.close(resolve));
};

const note = {
	pid: 7,
	threadId: 'T',
	server: 'unix:///run/codex.sock',
	startedAtMs: 5,
	protocol: shareProtocol,
};

test('a share is found from its note on, and not after it is removed', async () => {
	const registration = register(place());
	await listen(registration.ownerSocket);
	expect(await runningShares(place())).toEqual([]);
	registration.announce(note);
	expect(await runningShares(place())).toEqual([{...note, ownerSocket: registration.ownerSocket}]);
	registration.remove();
	expect(await runningShares(place())).toEqual([]);
	expect(readdirSync(shares())).toEqual([]);
});

test('what a dead share left is removed by whoever looks; one that only starts is let be', async () => {
	const dead = register(place());
	dead.announce(note);
	const starting = register(place());
	const forgotten = register(place());
	utimesSync(forgotten.folder, 1, 1);
	expect(await runningShares(place())).toEqual([]);
	expect(existsSync(dead.folder)).toBe(false);
	expect(existsSync(forgotten.folder)).toBe(false);
	expect(existsSync(starting.folder)).toBe(true);
});

test('the folder that a killed share left for its group goes too, and nothing else that a note may name', async () => {
	const made = (name: string, mode = 0o710): string => {
		const folder = path.join(runtime, name);
		mkdirSync(folder);
		chmodSync(folder, mode);
		return folder;
	};
	const killed = made('jumpseat-0123456789ab');
	await leaveDeadSocket(groupSocketIn(killed));
	const [empty, open] = [made('jumpseat-00000000000a', 0o700), made('jumpseat-00000000000b', 0o755)];
	const [full, fileOnly] = [made('jumpseat-00000000000c'), made('jumpseat-00000000000d')];
	await leaveDeadSocket(groupSocketIn(full));
	writeFileSync(path.join(full, 'mine.txt'), 'x');
	writeFileSync(groupSocketIn(fileOnly), 'x');
	const alive = made('jumpseat-00000000000e');
	await listen(groupSocketIn(alive));
	const [other, target] = [made('jumpseat-photos'), made('target')];
	const link = path.join(runtime, 'jumpseat-00000000000f');
	symlinkSync(target, link);
	const kept = [open, full, fileOnly, alive, other, target, link];
	const unlike = [`${runtime}/x/../jumpseat-00000000000a`, 'jumpseat-00000000000a', '', '/'];
	register(place()).announce({...note, groupFolders: [...kept, ...unlike]});
	expect(await runningShares(place())).toEqual([]);
	expect(kept.filter(each => !existsSync(each))).toEqual([]);
	expect([readdirSync(full), readdirSync(fileOnly)]).toEqual([['mine.txt'], ['guest.sock']]);
	expect(existsSync(empty)).toBe(true);
	removeGroupFolder(killed, 12_345);
	expect(existsSync(groupSocketIn(killed))).toBe(true);
	register(place()).announce({...note, groupFolders: [killed, empty]});
	expect(await runningShares(place())).toEqual([]);
	expect([existsSync(killed), existsSync(empty)]).toEqual([false, false]);
});

test.each(['', 'null', '{"pid":"7"}', `{"pid":7,"threadId":"${'x'.repeat(5000)}"}`])(
	'a note that says %.20s is none',
	async text => {
		const registration = register(place());
		await listen(registration.ownerSocket);
		writeFileSync(path.join(registration.folder, 'share.json'), text);
		expect(await runningShares(place())).toEqual([]);
	},
);

test('where no share ever ran nothing is found and nothing is made', async () => {
	expect(await runningShares(place())).toEqual([]);
	expect(readdirSync(runtime)).toEqual([]);
});

test('a folder that others may open, or that is elsewhere, is neither believed nor used', async () => {
	const registration = register(place());
	await listen(registration.ownerSocket);
	registration.announce(note);
	chmodSync(shares(), 0o755);
	expect(await runningShares(place())).toEqual([]);
	expect(() => register(place())).toThrow(/other users may open it/);
	rmSync(path.join(runtime, 'jumpseat'), {recursive: true});
	const elsewhere = path.join(runtime, 'elsewhere');
	mkdirSync(elsewhere, {mode: 0o700});
	symlinkSync(elsewhere, path.join(runtime, 'jumpseat'));
	expect(() => register(place())).toThrow(/it is no folder/);
	expect(folderState(elsewhere, 12_345)).toEqual({kind: 'unsafe', why: 'it belongs to another user'});
});

test('without a runtime directory it is a folder of this user in the temporary one', () => {
	expect(path.dirname(ownFolder({env: {}}))).toBe(os.tmpdir());
	expect(ownFolder({env: {XDG_RUNTIME_DIR: 'relative'}})).toBe(ownFolder({env: {}}));
});

test('one server has one address, however it is written', () => {
	const real = path.join(runtime, 'real.sock');
	writeFileSync(real, '');
	symlinkSync(real, path.join(runtime, 'link.sock'));
	const of = (text: string): string => serverAddress(testContext(parseEndpoint(text)));
	expect(of(`unix://${runtime}/link.sock`)).toBe(of(`unix://${real}`));
	expect(of('ws://localhost:4500')).toBe(of('ws://127.0.0.1:4500/rpc?token=secret'));
	expect(of('ws://127.0.0.1:4500?token=secret')).not.toContain('secret');
	expect(of('ws://127.0.0.1:4500')).not.toBe(of('ws://127.0.0.1:4501'));
});

test('the way through a share is for its thread at its server only, and where the door opens', async () => {
	const endpoint = parseEndpoint('unix:///run/codex.sock');
	const registration = register(place());
	const door = await openDoor(
		{kind: 'unix', path: registration.ownerSocket},
		{admit: async () => 'owner', onVisitor: () => {}},
	);
	registration.announce(note);
	const route = throughShares(testContext(endpoint, place()));
	expect(await route('T')).toMatchObject({endpoint: {path: registration.ownerSocket}});
	expect(await route('U')).toBeUndefined();
	expect(await route(undefined)).toBeUndefined();
	const other = throughShares(testContext(parseEndpoint('unix:///run/other.sock'), place()));
	expect(await other('T')).toBeUndefined();
	registration.announce({...note, protocol: shareProtocol + 1});
	expect(await route('T')).toBeUndefined();
	registration.announce(note);
	await door.close();
	// Something answers, and is no share.
	await listen(registration.ownerSocket);
	expect(await route('T')).toBeUndefined();
});
