/**
 * Who waits where, and who is with whom: the pairing of a relay, without sockets. Invariants: a peer is in one place
 * at most; a room without host, guest and pair is forgotten; nothing grows above the limits. Pure; used by relay.ts.
 */
import type {RelayLimits} from './limits.ts';

export type Placed<Peer> =
	| {readonly kind: 'waiting'}
	| {readonly kind: 'paired'; readonly other: Peer}
	| {readonly kind: 'refused'; readonly sentence: string};

export type Rooms<Peer> = {
	readonly host: (room: string, peer: Peer) => Placed<Peer>;
	readonly join: (room: string, peer: Peer) => Placed<Peer>;
	/** A peer that waits does so no more. */
	readonly leave: (room: string, peer: Peer) => void;
	/** A pair of this room has ended. */
	readonly part: (room: string) => void;
	readonly counts: () => RoomCounts;
};

export type RoomCounts = {
	/** With those that only guests wait in. */
	readonly rooms: number;
	readonly hosts: number;
	readonly guests: number;
	readonly pairs: number;
};

type Room<Peer> = {readonly hosts: Peer[]; readonly guests: Peer[]; pairs: number};

export const createRooms = <Peer>(limits: RelayLimits): Rooms<Peer> => {
	const rooms = new Map<string, Room<Peer>>();
	const all = (): readonly Room<Peer>[] => [...rooms.values()];
	const sum = (count: (room: Room<Peer>) => number): number =>
		all().reduce((total, room) => total + count(room), 0);
	const isHosted = ({hosts, pairs}: Room<Peer>): boolean => hosts.length + pairs > 0;

	const roomFor = (name: string): Room<Peer> => {
		const room = rooms.get(name) ?? {hosts: [], guests: [], pairs: 0};
		rooms.set(name, room);
		return room;
	};
	const forgetIfEmpty = (name: string): void => {
		const room = rooms.get(name);
		if (room !== undefined && !isHosted(room) && room.guests.length === 0) rooms.delete(name);
	};
	const pairUp = (room: Room<Peer>, other: Peer): Placed<Peer> => {
		room.pairs += 1;
		return {kind: 'paired', other};
	};
	const refuse = (sentence: string): Placed<Peer> => ({kind: 'refused', sentence});

	return {
		host(name, peer) {
			const room = rooms.get(name);
			const isNew = room === undefined || !isHosted(room);
			if (isNew && sum(each => (isHosted(each) ? 1 : 0)) >= limits.rooms) {
				return refuse('it has no room left for another share');
			}
			const hasSpace = room !== undefined && room.pairs < limits.pairsInRoom;
			const guest = hasSpace ? room.guests.shift() : undefined;
			if (room !== undefined && guest !== undefined) return pairUp(room, guest);
			if (room !== undefined && room.hosts.length >= limits.hostsWaitingInRoom) {
				return refuse('enough hosts wait for guests of this share already');
			}
			roomFor(name).hosts.push(peer);
			return {kind: 'waiting'};
		},
		join(name, peer) {
			const room = rooms.get(name);
			if (room !== undefined && room.pairs >= limits.pairsInRoom) {
				return refuse('as many people as it lets in are with this share already');
			}
			// The newest: an older one may have lost its line without a word.
			const host = room?.hosts.pop();
			if (room !== undefined && host !== undefined) return pairUp(room, host);
			if (sum(({guests}) => guests.length) >= limits.guestsWaiting) {
				return refuse('too many people wait for their share; try again soon');
			}
			roomFor(name).guests.push(peer);
			return {kind: 'waiting'};
		},
		leave(name, peer) {
			const room = rooms.get(name);
			for (const list of [room?.hosts, room?.guests]) {
				const at = list?.indexOf(peer) ?? -1;
				if (at !== -1) list?.splice(at, 1);
			}
			forgetIfEmpty(name);
		},
		part(name) {
			const room = rooms.get(name);
			if (room !== undefined) room.pairs -= 1;
			forgetIfEmpty(name);
		},
		counts: () => ({
			rooms: rooms.size,
			hosts: sum(({hosts}) => hosts.length),
			guests: sum(({guests}) => guests.length),
			pairs: sum(({pairs}) => pairs),
		}),
	};
};
