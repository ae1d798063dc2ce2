import {spawn} from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {accessOf, endpointOf, formatLink, parseLink} from '../../source/share/link.ts';
import {connect} from '../../source/transport/connect.ts';
import {type Sshd, startSshd} from '../support/sshd.ts';
import {createDoors} from './doors.ts';

let sshd: Sshd | undefined;
let why = '';
let doors: ReturnType<typeof createDoors>;
beforeAll(async () => {
	const started = await startSshd();
	if (typeof started === 'string') why = started;
	else sshd = started;
	doors = createDoors();
});
afterAll(async () => {
	await doors.closeAll();
	await sshd?.stop();
});
beforeEach(context => context.skip(sshd === undefined, why));

const freePort = (): Promise<number> =>
	new Promise(resolve => {
		const server = net.createServer();
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
		});
	});

test('a loopback door is reached through `ssh -L`, with the same link but for the port', async () => {
	if (sshd === undefined) return;
	const token = Buffer.alloc(32, 7).toString('base64url');
	const {port, next} = await doors.open(
		{kind: 'ws', host: '127.0.0.1', port: 0},
		{admit: async shown => (shown === token ? 'pass' : undefined)},
	);
	const here = await freePort();
	// It speaks once the session stands, and forwards by then.
	const ssh = spawn(
		path.join(sshd.bin, 'ssh'),
		[
			'-o',
			'ExitOnForwardFailure=yes',
			'-L',
			`127.0.0.1:${here}:127.0.0.1:${port}`,
			sshd.host,
			'echo ready; cat',
		],
		{stdio: ['pipe', 'pipe', 'ignore']},
	);
	const over = new Promise(resolve => ssh.once('exit', resolve));
	await new Promise(resolve => ssh.stdout.once('data', resolve));
	const link = parseLink(formatLink({address: {kind: 'ws', host: '127.0.0.1', port: here}, token}));
	const visitor = next();
	const limits = {codexHome: doors.folder, handshakeTimeoutMs: 10_000, maxFrameBytes: 1024};
	const channel = await connect(endpointOf(link), {...limits, ...accessOf(link)});
	const {channel: inside} = await visitor;
	inside.onFrame(({text}) => inside.send(`${text} back`));
	const answer = new Promise(resolve => channel.onFrame(({text}) => resolve(text)));
	channel.send('grüße');
	expect(await answer).toBe('grüße back');
	const reason = new Promise(resolve => inside.onClose(resolve));
	ssh.kill();
	expect(await reason).toMatchObject({kind: 'cut'});
	await over;
});
