/**
 * What goes out to one guest, at the pace at which that guest reads: sent at once while the channel takes it; held, and
 * merged (coalesce.ts), while it does not; cut off when too much is held or nothing moves for too long.
 *
 * Invariants: everything goes out in the order in which it was given; what `send` was given is never merged or
 * dropped; at most `hardBytes` are held beside what the channel has; no timer, listener or byte stays after the end.
 * Made by the gateway for each guest; told by fan-out.ts, the same frames for all.
 */
import type {Environment} from '../app-server/connection.ts';
import {shareCloseCodes} from '../protocol/share.ts';
import type {WireNotification} from '../protocol/types.ts';
import {coalesce} from './coalesce.ts';
import {type Told, toldOf} from './told.ts';
import type {Member, Unsent} from './unsent.ts';

/** The part of a guest's connection that an outlet needs; see `transport/door.ts`. */
export type OutletChannel = {
	readonly send: (frame: Buffer) => void;
	/** Sent, and still in this process. */
	readonly bufferedBytes: number;
	/** Told whenever some of it has gone. */
	readonly onDrain?: (listener: () => void) => () => void;
	/** Says goodbye, and hangs up soon even if nobody reads it. */
	readonly end: (code: number, sentence: string) => void;
};

export type OutletOptions = {
	/** So much may be with the channel before we hold. */
	readonly softBytes: number;
	/** So much may be held. */
	readonly hardBytes: number;
	/** So long may a guest who is behind take nothing at all. */
	readonly patienceMs: number;
	readonly environment: Pick<Environment, 'nowMs' | 'later'>;
	/** Told once, with a sentence for people, when the guest is cut off. The channel is ended by then. */
	readonly onCut: (why: string) => void;
	/** What this guest is behind counts with what all are. */
	readonly together?: {readonly name: string; readonly unsent: Unsent};
};

export const outletLimits = {
	softBytes: 256 * 1024,
	hardBytes: 16 * 1024 * 1024,
	patienceMs: 30_000,
} as const;

export type Outlet = {
	/** A response, a request, or a notification for this guest only. */
	readonly send: (text: string) => void;
	readonly tell: (batch: readonly Told[]) => void;
	/** The connection is gone, or is being ended by somebody else. Calling it twice does nothing. */
	readonly close: () => void;
	/** Not with the channel yet. */
	readonly heldBytes: number;
};

type Held = {
	readonly notification: WireNotification | undefined;
	readonly frame: Buffer;
	readonly isShared?: boolean;
};

/** How often one who is behind is looked at. */
const lookMs = 50;
/** Of so little by a guest, all together are not too much. */
const worthCountingBytes = 1024 * 1024;
/** Less is not worth merging. */
const worthMergingBytes = 64 * 1024;

const merge = (held: readonly Held[]): Held[] => {
	const merged: Held[] = [];
	let run: Told[] = [];
	const endRun = (): void => {
		const known = new Map(run.map(told => [told.notification, told]));
		const notifications = coalesce(run.map(({notification}) => notification));
		merged.push(...notifications.map(each => known.get(each) ?? toldOf(each)));
		run = [];
	};
	for (const each of held) {
		const {notification, frame, isShared = false} = each;
		if (notification !== undefined) {
			run.push({notification, frame, isShared});
			continue;
		}
		endRun();
		merged.push(each);
	}
	endRun();
	return merged;
};

const sumOf = (held: readonly Held[]): number => held.reduce((sum, {frame}) => sum + frame.length, 0);

export const createOutlet = (
	channel: OutletChannel,
	{softBytes, hardBytes, patienceMs, environment, onCut, together}: OutletOptions,
): Outlet => {
	let held: Held[] = [];
	let heldBytes = 0;
	/** Of `heldBytes`, what is everybody's. */
	let sharedHeldBytes = 0;
	/** Of `heldBytes`, since the last merging. */
	let unmergedBytes = 0;
	let sentBytes = 0;
	/** The last frame that went to the channel is everybody's. */
	let isLastShared = false;
	/** The most that the channel is known to have got rid of, and since when. */
	let drainedBytes = 0;
	let drainedAtMs = 0;
	let isOver = false;
	let stopLooking: (() => void) | undefined;
	let stopListening: (() => void) | undefined;
	let stopCounting: (() => void) | undefined;

	const rest = (): void => {
		stopLooking?.();
		stopListening?.();
		stopCounting?.();
		stopLooking = undefined;
		stopListening = undefined;
		stopCounting = undefined;
	};

	const close = (): void => {
		isOver = true;
		held = [];
		heldBytes = 0;
		sharedHeldBytes = 0;
		unmergedBytes = 0;
		rest();
	};

	const cutOff = (why: string): void => {
		close();
		channel.end(shareCloseCodes.tooSlow, why);
		onCut(why);
	};

	const put = ({frame, isShared = false}: Held): void => {
		try {
			channel.send(frame);
			sentBytes += frame.length;
			isLastShared = isShared;
		} catch {
			// It is closing; who made us is told so by the channel itself.
			close();
		}
	};

	const mergeHeld = (): void => {
		held = merge(held);
		heldBytes = sumOf(held);
		sharedHeldBytes = sumOf(held.filter(({isShared}) => isShared));
		unmergedBytes = 0;
	};

	/** Each merging goes through all that is held: worth it when that has doubled. */
	const mergeWhenWorth = (): void => {
		if (unmergedBytes >= Math.max(worthMergingBytes, heldBytes - unmergedBytes)) mergeHeld();
	};

	const isFull = (): boolean => channel.bufferedBytes >= softBytes;
	/** Also with nothing held: one answer may be many times what the channel should have. */
	const isBehind = (): boolean => held.length > 0 || isFull();
	const unsentBytes = (): number => heldBytes + channel.bufferedBytes;
	/** What the channel has above `softBytes` is of the last frame alone: it is given none while it has so much. */
	const sharedBytes = (): number =>
		sharedHeldBytes + (isLastShared ? Math.max(0, channel.bufferedBytes - softBytes) : 0);

	const pump = (): void => {
		let next = 0;
		mergeWhenWorth();
		for (let each = held[next]; each !== undefined && !isOver && !isFull(); each = held[next]) {
			next += 1;
			heldBytes -= each.frame.length;
			if (each.isShared) sharedHeldBytes -= each.frame.length;
			put(each);
		}
		if (isOver) return;
		held.splice(0, next);
		unmergedBytes = Math.min(unmergedBytes, heldBytes);
		if (!isBehind()) rest();
	};

	const noteProgress = (): void => {
		const drained = sentBytes - channel.bufferedBytes;
		if (drained <= drainedBytes) return;
		drainedBytes = drained;
		drainedAtMs = environment.nowMs();
	};

	const look = (): void => {
		noteProgress();
		pump();
		if (isOver || !isBehind()) return;
		if (environment.nowMs() - drainedAtMs >= patienceMs) {
			const seconds = Math.round(patienceMs / 1000);
			cutOff(
				`This guest took nothing for ${seconds} s, and was cut off; coming back shows everything again.`,
			);
			return;
		}
		stopLooking = environment.later(lookMs, look);
	};

	const fallBehind = (): void => {
		if (stopLooking !== undefined) return;
		drainedBytes = sentBytes - channel.bufferedBytes;
		drainedAtMs = environment.nowMs();
		stopLooking = environment.later(lookMs, look);
		stopListening = channel.onDrain?.(() => {
			noteProgress();
			pump();
		});
		if (together === undefined) return;
		const member: Member = {name: together.name, bytes: unsentBytes, sharedBytes, cutOff};
		stopCounting = together.unsent.enter(member);
	};

	const hold = (each: Held): void => {
		held.push(each);
		heldBytes += each.frame.length;
		if (each.isShared) sharedHeldBytes += each.frame.length;
		unmergedBytes += each.frame.length;
		mergeWhenWorth();
		if (heldBytes > hardBytes && unmergedBytes > 0) mergeHeld();
		if (heldBytes <= hardBytes) return;
		const mebibytes = Math.round(hardBytes / 1024 / 1024);
		cutOff(`This guest was ${mebibytes} MiB behind, and was cut off; coming back shows everything again.`);
	};

	const give = (each: Held): void => {
		if (isOver) return;
		if (isBehind()) hold(each);
		else put(each);
		if (isOver || !isBehind()) return;
		fallBehind();
		if (unsentBytes() >= worthCountingBytes) together?.unsent.grew();
	};

	return {
		send: text => give({notification: undefined, frame: Buffer.from(text)}),
		tell: batch => batch.forEach(give),
		close,
		get heldBytes() {
			return heldBytes;
		},
	};
};
