/**
 * A thousand joins, leaves, role changes, answers and cuts in an order that a seed decides, over real sockets: nothing
 * is left behind, and no request is answered twice.
 */
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {type Role, roles} from '../../source/protocol/share.ts';
import {type FakeServer, reply, serveThread, startFakeServer, thread} from '../app-server/fake-server.ts';
import {type Joined, resume, startShare, type TestShare} from '../support/share.ts';

const chanceOf = (seed: number) => {
	let state = seed;
	return (): number => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
};

const approval = (itemId: string) => ({
	threadId: 'T',
	turnId: 'U',
	itemId,
	command: 'npm test',
	cwd: '/app',
	startedAtMs: 1,
});

/** Sockets and timers that keep this process alive. */
const handles = (): number => process.getActiveResourcesInfo().length;

type Stage = {
	readonly server: FakeServer;
	readonly share: TestShare;
	/** The server asks something, of which nobody has heard before. */
	readonly ask: () => void;
	/** Ids of all answers that reached the server. */
	readonly answered: readonly number[];
};

const begin = async (): Promise<Stage> => {
	const server = await startFakeServer();
	const open = new Map<number, object>();
	const answered: number[] = [];
	let asked = 0;
	serveThread(server, 'T');
	// As the real one does: whoever resumes is asked again what is open.
	server.on('thread/resume', ({id, connection}) =>
		connection.burst(
			{id, result: {thread: thread('T'), model: 'gpt-6-sol', initialTurnsPage: {data: [], nextCursor: null}}},
			...open.values(),
		),
	);
	server.on('undefined', ({id = -1, connection}) => {
		answered.push(id);
		open.delete(id);
		connection.notify('serverRequest/resolved', {threadId: 'T', requestId: id});
	});
	const ask = (): void => {
		const request = {
			id: asked,
			method: 'item/commandExecution/requestApproval',
			params: approval(`I${asked}`),
		};
		open.set(asked, request);
		asked += 1;
		server.connections.at(-1)?.burst(request, {
			method: 'item/agentMessage/delta',
			params: {threadId: 'T', turnId: 'U', itemId: 'M', delta: 'more '},
		});
	};
	server.on('thread/list', reply({data: [], nextCursor: null}));
	server.on('turn/start', reply({turn: {id: 'U', status: 'inProgress', items: []}}));
	const share = await startShare({endpoint: server.endpoint.display, threadId: 'T'});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken('thread/resume');
	return {server, share, ask, answered};
};

/** One action at a time, each begun before the one before has ended. */
const churn = async ({server, share, ask}: Stage, seed: number, rounds: number): Promise<void> => {
	const chance = chanceOf(seed);
	const pick = <Value>(values: readonly Value[]): Value | undefined =>
		values[Math.floor(chance() * values.length)];
	const tokens = new Map<string, string>();
	const inside = new Set<Joined>();
	const working: Array<Promise<unknown>> = [];
	let names = 0;

	const come = async (token: string): Promise<void> => {
		const guest = await share.enter(token, {clientName: chance() < 0.5 ? 'jumpseat' : 'codex-tui'});
		inside.add(guest);
		void guest.closed.then(() => inside.delete(guest));
		await resume(guest, 'T');
	};
	const actions: ReadonlyArray<() => unknown> = [
		() => {
			names += 1;
			const name = `guest-${names}`;
			const token = share.invite(name, pick(roles) ?? 'observe');
			tokens.set(name, token);
			return come(token);
		},
		() => come(pick([...tokens.values()]) ?? ''),
		() => pick([...inside])?.close(),
		() => pick([...inside])?.terminate(),
		() => {
			const [name] = pick([...tokens]) ?? [];
			if (name !== undefined) share.gateway.setRole(name, pick<Role>(roles) ?? 'observe');
		},
		() => {
			if (tokens.size < 20) return;
			const [name] = pick([...tokens]) ?? [];
			if (name === undefined) return;
			tokens.delete(name);
			share.gateway.remove(name);
		},
		ask,
		() => {
			// Everybody answers what he was asked last, whatever he may.
			for (const guest of inside) {
				const request = guest.frames().findLast(({method, id}) => id !== undefined && method !== undefined);
				if (request?.id !== undefined) guest.respond(request.id, {decision: 'accept'});
			}
		},
		() => pick([...inside])?.send('{"neither": '),
		() =>
			pick([...inside])?.call('turn/start', {
				threadId: 'T',
				input: [{type: 'text', text: 'Hello', text_elements: []}],
			}),
		() => pick([...inside])?.notify('jumpseat/here', {at: 'back', typing: chance() < 0.5}),
	];
	for (let round = 0; round < rounds; round += 1) {
		if (round % 250 === 249) server.connections.at(-1)?.cut();
		working.push(Promise.resolve(pick(actions)?.()).catch(() => undefined));
		// So that frames of several rounds are under way together.
		if (round % 4 === 0) await new Promise(resolve => setImmediate(resolve));
		if (working.length >= 16) await Promise.all(working.splice(0));
	}
	await Promise.all(working);
	for (const guest of [...inside]) await guest.close();
	for (const name of tokens.keys()) share.gateway.remove(name);
};

test('a thousand joins, leaves, role changes and cuts leave nothing behind, and answer nothing twice', async () => {
	const stage = await begin();
	const {server, share, answered} = stage;
	await churn(stage, 1, 200);
	global.gc?.();
	const before = {handles: handles(), heap: process.memoryUsage().heapUsed};
	await churn(stage, 2, 1000);
	await expect.poll(() => share.gateway.counts()).toMatchObject({connections: 0, guests: 0});
	await expect.poll(handles).toBeLessThanOrEqual(before.handles);

	expect(answered.length).toBeGreaterThan(20);
	expect(new Set(answered).size).toBe(answered.length);
	const answers = server.calls.filter(({frame}) => frame.method === undefined);
	for (const {frame} of answers) expect(frame).toMatchObject({result: {decision: 'accept'}});
	expect(share.gateway.describe()).toMatchObject({people: [], invitations: []});
	expect(share.gateway.counts().requests).toBeLessThan(500);
	expect(share.news.filter(({type}) => type === 'upstreamLost')).toHaveLength(4);
	global.gc?.();
	expect(process.memoryUsage().heapUsed - before.heap).toBeLessThan(64 * 1024 * 1024);
}, 60_000);
