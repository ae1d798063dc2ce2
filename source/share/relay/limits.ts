/** How much a relay does for anybody, and why so much: whoever can reach it may use it. Read by the rest of share/relay/. */

export type RelayLimits = {
	/** All connections together. Each holds at most about 160 kB in this process when nobody reads. */
	readonly connections: number;
	/** Of one IPv4 address, or of one IPv6 network of 64 bits. */
	readonly connectionsOfAddress: number;
	/** Rooms that somebody hosts. */
	readonly rooms: number;
	readonly hostsWaitingInRoom: number;
	readonly guestsWaiting: number;
	readonly pairsInRoom: number;
	/** Both ways of a pair together, on average; bursts of a second's worth pass at once. */
	readonly bytesPerSecondOfPair: number;
	/** How long a connection may take to say its first line. */
	readonly preambleMs: number;
	/** How long a guest waits for a host: one that has lost its line is back within 5 s. */
	readonly guestWaitMs: number;
	/** How long a host waits for a guest; it comes again by itself. */
	readonly hostWaitMs: number;
	/** A pair on which no byte passes for so long is ended. A share pings its guests every 20 s. */
	readonly idleMs: number;
	/** How long a connection that was told no, or has all it will get, may take to read that. */
	readonly lingerMs: number;
};

export const defaultLimits: RelayLimits = {
	connections: 1024,
	connectionsOfAddress: 128,
	rooms: 256,
	hostsWaitingInRoom: 4,
	guestsWaiting: 128,
	pairsInRoom: 64,
	bytesPerSecondOfPair: 8 * 1024 * 1024,
	preambleMs: 5000,
	guestWaitMs: 6000,
	hostWaitMs: 15 * 60_000,
	idleMs: 2 * 60_000,
	lingerMs: 1000,
};
