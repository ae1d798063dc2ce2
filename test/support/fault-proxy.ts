/**
 * A network that breaks, between a client and the real server: it works on bytes and knows no frames. What happens,
 * and after which byte, is a schedule made from a seed, so that a failure can be replayed.
 *
 * Invariants: bytes are never changed nor put in another order (TCP does neither); what is scheduled for a connection
 * happens to it at most once; after `heal()` everything passes. Clients come over TCP, because only there a
 * connection can be reset.
 */
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';

export type Fault =
	/** Ended towards both, without a word of WebSocket. */
	| {readonly kind: 'cut'}
	/** RST. */
	| {readonly kind: 'reset'}
	/** Nothing passes any more, and nobody is told. */
	| {readonly kind: 'halfOpen'}
	/** Nothing passes for a while, then all of it. */
	| {readonly kind: 'stall'; readonly ms: number}
	/** From now on in small pieces, each late. */
	| {readonly kind: 'throttle'; readonly bytes: number; readonly everyMs: number}
	/** What the client has said so far is said again on a second connection, whose answers nobody hears. */
	| {readonly kind: 'duplicate'}
	/** The server is killed and started again by whoever runs the test. */
	| {readonly kind: 'restart'};

export type Step = {
	/** Whose bytes are counted. */
	readonly from: 'client' | 'server';
	/** The fault happens when so many have passed: in the middle of a frame as likely as not. */
	readonly afterBytes: number;
	readonly fault: Fault;
};

export type FaultProxyOptions = {
	/** Where the real server listens. */
	readonly socketPath: string;
	/** What is to happen to the n-th connection, from 0. */
	readonly schedule: (connection: number) => Step | undefined;
	readonly onRestart?: () => void;
};

export type FaultProxy = {
	/** `ws://127.0.0.1:PORT` */
	readonly endpoint: string;
	/** What has happened so far, in order. */
	happened(): readonly Fault['kind'][];
	/** Connections so far. */
	connections(): number;
	/** From now on nothing breaks; what is half-open is cut, as a network does in the end. */
	heal(): void;
	stop(): Promise<void>;
};

type Line = {readonly client: Socket; readonly server: Socket; readonly ghosts: Socket[]};

/** Passes bytes on, in order, through whatever the line is at the moment. */
const pump = (source: Socket, target: Socket) => {
	const waiting: Buffer[] = [];
	let isHeld = false;
	let pace: {readonly bytes: number; readonly everyMs: number} | undefined;
	let timer: NodeJS.Timeout | undefined;
	const flush = (): void => {
		if (isHeld || timer !== undefined) return;
		while (waiting.length > 0) {
			const [first] = waiting;
			if (first === undefined) return;
			if (pace === undefined) {
				waiting.shift();
				target.write(first);
				continue;
			}
			target.write(first.subarray(0, pace.bytes));
			if (first.length > pace.bytes) waiting[0] = first.subarray(pace.bytes);
			else waiting.shift();
			timer = setTimeout(() => {
				timer = undefined;
				flush();
			}, pace.everyMs);
			return;
		}
		if (source.readableEnded) target.end();
	};
	source.on('end', flush);
	source.on('close', () => clearTimeout(timer));
	return {
		pass(chunk: Buffer): void {
			if (chunk.length > 0) waiting.push(chunk);
			flush();
		},
		hold(): void {
			isHeld = true;
		},
		release(): void {
			isHeld = false;
			flush();
		},
		throttle(next: typeof pace): void {
			pace = next;
		},
	};
};

export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
	const {socketPath, schedule, onRestart} = options;
	const lines = new Set<Line>();
	const happened: Fault['kind'][] = [];
	let connections = 0;
	let isHealed = false;
	const healers = new Set<() => void>();

	const end = ({client, server, ghosts}: Line): void => {
		for (const socket of [client, server, ...ghosts]) socket.destroy();
	};

	const accept = (client: Socket): void => {
		const index = connections;
		connections += 1;
		const step = isHealed ? undefined : schedule(index);
		const server = connect(socketPath);
		const line: Line = {client, server, ghosts: []};
		lines.add(line);
		const pumps = {client: pump(client, server), server: pump(server, client)};
		const said: Buffer[] = [];
		const counts = {client: 0, server: 0};
		let isDue = step !== undefined;

		const strike = (fault: Fault): void => {
			happened.push(fault.kind);
			switch (fault.kind) {
				case 'cut':
					end(line);
					return;
				case 'reset':
					client.resetAndDestroy();
					end(line);
					return;
				case 'halfOpen': {
					pumps.client.hold();
					pumps.server.hold();
					const heal = (): void => end(line);
					healers.add(heal);
					client.on('close', () => healers.delete(heal));
					return;
				}
				case 'stall':
					pumps.client.hold();
					pumps.server.hold();
					setTimeout(() => {
						pumps.client.release();
						pumps.server.release();
					}, fault.ms);
					return;
				case 'throttle':
					for (const each of [pumps.client, pumps.server]) each.throttle(fault);
					healers.add(() => {
						for (const each of [pumps.client, pumps.server]) each.throttle(undefined);
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
			const before = counts[from];
			counts[from] += chunk.length;
			const isHere = isDue && !isHealed && step?.from === from && counts[from] >= step.afterBytes;
			if (!isHere || step === undefined) {
				if (from === 'client') said.push(chunk);
				pumps[from].pass(chunk);
				return;
			}
			isDue = false;
			const head = chunk.subarray(0, Math.max(0, step.afterBytes - before));
			if (from === 'client') said.push(head);
			pumps[from].pass(head);
			strike(step.fault);
			pumps[from].pass(chunk.subarray(head.length));
		};

		client.on('data', chunk => carry('client', chunk));
		server.on('data', chunk => carry('server', chunk));
		for (const socket of [client, server]) {
			// Either end may be torn away at any time: that is what this is for.
			socket.on('error', () => {});
			socket.on('close', () => {
				end(line);
				lines.delete(line);
			});
		}
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
