/**
 * What all guests together have been given and not taken yet, which this process holds for them: each has a bound of
 * his own (outlet.ts), and many at that bound would be more than a machine has. Invariant: with more than
 * `mostUnsentBytes` in all, of the name that holds most the connection that holds most is cut off. Held by gateway.ts;
 * only who is behind takes part.
 */

export type Member = {
	/** Of the invitation: many connections of one guest count as one. */
	readonly name: string;
	readonly bytes: () => number;
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

export const createUnsent = (mostBytes: number = mostUnsentBytes): Unsent => {
	const members = new Set<Member>();

	/** Undefined: it is not too much. */
	const heaviest = (): Member | undefined => {
		const ofName = new Map<string, number>();
		let all = 0;
		for (const {name, bytes} of members) {
			const held = bytes();
			all += held;
			ofName.set(name, (ofName.get(name) ?? 0) + held);
		}
		if (all <= mostBytes) return undefined;
		const [name] = [...ofName].reduce((most, each) => (each[1] > most[1] ? each : most));
		return [...members]
			.filter(member => member.name === name)
			.reduce((most, each) => (each.bytes() > most.bytes() ? each : most));
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
