/** A notification as it goes to guests: written out once, for all of them. Made by fan-out.ts; merged anew by outlet.ts. */
import type {WireNotification} from '../protocol/types.ts';

export type Told = {
	readonly notification: WireNotification;
	/** The frame. */
	readonly text: string;
	/** Of the frame, UTF-8. */
	readonly bytes: number;
};

export const toldOf = (notification: WireNotification): Told => {
	const {method, params, emittedAtMs} = notification;
	const text = JSON.stringify({method, params, emittedAtMs});
	return {notification, text, bytes: Buffer.byteLength(text)};
};
