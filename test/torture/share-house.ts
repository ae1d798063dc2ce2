/**
 * The share under attack, with its doors and its relay: a process of its own, so that what is left behind there is the
 * share's and nobody else's. Does what share-stage.ts asks of it over IPC, and nothing by itself. Needs `--expose-gc`.
 */
import {randomBytes, randomUUID} from 'node:crypto';
import process from 'node:process';
import type {Environment} from '../../source/app-server/connection.ts';
import type {HostPort, Place} from '../../source/commands/share/listen.ts';
import {type OpenedDoor, openDoors} from '../../source/commands/share/open-doors.ts';
import type {Role} from '../../source/protocol/share.ts';
import {createEntrance} from '../../source/share/entrance.ts';
import {createGateway, type Gateway} from '../../source/share/gateway.ts';
import {createGuard} from '../../source/share/guard.ts';
import {createInvitations, type Invitations} from '../../source/share/invitations.ts';
import type {LinkAddress} from '../../source/share/link.ts';
import {type Relay, type RelayCounts, startRelay} from '../../source/share/relay/relay.ts';
import type {VisitorChannel} from '../../source/transport/door.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';

export type Opening = {
	readonly endpoint: string;
	readonly threadId: string;
	/** For its unix socket. */
	readonly folder: string;
	/** Another's relay; default: one of its own. */
	readonly via?: HostPort;
	/** By how much what only waits is shortened: back-off, heartbeat, the pings of the doors. */
	readonly hurry: number;
};

export type HouseCounts = {
	readonly gateway: ReturnType<Gateway['counts']>;
	readonly relay: RelayCounts | undefined;
	readonly visitors: number;
};

export type Weight = {
	readonly heapBytes: number;
	/** Buffers: what waits for guests is among them. */
	readonly bufferBytes: number;
	/** What keeps the process alive. */
	readonly resources: readonly string[];
};

/** What may be asked of the house, and what it answers. */
export type House = {
	open: (opening: Opening) => Promise<readonly LinkAddress[]>;
	invite: (name: string, role: Role) => Promise<string>;
	setRole: (name: string, role: Role) => Promise<void>;
	remove: (name: string) => Promise<void>;
	counts: () => Promise<HouseCounts>;
	/** After a collection. */
	weigh: () => Promise<Weight>;
	/** From now on the most that its buffers have is remembered; returns what it was until now. */
	mostBuffers: () => Promise<number>;
	news: () => Promise<Readonly<Record<string, number>>>;
	/** Ends the share, and resolves with what its relay still has then, before that ends, too. */
	end: () => Promise<HouseCounts>;
};

export type Order = {readonly id: number; readonly does: keyof House; readonly with: readonly unknown[]};
export type Report = {readonly id: number; readonly result?: unknown; readonly error?: string};

const environment = (hurry: number): Environment => ({
	nowMs: Date.now,
	random: () => 0.5,
	later(delayMs, task) {
		const timer = setTimeout(task, delayMs / hurry);
		return () => clearTimeout(timer);
	},
});
/** A clock that runs ahead as well: for what forgives with time. */
const fast = (hurry: number): Environment => ({
	...environment(hurry),
	nowMs: () => performance.now() * hurry,
});
const host = '127.0.0.1';

type Open = {
	readonly gateway: Gateway;
	readonly invitations: Invitations;
	readonly doors: readonly OpenedDoor[];
	readonly relay: Relay | undefined;
	readonly visitors: Set<VisitorChannel>;
	readonly stopGuard: () => void;
};

let open: Open | undefined;
let mostBytes = 0;
let measuring: NodeJS.Timeout | undefined;
const news = new Map<string, number>();

const now = (): Open => {
	if (open === undefined) throw new Error('There is no share.');
	return open;
};
const buffers = (): number => {
	const {arrayBuffers} = process.memoryUsage();
	return arrayBuffers;
};
const counts = ({gateway, relay, visitors}: Open): HouseCounts => ({
	gateway: gateway.counts(),
	relay: relay?.counts(),
	visitors: visitors.size,
});
const settles = async (holds: () => boolean): Promise<void> => {
	const endMs = performance.now() + 5000;
	while (!holds() && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 20));
};

const house: House = {
	async open({endpoint, threadId, folder, via, hurry}) {
		const time = environment(hurry);
		const relay = via === undefined ? await startRelay({host, port: 0, environment: time}) : undefined;
		const invitations = createInvitations({nowMs: Date.now, randomBytes, reserved: ['grace']});
		const guard = createGuard(fast(hurry * 4));
		const entrance = createEntrance(fast(hurry * 4));
		const visitors = new Set<VisitorChannel>();
		const gateway = createGateway({
			sessionOptions: {
				endpoint: parseEndpoint(endpoint),
				access: {codexHome: '/nowhere'},
				clientVersion: '0.0.0',
			},
			threadId,
			invitations,
			ownerName: 'grace',
			environment: time,
			newId: randomUUID,
			doors: () => [],
			invite: ({name}) => name,
			onNews: ({type}) => news.set(type, (news.get(type) ?? 0) + 1),
			onEnd: ({why}) => news.set(why, 1),
		});
		const places: readonly Place[] = [
			{kind: 'unix', path: `${folder}/guest.sock`},
			{kind: 'ws', host, port: 0},
			{kind: 'wss', host, port: 0},
		];
		const doors = await openDoors(
			{
				places,
				via: via ?? {host, port: relay?.port ?? 0},
				gid: undefined,
				folder,
				longestMs: 3_600_000,
				environment: time,
				tell: () => {},
			},
			{
				admit: (token, from) => guard.admit(from, () => invitations.admit(token)),
				hasRoom: entrance.hasRoom,
				onVisitor: entrance.counting((pass, channel) => {
					visitors.add(channel);
					channel.onClose(() => visitors.delete(channel));
					gateway.welcome(pass, channel);
				}),
				later: time.later,
			},
		);
		open = {gateway, invitations, doors, relay, visitors, stopGuard: guard.stop};
		gateway.start();
		return doors.map(({address}) => address);
	},
	invite: async (name, role) => now().invitations.invite({name, role, once: false}).token,
	setRole: async (name, role) => now().gateway.setRole(name, role),
	remove: async name => now().gateway.remove(name),
	counts: async () => counts(now()),
	async weigh() {
		globalThis.gc?.();
		// What was closed just now is gone after a few turns of the loop.
		for (let turns = 0; turns < 5; turns += 1) await new Promise(resolve => setImmediate(resolve));
		globalThis.gc?.();
		return {
			heapBytes: process.memoryUsage().heapUsed,
			bufferBytes: buffers(),
			resources: process.getActiveResourcesInfo(),
		};
	},
	async mostBuffers() {
		const before = mostBytes;
		globalThis.gc?.();
		mostBytes = buffers();
		measuring ??= setInterval(() => {
			mostBytes = Math.max(mostBytes, buffers());
		}, 20);
		return before;
	},
	news: async () => Object.fromEntries(news),
	async end() {
		clearInterval(measuring);
		measuring = undefined;
		const ended = now();
		await ended.gateway.end('The torture is over.');
		ended.stopGuard();
		await Promise.all(ended.doors.map(door => door.close()));
		await settles(() => (ended.relay?.counts().connections ?? 0) === 0 && ended.visitors.size === 0);
		const left = counts(ended);
		await ended.relay?.stop();
		open = undefined;
		return left;
	},
};

// Whoever asks is gone, however that ended.
process.once('disconnect', () => process.exit());
process.on('message', (order: Order) => {
	const work = house[order.does] as (...given: readonly unknown[]) => Promise<unknown>;
	void Promise.resolve()
		.then(() => work(...order.with))
		.then(
			result => process.send?.({id: order.id, result} satisfies Report),
			error => process.send?.({id: order.id, error: String(error)} satisfies Report),
		);
});
