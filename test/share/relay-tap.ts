/** Somebody on the way to a relay: hears all bytes of both ways, and may change those that are on their way. */
import net from 'node:net';
import {host} from './relay-support.ts';

export type Tap = {
	readonly port: number;
	/** Everything so far: what was said to the relay, and what it said. */
	readonly toRelay: () => Buffer;
	readonly fromRelay: () => Buffer;
	/** From now on a bit is changed in each piece that goes to the relay on a line that joined. Undefined: honest again. */
	tamper(how: 'guest' | undefined): void;
	/** Ends the lines that are up. */
	cut(): void;
	stop(): Promise<void>;
};

export const startTap = async (relayPort: number): Promise<Tap> => {
	const [up, down]: [Buffer[], Buffer[]] = [[], []];
	const open = new Set<net.Socket>();
	let tampered: 'guest' | undefined;
	const server = net.createServer(socket => {
		const onward = net.connect(relayPort, host);
		let isGuest = false;
		for (const each of [socket, onward]) {
			open.add(each);
			each.on('error', () => {});
			each.on('close', () => {
				open.delete(each);
				socket.destroySoon();
				onward.destroySoon();
			});
		}
		socket.on('data', bytes => {
			up.push(bytes);
			isGuest ||= bytes.includes(' join ');
			const changed = Buffer.from(bytes);
			if (isGuest && tampered === 'guest') changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
			onward.write(changed);
		});
		onward.on('data', bytes => {
			down.push(bytes);
			socket.write(bytes);
		});
	});
	await new Promise<void>(resolve => {
		server.listen(0, host, resolve);
	});
	const cut = (): void => {
		for (const socket of open) socket.destroy();
	};
	return {
		port: (server.address() as net.AddressInfo).port,
		toRelay: () => Buffer.concat(up),
		fromRelay: () => Buffer.concat(down),
		tamper(how) {
			tampered = how;
		},
		cut,
		stop: () =>
			new Promise(resolve => {
				server.close(() => resolve());
				cut();
			}),
	};
};

/** The shapes in which a text could be seen in bytes. */
const shapes = (text: string): ReadonlyArray<readonly [shape: string, bytes: Buffer]> => {
	const bytes = Buffer.from(text);
	// What a text looks like inside longer base64 depends on where it begins.
	const inBase64 = (skip: number): Buffer => {
		const inside = Buffer.concat([Buffer.alloc(skip), bytes])
			.toString('base64')
			.replace(/=+$/, '');
		return Buffer.from(inside.slice(skip === 0 ? 0 : skip + 1, -2));
	};
	return [
		['utf8', bytes],
		['hex', Buffer.from(bytes.toString('hex'))],
		['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
		['utf16le', Buffer.from(text, 'utf16le')],
		['utf16be', Buffer.from(text, 'utf16le').swap16()],
		...[0, 1, 2].map(skip => [`base64 at ${skip}`, inBase64(skip)] as const),
	];
};

/** Which of the texts can be seen in these bytes, and how. */
export const seenIn = (bytes: Buffer, texts: readonly string[]): readonly string[] =>
	texts.flatMap(text =>
		shapes(text).flatMap(([shape, each]) =>
			bytes.includes(each) ? [`${text.slice(0, 20)} as ${shape}`] : [],
		),
	);
