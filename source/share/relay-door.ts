/**
 * The owner's side of a relay: keeps a few lines waiting there in the share's room, gives each on which a guest comes in
 * to the share's door (which speaks TLS on it), and puts another in its place. A relay that is away is asked again, ever
 * more slowly, and the owner is told once that it is away and once that it is back.
 *
 * Invariants: no more lines than `mostOpen`, whatever the relay does, and no faster than `createPace` allows; after
 * `stop()` nothing of it is left but the lines that guests are on, which are the door's. Made by the gateway's owner,
 * `jumpseat share --via`.
 */
import type {Duplex} from 'node:stream';
import {createBackoff} from '../app-server/backoff.ts';
import type {Environment} from '../app-server/connection.ts';
import {sentenceOf} from '../app-server/failures.ts';
import {type RelayAddress, waitAtRelay} from '../transport/connect-relay.ts';
import {TransportError} from '../transport/errors.ts';
import {createPace} from './relay/pace.ts';

export type RelayDoorOptions = {
	/** `secret`: 256 random bits as base64url. Guests are given `roomOf(secret)` (transport/relay-preamble.ts). */
	readonly address: RelayAddress & {readonly secret: string};
	/** What the door does with a line to a guest. */
	readonly adopt: (line: Duplex) => void;
	/** For the owner, one sentence. */
	readonly tell: (sentence: string) => void;
	readonly environment: Environment;
	/** How many lines wait at the relay. Default 2: while one is replaced the other stands ready. */
	readonly waiting?: number;
};

export type RelayDoor = {
	readonly display: string;
	/** Lines that guests are on, and that wait at the relay. */
	readonly counts: () => {readonly guests: number; readonly waiting: number};
	/** Lets nobody in any more. Who is in stays, until the door closes. */
	readonly stop: () => void;
};

const mostOpen = 64;
/** Guests in a second that a relay may bring for long; so many at once do no harm either. */
const mostGuestsInSecond = 32;
/** For TCP and the word of the relay that we wait in the room. */
const arriveMs = 10_000;

/**
 * Resolves once the first line waits at the relay.
 *
 * @throws TransportError when that cannot be; nothing goes on then
 */
export const openRelayDoor = (options: RelayDoorOptions): Promise<RelayDoor> => {
	const {address, adopt, tell, environment, waiting = 2} = options;
	const {display} = address;
	const pace = createPace(mostGuestsInSecond, environment.nowMs);
	const open = new Set<Duplex>();
	const stops = new Set<() => void>();
	/** Lines that the relay has put into the room. */
	let ready = 0;
	let isAway = false;
	let isStopped = false;

	return new Promise((resolve, reject) => {
		let isOpened = false;
		const stop = (): void => {
			isStopped = true;
			for (const each of [...stops]) each();
		};
		const onReady = (): void => {
			ready += 1;
			if (isAway) tell(`The relay ${display} is back: guests can come in through it again.`);
			isAway = false;
			if (isOpened) return;
			isOpened = true;
			resolve({display, counts: () => ({guests: open.size, waiting: ready}), stop});
		};
		const onFailed = (error: unknown): void => {
			if (!isOpened) {
				stop();
				reject(error);
			} else if (ready === 0 && !isAway) {
				isAway = true;
				tell(`Nobody can come in through the relay for now; it is asked again. ${sentenceOf(error)}`);
			}
		};
		/** One of the lines: waits, is given away or lost, and waits again. */
		const keepLine = (): void => {
			const backoff = createBackoff(environment);
			let cancel = (): void => {};
			const stopLine = (): void => cancel();
			stops.add(stopLine);
			const again = (delayMs: number): void => {
				if (isStopped) stops.delete(stopLine);
				else cancel = environment.later(delayMs, () => void attempt());
			};
			const attempt = async (): Promise<void> => {
				const {line, error, hasArrived} = await waitOnce(address, environment, {
					onWaiting: onReady,
					onCancel: cancelLine => {
						cancel = cancelLine;
					},
				});
				if (hasArrived) {
					ready -= 1;
					backoff.joined();
				}
				if (isStopped) {
					line?.destroy();
					stops.delete(stopLine);
				} else if (line !== undefined) {
					give(line);
					again(pace.passed(1));
				} else {
					// A line that was lost after a wait says little: whether the relay is away shows the next attempt.
					if (!hasArrived) onFailed(error);
					again(backoff.next().delayMs);
				}
			};
			void attempt();
		};
		const give = (line: Duplex): void => {
			if (open.size >= mostOpen) {
				line.destroy();
				return;
			}
			open.add(line);
			line.once('close', () => open.delete(line));
			adopt(line);
		};
		for (let count = 0; count < waiting; count += 1) keepLine();
	});
};

type Outcome = {
	/** To a guest. */
	readonly line?: Duplex;
	readonly error?: unknown;
	/** It has waited in the room. */
	readonly hasArrived: boolean;
};

type WaitHooks = {
	readonly onWaiting: () => void;
	/** Told how to call it off. */
	readonly onCancel: (cancel: () => void) => void;
};

const waitOnce = async (
	address: RelayDoorOptions['address'],
	environment: Environment,
	{onWaiting, onCancel}: WaitHooks,
): Promise<Outcome> => {
	const attempt = new AbortController();
	let hasArrived = false;
	const cancelLimit = environment.later(arriveMs, () => {
		const sentence = `The relay ${address.display} did not answer within ${arriveMs / 1000} s.`;
		attempt.abort(new TransportError('timeout', sentence));
	});
	onCancel(() => attempt.abort(new TransportError('closed', 'The share ends.')));
	try {
		const line = await waitAtRelay(
			address,
			{
				onWaiting() {
					if (hasArrived) return;
					hasArrived = true;
					cancelLimit();
					onWaiting();
				},
			},
			attempt.signal,
		);
		return {line, hasArrived};
	} catch (error) {
		return {error, hasArrived};
	} finally {
		cancelLimit();
	}
};
