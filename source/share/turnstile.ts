/**
 * So many calls at a time through the one connection upstream, and everybody in turn: a server turns away what comes
 * when too much is waiting already (PROTOCOL: 124 of 400 at once), and a guest who asks a lot must not cost the others
 * their calls. Invariant: the calls of one guest begin in their order. Pure bookkeeping; used for every call of a guest.
 */

export type Turnstile = {
	/** Begins `work` when it is this guest's turn, by his name: many connections are one. Settles as it does. */
	readonly pass: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
};

/** `each`: of one guest; then calls that the server never answers hold up him who made them, and nobody else. */
export const createTurnstile = (limits: {readonly all: number; readonly each: number}): Turnstile => {
	let running = 0;
	const runningOf = new Map<string, number>();
	/** By guest, the one whose turn it is first. */
	const waiting = new Map<string, Array<() => void>>();

	const count = (name: string, more: 1 | -1): void => {
		running += more;
		const now = (runningOf.get(name) ?? 0) + more;
		if (now === 0) runningOf.delete(name);
		else runningOf.set(name, now);
	};

	const next = (): void => {
		if (running >= limits.all) return;
		for (const [name, queue] of waiting) {
			if ((runningOf.get(name) ?? 0) >= limits.each) continue;
			waiting.delete(name);
			const begin = queue.shift();
			if (queue.length > 0) waiting.set(name, queue);
			begin?.();
			return;
		}
	};

	return {
		pass: (name, work) =>
			new Promise((resolve, reject) => {
				const begin = (): void => {
					count(name, 1);
					work()
						.then(resolve, reject)
						.finally(() => {
							count(name, -1);
							next();
						});
				};
				const queue = waiting.get(name);
				if (queue === undefined) waiting.set(name, [begin]);
				else queue.push(begin);
				next();
			}),
	};
};
