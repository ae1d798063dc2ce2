/**
 * How often one invitation lets in: so many at once, and so many in a time. A link may be handed to a whole class, but
 * one guest alone must not take every place of a door, nor come and go so often that the others hear of nothing else.
 * Made by whoever opens the doors of a share, for all of them together.
 */
import type {Environment} from '../app-server/connection.ts';
import type {VisitorChannel} from '../transport/door.ts';
import {type Allowance, createAllowance} from './allowance.ts';
import type {Pass} from './invitations.ts';

export type Entrance = {
	/** Asked once for each who comes, after his token was found good; false: he comes later. */
	readonly hasRoom: (pass: Pass) => boolean;
	/** What the door tells of visitors, counted on its way. */
	readonly counting: (
		welcome: (pass: Pass, channel: VisitorChannel) => void,
	) => (pass: Pass, channel: VisitorChannel) => void;
};

/**
 * A quarter of a door's places. After a server was lost all of them come back at once, and may be sent away again soon.
 */
export const entranceLimits = {atOnce: 32, burst: 128, perSecond: 1} as const;

/**
 * Of one frame of a guest: as much as is held for each who begins one and never ends it. The longest is a message: the
 * server takes 2^20 characters (composer/clean.ts), 4 MiB of UTF-8 in the widest, and some more around them.
 */
export const mostGuestFrameBytes = 4 * 1024 * 1024 + 64 * 1024;

export const createEntrance = ({nowMs}: Pick<Environment, 'nowMs'>): Entrance => {
	const {atOnce, burst, perSecond} = entranceLimits;
	/** One for each name that ever came in, of which the owner made each. */
	const names = new Map<string, {here: number; readonly comings: Allowance}>();
	const of = (name: string) => {
		const held = names.get(name) ?? {here: 0, comings: createAllowance({burst, perSecond, nowMs})};
		names.set(name, held);
		return held;
	};
	return {
		hasRoom({name}) {
			const {here, comings} = of(name);
			return here < atOnce && comings.take(1);
		},
		counting: welcome => (pass, channel) => {
			const held = of(pass.name);
			held.here += 1;
			channel.onClose(() => {
				held.here -= 1;
			});
			welcome(pass, channel);
		},
	};
};
