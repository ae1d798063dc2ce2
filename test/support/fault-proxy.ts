/**
 * A network that breaks, between a client and the real server: it works on bytes and knows frames only to aim at them.
 * What happens, and at which byte, is a schedule made from a seed, so that a failure can be replayed.
 *
 * Invariants: bytes are never changed nor put in another order (TCP does neither); what is scheduled for a connection
 * happens to it at most once; after `heal()` everything passes. Clients come over TCP, because only there
 * a connection can be reset.
 */
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import {createPlaces, type Place} from './byte-places.ts';
import {createPump, type Pace, type Pump} from './fault-pump.ts';

export type Fault =
	/** Ended towards both, without a word of WebSocket. */
	| {readonly kind: 'cut'}
	/** RST. */
	| {readonly kind: 'reset'}
	/** Nothing passes any more, and nobody is told. */
	| {readonly kind: 'halfOpen'}
	/** Nothing passes for a while, then all of it. */
	| {readonly kind: 'stall'; readonly ms: number}
	/** From now on all of it so much later. */
	| {readonly kind: 'delay'; readonly ms: number}
	/** From now on in small pieces, each late. */
	| ({readonly kind: 'throttle'} & Pace)
	/** What the client has said so far is said again on a second connection, whose answers nobody hears. */
	| {readonly kind: 'duplicate'}
	/** The server is killed and started again by whoever runs the test. */
	| {readonly kind: 'restart'};

export type Step = {
	/** Whose bytes are counted, from the beginning of the connection. */
	readonly from: 'client' | 'server';
	/** The fault happens when so many have passed: in the middle of a frame as likely as not. */
	readonly afterBytes: number;
	/** Not before the next place of this kind. */
	readonly place?: Place;
	readonly fault: Fault;
};

export type Happened = {
	readonly connection: number;
	readonly kind: Fault['kind'];
	readonly from: 'client' | 'server';
	readonly atByte: number;
	readonly place: Place;
};

export type FaultProxyOptions = {
	/** Where the real server listens. */
	readonly socketPath: string;
	/** What is to happen to the n-th connection, from 0, each at its own byte. */
	readonly schedule: (connection: number) => readonly Step[];
	readonly onRestart?: () => void;
};

export type FaultProxy = {
	/** `ws://127.0.0.1:PORT` */
	readonly endpoint: string;
	/** What has happened so far, in order. */
	happened(): readonly Happened[];
	/** Connections so far. */
	connections(): number;
	/** How many lines are up now. */
	open(): number;
	/** Nothing passes on the lines that are up, and nothing of theirs is read, until `release`. */
	hold(): void;
	release(): void;
	/** From now on nothing breaks; what is half-open is cut, as a network does in the end. */
	heal(): void;
	stop(): Promise<void>;
};

type Line = {
	readonly client: Socket;
	readonly server: Socket;
	readonly ghosts: Socket[];
	readonly pumps: readonly Pump[];
};

export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
	const {socketPath, schedule, onRestart} = options;
	const lines = new Set<Line>();
	const happened: Happened[] = [];
	let connections = 0;
	let isHealed = false;
	const healers = new Set<() => void>();

	const end = ({client, server, ghosts}: Line): void => {
		for (const socket of [client, server, ...ghosts]) socket.destroy();
	};

	const accept = (client: Socket): void => {
		const connection = connections;
		connections += 1;
		const steps = isHealed ? [] : [...schedule(connection)];
		const server = connect(socketPath);
		const pumps = {client: createPump(client, server), server: createPump(server, client)};
		const both = [pumps.client, pumps.server];
		const line: Line = {client, server, ghosts: [], pumps: both};
		lines.add(line);
		const places = {client: createPlaces(), server: createPlaces()};
		const counts = {client: 0, server: 0};
		const said: Buffer[] = [];
		const untilClosed = (heal: () => void): void => {
			healers.add(heal);
			client.on('close', () => healers.delete(heal));
		};

		const strike = (fault: Fault): void => {
			switch (fault.kind) {
				case 'cut':
					end(line);
					return;
				case 'reset':
					client.resetAndDestroy();
					end(line);
					return;
				case 'halfOpen':
					for (const pump of both) pump.hold();
					untilClosed(() => end(line));
					return;
				case 'stall': {
					for (const pump of both) pump.hold();
					const timer = setTimeout(() => {
						for (const pump of both) pump.release();
					}, fault.ms);
					client.on('close', () => clearTimeout(timer));
					return;
				}
				case 'delay':
					for (const pump of both) pump.delay(fault.ms);
					untilClosed(() => {
						for (const pump of both) pump.delay(0);
					});
					return;
				case 'throttle':
					for (const pump of both) pump.throttle(fault);
					untilClosed(() => {
						for (const pump of both) pump.throttle(undefined);
					});
					return;
				case 'duplicate': {
					const ghost = connect(socketPath);
					ghost.on('error', () => {});
					ghost.resume();
					for (const chunk of said) ghost.write(chunk);
					line.ghosts.push(ghost);
					return;
				}
				case 'restart':
					onRestart?.();
			}
		};

		const carry = (from: 'client' | 'server', chunk: Buffer): void => {
			const begin = counts[from];
			// Only to aim: a burst of many megabytes is not looked at byte by byte for nothing.
			const there = steps.length === 0 ? [] : places[from](chunk);
			counts[from] += chunk.length;
			let passed = 0;
			const passTo = (index: number): void => {
				const piece = chunk.subarray(passed, index);
				passed = index;
				if (from === 'client') said.push(piece);
				pumps[from].pass(piece);
			};
			const nextAt = (step: Step): number =>
				there.findIndex(
					(each, index) =>
						index >= passed &&
						begin + index >= step.afterBytes &&
						(step.place === undefined || each === step.place),
				);
			for (;;) {
				const due = isHealed ? [] : steps.filter(step => step.from === from && nextAt(step) >= 0);
				const [step] = due.toSorted((left, right) => nextAt(left) - nextAt(right));
				if (step === undefined) break;
				const at = nextAt(step);
				passTo(at);
				steps.splice(steps.indexOf(step), 1);
				const {kind} = step.fault;
				happened.push({connection, kind, from, atByte: begin + at, place: there[at] ?? 'payload'});
				strike(step.fault);
				if (client.destroyed) return;
			}
			passTo(chunk.length);
		};

		client.on('data', chunk => carry('client', chunk));
		server.on('data', chunk => carry('server', chunk));
		for (const socket of [client, server]) {
			// Either end may be torn away at any time: that is what this is for.
			socket.on('error', () => {});
			socket.on('close', () => {
				if (!client.destroyed || !server.destroyed) return;
				end(line);
				lines.delete(line);
			});
		}
		// A server that cannot be reached has nothing to say.
		server.on('error', () => end(line));
	};

	const listener = createServer(accept);
	await new Promise<void>((resolve, reject) => {
		listener.once('error', reject);
		listener.listen(0, '127.0.0.1', resolve);
	});
	const {port} = listener.address() as AddressInfo;
	return {
		endpoint: `ws://127.0.0.1:${port}`,
		happened: () => happened,
		connections: () => connections,
		open: () => lines.size,
		hold() {
			for (const {pumps} of lines) for (const pump of pumps) pump.hold();
		},
		release() {
			for (const {pumps} of lines) for (const pump of pumps) pump.release();
		},
		heal() {
			isHealed = true;
			for (const heal of healers) heal();
			healers.clear();
		},
		async stop() {
			for (const line of lines) end(line);
			await new Promise<void>(resolve => {
				listener.close(() => resolve());
			});
		},
	};
};
