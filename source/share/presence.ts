/**
 * Who is here: one entry for each connection that said who it is, in the order in which they came. The role of a guest
 * is not kept but asked for, so that it is never an old one. Pure bookkeeping, held by gateway.ts.
 */
import type {Gaze, Person, SeatRole} from '../protocol/share.ts';

/** What a connection is as long as it lasts, and where its person looks. */
export type Present = Omit<Person, 'role'> & {readonly isOwner: boolean};

export type Presence = {
	readonly came: (person: Omit<Present, 'at' | 'typing'>) => void;
	/** True when that changed anything. */
	readonly moved: (id: string, now: {readonly at: Gaze; readonly typing: boolean}) => boolean;
	/** Undefined: it was not here. */
	readonly left: (id: string) => Present | undefined;
	readonly people: (roleOf: (name: string) => SeatRole) => readonly Person[];
	readonly has: (name: string) => boolean;
};

export const createPresence = (): Presence => {
	const here = new Map<string, Present>();
	return {
		came(person) {
			here.set(person.id, {...person, at: 'live', typing: false});
		},
		moved(id, {at, typing}) {
			const person = here.get(id);
			if (person === undefined || (person.at === at && person.typing === typing)) return false;
			here.set(id, {...person, at, typing});
			return true;
		},
		left(id) {
			const person = here.get(id);
			here.delete(id);
			return person;
		},
		people: roleOf =>
			[...here.values()].map(({isOwner, ...person}) => ({
				...person,
				role: isOwner ? 'owner' : roleOf(person.name),
			})),
		has: name => [...here.values()].some(person => person.name === name),
	};
};
