/**
 * What a connection looks like from above: whole text frames, in order, and one ending. Types only, so that
 * the session and the tests can name a channel without loading `ws`.
 */

/** Takes a listener away again. Calling it twice does nothing. */
export type Dispose = () => void;

export type Frame = {
	readonly text: string;
	/** Of the payload on the wire. */
	readonly bytes: number;
};

export type CloseReason = {
	/** As in RFC 6455; 1006 when no close frame came. */
	readonly code: number;
	/** By us, by the server with a close frame, cut without one, a frame above the limit, or broken frames. */
	readonly kind: 'local' | 'remote' | 'cut' | 'oversized' | 'error';
	/** For people; safe to print. */
	readonly sentence: string;
};

export type FrameChannel = {
	/** @throws TransportError `closed` once the connection is closing. */
	readonly send: (text: string) => void;
	/** Frames that came before the first listener are handed to it at once, in order, during this call. */
	readonly onFrame: (listener: (frame: Frame) => void) => Dispose;
	/** Told once, after the last frame; a listener that comes too late is told in a microtask. */
	readonly onClose: (listener: (reason: CloseReason) => void) => Dispose;
	/** Says goodbye and resolves when the socket is gone, soon even if the server is stuck. No frame follows. */
	readonly close: () => Promise<void>;
	/** What was sent and is still in this process: grows when the server does not read. */
	readonly bufferedBytes: number;
	/**
	 * Round trip in milliseconds. Rejects with TransportError `closed`; has no time limit of its own. Until it settles
	 * `onBytes` is called for whatever comes: a big frame that is on its way keeps the pong behind it.
	 */
	readonly ping: (onBytes?: () => void) => Promise<number>;
};
