/**
 * Tells everybody who is here: a Jumpseat the list, whenever something about somebody changes, four times a second at
 * most; any other client one line when somebody comes or goes.
 */
import type {Environment} from '../app-server/connection.ts';
import type {Person, SeatRole, ShareDescription} from '../protocol/share.ts';
import type {Guest} from './guest.ts';
import {createPresence, type Presence} from './presence.ts';

export type Here = Pick<Presence, 'moved'> & {
	readonly came: (guest: Guest, client: Person['client']) => void;
	/** True: he was here. */
	readonly left: (guest: Guest) => boolean;
	/** Something that everybody is told of has changed. */
	readonly changed: () => void;
	readonly people: () => readonly Person[];
	readonly stop: () => void;
};

export type HereOptions = {
	readonly environment: Environment;
	readonly threadId: string;
	readonly guests: ReadonlySet<Guest>;
	readonly roleOf: (name: string) => SeatRole;
	readonly describe: () => ShareDescription;
};

const gapMs = 250;

export const createHere = (options: HereOptions): Here => {
	const {environment, threadId, guests, roleOf, describe} = options;
	const presence = createPresence();
	let toldAtMs = Number.NEGATIVE_INFINITY;
	let cancel: (() => void) | undefined;

	const tell = (): void => {
		cancel = undefined;
		toldAtMs = environment.nowMs();
		const people = presence.people(roleOf);
		const description = [...guests].some(guest => guest.role() === 'owner') ? describe() : undefined;
		for (const guest of guests) {
			if (guest.client() !== 'jumpseat') continue;
			const {id, name} = guest;
			const role = guest.role();
			guest.tell('jumpseat/presence', {you: {id, name, role}, people});
			if (role === 'owner' && description !== undefined) guest.tell('jumpseat/share/changed', description);
		}
	};
	const changed = (): void => {
		// A clock that is put back must not silence us for as long.
		const sinceMs = Math.abs(environment.nowMs() - toldAtMs);
		cancel ??= environment.later(Math.max(0, gapMs - sinceMs), tell);
	};
	const say = (about: Guest, message: string): void => {
		for (const guest of guests) {
			if (guest === about || guest.client() === 'jumpseat') continue;
			guest.tell('warning', {threadId, message});
		}
	};

	return {
		came(guest, client) {
			const {id, name} = guest;
			const role = guest.role();
			presence.came({id, name, client, isOwner: role === 'owner'});
			say(guest, role === 'owner' ? `${name} is here: it is their thread.` : `${name} is here (${role}).`);
			changed();
		},
		left(guest) {
			if (presence.left(guest.id) === undefined) return false;
			say(guest, `${guest.name} left.`);
			changed();
			return true;
		},
		moved(id, now) {
			const isNews = presence.moved(id, now);
			if (isNews) changed();
			return isNews;
		},
		changed,
		people: () => presence.people(roleOf),
		stop: () => cancel?.(),
	};
};
