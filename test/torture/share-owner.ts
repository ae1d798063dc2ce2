/**
 * The owner of the share under attack: invites, changes roles, removes and invites again, and keeps the book of who had
 * which role when (share-laws.ts). Used by share-churn.ts.
 */
import {type Role, roles} from '../../source/protocol/share.ts';
import type {Random} from './random.ts';
import {createRoleBook, type RoleBook} from './share-laws.ts';
import type {Stage} from './share-stage.ts';
import {add, type Invited, type Tally} from './share-visits.ts';

/** The owner, who invites, changes roles and removes; what he does is in the book. */
export const createOwner = ({house}: Stage, random: Random, tally: Tally) => {
	const book: RoleBook = createRoleBook();
	const people = new Map<string, Invited>();
	/** Somebody who stays as he is. */
	const invite = async (name: string, role: Role, isFixed = true): Promise<Invited> => {
		book.wanted(name, role);
		return {name, token: await house.invite(name, role), role, isFixed};
	};
	/** Somebody who comes and goes. */
	const inviteOneOfMany = async (name: string, role: Role, isFixed: boolean): Promise<void> => {
		people.set(name, await invite(name, role, isFixed));
	};
	const anybody = (): Invited | undefined => {
		const names = [...people.values()];
		return names[random.between(0, names.length - 1)];
	};
	return {
		book,
		invite,
		inviteOneOfMany,
		anybody,
		/** Somebody's role changes, or his invitation goes and comes. */
		async act(): Promise<void> {
			const person = anybody();
			if (person === undefined || (person.isFixed && random.chance(0.5))) return;
			const {name, isFixed} = person;
			if (isFixed || random.chance(0.4)) {
				people.delete(name);
				await house.remove(name);
				book.done(name, undefined);
				add(tally, 'removals');
				await inviteOneOfMany(name, isFixed ? person.role : random.pick(roles), isFixed);
				return;
			}
			const role = random.pick(roles);
			book.wanted(name, role);
			await house.setRole(name, role);
			book.done(name, role);
			add(tally, 'role changes');
		},
	};
};

export type Owner = ReturnType<typeof createOwner>;
