/** What both ends of a WebSocket need of `ws` in the same way: the client's channel and a door's. */
import type WebSocket from 'ws';
import type {Dispose} from './channel.ts';

/** Wraps the listener, so that one that is given twice counts twice. */
export const listen = <Value>(
	listeners: Set<(value: Value) => void>,
	listener: (value: Value) => void,
): Dispose => {
	const entry = (value: Value): void => listener(value);
	listeners.add(entry);
	return () => {
		listeners.delete(entry);
	};
};

/** One frame, in whatever pieces `ws` hands it over. */
export const bufferOf = (data: WebSocket.RawData): Buffer => {
	if (Buffer.isBuffer(data)) return data;
	return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
};
