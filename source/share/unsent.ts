/**
 * What all guests together have been given and not taken yet, which this process holds for them: each has a bound of
 * his own (outlet.ts), and many at that bound would be more than a machine has. What the fan-out hands to all is held
 * once, so that a message of megabytes costs fifty who read it no more than one. Invariant: with more than
 * `mostUnsentBytes` in all, of the name that holds most the connection that holds most is cut off. Held by gateway.ts;
 * only who is behind takes part.
 */

export type Member = {
	/** Of the invitation: many connections of one guest count as one. */
	readonly name: string;
	readonly bytes: () => number;
	/** Of them, those that are everybody's. Default: none. */
	readonly sharedBytes?: () => number;
	readonly cutOff: (why: string) => void;
};

export type Unsent = {
	/** Returns how to leave, which may be called twice. */
	readonly enter: (member: Member) => () => void;
	/** Somebody's has become more. */
	readonly grew: () => void;
};

export const mostUnsentBytes = 256 * 1024 * 1024;

const why =
	'Too much waited for all guests together, and most of it for this one, who was cut off; coming back shows everything again.';

const ownBytes = ({bytes, sharedBytes}: Member): number => bytes() - (sharedBytes?.() ?? 0);

export const createUnsent = (mostBytes: number = mostUnsentBytes): Unsent => {
	const members = new Set<Member>();

	/** Undefined: it is not too much. */
	const heaviest = (): Member | undefined => {
		const ofName = new Map<string, number>();
		let own = 0;
		// All hear one stream: whoever is furthest behind in it has all that anybody has of it.
		let shared = 0;
		for (const member of members) {
			const {name} = member;
			own += ownBytes(member);
			shared = Math.max(shared, member.sharedBytes?.() ?? 0);
			ofName.set(name, (ofName.get(name) ?? 0) + ownBytes(member));
		}
		if (own + shared <= mostBytes) return undefined;
		const [name] = [...ofName].reduce((most, each) => (each[1] > most[1] ? each : most));
		return [...members]
			.filter(member => member.name === name)
			.reduce((most, each) => (ownBytes(each) > ownBytes(most) ? each : most));
	};

	return {
		enter(member) {
			members.add(member);
			return () => {
				members.delete(member);
			};
		},
		grew() {
			for (let member = heaviest(); member !== undefined; member = heaviest()) {
				members.delete(member);
				member.cutOff(why);
			}
		},
	};
};
