/** A notification as it goes to guests: written out once, for all of them. Made by fan-out.ts; merged anew by outlet.ts. */
import type {WireNotification} from '../protocol/types.ts';

export type Told = {
	readonly notification: WireNotification;
	/** UTF-8. */
	readonly frame: Buffer;
	/** The same bytes are handed to everybody: however many have them waiting, they are here once. */
	readonly isShared?: boolean;
};

export const toldOf = (notification: WireNotification): Told => {
	const {method, params, emittedAtMs} = notification;
	return {notification, frame: Buffer.from(JSON.stringify({method, params, emittedAtMs}))};
};
