/**
 * One wait for all sockets: until it says it is open, fails, or the attempt is called off, in which case it is
 * destroyed. Afterwards no listener stays behind except one that swallows errors: until the next layer listens,
 * one would end the process.
 */
import type {Duplex} from 'node:stream';

/** Resolves with the socket on `event`; rejects with its error or with the signal's reason. */
export const opened = <Socket extends Duplex>(
	socket: Socket,
	event: 'connect' | 'secureConnect',
	signal: AbortSignal,
): Promise<Socket> =>
	new Promise((resolve, reject) => {
		const settle = (): void => {
			socket.off(event, onOpen);
			socket.off('error', onError);
			signal.removeEventListener('abort', onAbort);
			socket.on('error', () => {});
		};
		const fail = (error: unknown): void => {
			settle();
			socket.destroy();
			reject(error);
		};
		const onOpen = (): void => {
			settle();
			resolve(socket);
		};
		const onError = (error: Error): void => fail(error);
		const onAbort = (): void => fail(signal.reason);
		socket.on(event, onOpen);
		socket.on('error', onError);
		signal.addEventListener('abort', onAbort);
		if (signal.aborted) onAbort();
	});
