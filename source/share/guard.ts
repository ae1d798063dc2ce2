/**
 * Slows and limits those who guess at a share's door. Every attempt waits before its token is looked at, and the wait
 * depends only on what came from that address and from all before, never on the token: a good one, a bad one and none
 * are answered by the same code after the same delay. Made by the gateway, between a door and the invitations.
 *
 * Guesses slow everybody from their address (in all of them, everybody a little), and a good token is let in after the
 * wait: the neighbour behind the same NAT is late, not locked out. What is refused without a look is only more at once
 * than a person needs, from where guesses came: trying again helps. Invariant: memory is bounded.
 */
import net from 'node:net';
import type {Environment} from '../app-server/connection.ts';

export type Guard = {
	/** Waits, and then looks. `from`: the peer's address; undefined for whoever has none, as on a unix socket. */
	readonly admit: <Pass>(from: string | undefined, look: () => Pass | undefined) => Promise<Pass | undefined>;
	/** Who waits is refused, and so is everybody later. */
	readonly stop: () => void;
	/** For tests: addresses that are remembered. */
	readonly size: () => number;
};

export const guardLimits = {
	/** Everybody waits this long, and up to twice as long by chance. */
	baseMs: 40,
	/** Guesses of an address without a penalty: a person who pastes the wrong line. */
	freeGuesses: 3,
	/** The penalty after that, which doubles with each guess. */
	stepMs: 250,
	/** With what the guesses of all add, it stays well below a client's patience for the handshake (10 s). */
	addressMaxMs: 4000,
	freeGuessesInAll: 50,
	stepInAllMs: 10,
	allMaxMs: 2000,
	/** One guess is forgotten after this time. */
	forgetMs: 30_000,
	/** From so many guesses on, an address may have only so many attempts waiting at once. */
	refuseAfter: 10,
	waitingPerAddress: 4,
	refuseAfterInAll: 300,
	waitingInAll: 64,
	addresses: 4096,
} as const;

type Count = {guesses: number; atMs: number; waiting: number};

export const createGuard = ({nowMs, random, later}: Environment): Guard => {
	const limits = guardLimits;
	/** The longest quiet one first. */
	const counts = new Map<string, Count>();
	const all: Count = {guesses: 0, atMs: nowMs(), waiting: 0};
	const hangUps = new Set<() => void>();
	let isStopped = false;

	/** One guess leaks away every `forgetMs`; in all, as many at once as addresses could each have one. */
	const leak = (count: Count, perMs: number): void => {
		const now = nowMs();
		count.guesses = Math.max(0, count.guesses - Math.max(0, now - count.atMs) * perMs);
		count.atMs = now;
	};

	const countOf = (from: string | undefined): Count => {
		const key = bucketOf(from);
		const count = counts.get(key) ?? {guesses: 0, atMs: nowMs(), waiting: 0};
		counts.delete(key);
		counts.set(key, count);
		if (counts.size > limits.addresses) forgetOne();
		leak(count, 1 / limits.forgetMs);
		leak(all, 10 / limits.forgetMs);
		return count;
	};

	/** Whoever waits is never forgotten, else a flood of addresses would free him of his count. */
	const forgetOne = (): void => {
		for (const [key, count] of counts) {
			if (count.waiting > 0) continue;
			counts.delete(key);
			return;
		}
	};

	const penaltyMs = (count: Count): number => {
		const over = count.guesses - limits.freeGuesses;
		const own = over <= 0 ? 0 : Math.min(limits.addressMaxMs, limits.stepMs * 2 ** (over - 1));
		const overInAll = Math.max(0, all.guesses - limits.freeGuessesInAll);
		return own + Math.min(limits.allMaxMs, overInAll * limits.stepInAllMs);
	};

	const isTooMany = (count: Count): boolean =>
		(count.guesses >= limits.refuseAfter && count.waiting >= limits.waitingPerAddress) ||
		(all.guesses >= limits.refuseAfterInAll && all.waiting >= limits.waitingInAll);

	const waited = (delayMs: number): Promise<void> =>
		new Promise(resolve => {
			const hangUp = (): void => {
				hangUps.delete(hangUp);
				cancel();
				resolve();
			};
			const cancel = later(delayMs, hangUp);
			hangUps.add(hangUp);
		});

	return {
		admit: async (from, look) => {
			const count = countOf(from);
			const mayLook = !isTooMany(count);
			const delayMs = limits.baseMs * (1 + random()) + (mayLook ? penaltyMs(count) : 0);
			// Whoever is not looked at guesses nothing: else one address could use up what all may wait for.
			if (!mayLook) {
				await waited(delayMs);
				return undefined;
			}
			count.waiting += 1;
			all.waiting += 1;
			await waited(delayMs);
			count.waiting -= 1;
			all.waiting -= 1;
			if (isStopped) return undefined;
			const pass = look();
			if (pass === undefined) {
				count.guesses += 1;
				all.guesses += 1;
			}
			return pass;
		},
		stop: () => {
			isStopped = true;
			for (const hangUp of [...hangUps]) hangUp();
		},
		size: () => counts.size,
	};
};

/** One person has a whole /64 of IPv6. */
const bucketOf = (from: string | undefined): string => {
	if (from === undefined) return 'local';
	const plain = from.replace(/^::ffff:(?=\d+\.)/iu, '').replace(/%.*$/u, '');
	if (net.isIP(plain) !== 6) return plain;
	const [head = '', tail] = plain.split('::');
	const groups = head === '' ? [] : head.split(':');
	const rest = tail === undefined || tail === '' ? [] : tail.split(':');
	if (tail !== undefined) while (groups.length + rest.length < 8) groups.push('0');
	return [...groups, ...rest]
		.slice(0, 4)
		.map(group => group.replace(/^0+(?=.)/u, '').toLowerCase())
		.join(':');
};
