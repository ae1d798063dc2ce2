/** A guest's seat, where something else than the share answers at its address. */
import {afterEach, beforeEach, expect, test} from 'vitest';
import {guestContext} from '../../source/commands/share/join.ts';
import {type FakeServer, reply, serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {watchSession} from '../app-server/watcher.ts';
import {testContext} from './make.ts';

const plain = {userAgent: 'codex_cli_rs/0.169.0', codexHome: '/home/codex', platformOs: 'linux'};
const welcome = {protocol: 1, threadId: 'T', you: {id: '1', name: 'ada', role: 'answer'}};

let server: FakeServer;
beforeEach(async () => {
	server = await startFakeServer();
	serveThread(server, 'T');
});
afterEach(() => server.stop());

const sit = () => {
	const path = server.endpoint.display.replace('unix://', '');
	const guest = guestContext(testContext(server.endpoint), {address: {kind: 'unix', path}, token: 'x'});
	const {endpoint, access, accept} = guest;
	return watchSession(endpoint, undefined, 'drive', {access, accept});
};

test('what is no share is told nothing beyond the handshake, and the seat says so', async () => {
	server.on('initialize', reply(plain));
	const {session, until} = sit();
	session.start('T');
	const failed = await until(event => event.type === 'connectionMoved' && event.connection.kind === 'failed');
	expect(failed).toMatchObject({connection: {why: expect.stringContaining('is no share')}});
	expect(server.methods).toEqual(['initialize']);
	await session.leave();
});

test('a share that comes back as a plain server gets no seat that drives it', async () => {
	server.on('initialize', reply({...plain, jumpseat: welcome}));
	const {session, until, moved} = sit();
	session.start('T');
	await moved('live');
	const before = server.methods.length;
	server.on('initialize', reply(plain));
	server.connections.at(-1)?.end(1012, 'Come back.');
	const failed = await until(event => event.type === 'connectionMoved' && event.connection.kind === 'failed');
	expect(failed).toMatchObject({connection: {why: expect.stringContaining('is no share')}});
	expect(server.methods.slice(before)).toEqual(['initialize']);
	await server.connections.at(-1)?.closed;
	await session.leave();
});
