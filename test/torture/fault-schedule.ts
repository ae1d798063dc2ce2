/**
 * What breaks in a round, from its seed: two to five connections that break, each after up to three faults, then one
 * that holds. Pure. Called by faults.ts for the fault proxy.
 */
import type {Place} from '../support/byte-places.ts';
import type {Fault, Step} from '../support/fault-proxy.ts';
import type {Random} from './random.ts';

export type Schedule = ReadonlyArray<readonly Step[]>;

const slow = (random: Random): Fault => {
	switch (random.between(0, 3)) {
		case 0:
			return {kind: 'stall', ms: random.spread(20, 800)};
		case 1:
			return {kind: 'delay', ms: random.between(1, 60)};
		case 2:
			return {kind: 'throttle', bytes: random.spread(16, 2000), everyMs: random.between(1, 8)};
		default:
			return {kind: 'duplicate'};
	}
};

const breaking = (random: Random): Fault => {
	const dice = random.next();
	if (dice < 0.5) return {kind: 'cut'};
	if (dice < 0.7) return {kind: 'reset'};
	return dice < 0.87 ? {kind: 'halfOpen'} : {kind: 'restart'};
};

/**
 * The Upgrade's answer has about 130 bytes, `initialize` and the description of the thread end below 4,000, the page of
 * turns below 20,000, and the rest streams.
 */
const whenOf = (random: Random): Pick<Step, 'from' | 'afterBytes'> => {
	const dice = random.next();
	if (dice < 0.1) return {from: 'client', afterBytes: random.between(0, 200)};
	if (dice < 0.2) return {from: 'client', afterBytes: random.between(200, 3000)};
	if (dice < 0.3) return {from: 'server', afterBytes: random.between(0, 200)};
	return {from: 'server', afterBytes: random.spread(200, 80_000)};
};

const placeOf = (
	random: Random,
	{from, afterBytes}: Pick<Step, 'from' | 'afterBytes'>,
): Place | undefined => {
	if (afterBytes < 200) return undefined;
	const dice = random.next();
	if (dice < 0.2) return 'header';
	return dice < 0.4 && from === 'server' ? 'character' : undefined;
};

const stepWith = (random: Random, fault: Fault): Step => {
	// What is said twice must not be a message: two clients that send it are two messages.
	const when: Pick<Step, 'from' | 'afterBytes'> =
		fault.kind === 'duplicate' ? {from: 'client', afterBytes: random.between(1, 700)} : whenOf(random);
	const place = fault.kind === 'duplicate' ? undefined : placeOf(random, when);
	return {...when, fault, ...(place === undefined ? {} : {place})};
};

const inOrder = (steps: readonly Step[]): readonly Step[] =>
	steps.toSorted((left, right) => left.afterBytes - right.afterBytes);

export const scheduleOf = (random: Random): Schedule =>
	Array.from({length: random.between(2, 5)}, () => {
		const before = Array.from({length: random.between(0, 2)}, () => stepWith(random, slow(random)));
		const last = stepWith(random, breaking(random));
		const deadline = last.afterBytes;
		return [
			...inOrder(before.map(step => ({...step, afterBytes: Math.min(step.afterBytes, deadline)}))),
			last,
		];
	});
