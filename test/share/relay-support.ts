/**
 * A share behind a relay, for its tests: the owner's side with a real relay door and a real door behind it, guests
 * through `connect`, and bare TCP ends for what they would not do.
 */
import {randomBytes} from 'node:crypto';
import net from 'node:net';
import {makeCertificate, type ShareCertificate} from '../../source/share/certificate.ts';
import {openRelayDoor, type RelayDoor} from '../../source/share/relay-door.ts';
import type {CloseReason, FrameChannel} from '../../source/transport/channel.ts';
import {connect} from '../../source/transport/connect.ts';
import {openDoor, type VisitorChannel} from '../../source/transport/door.ts';
import {roomOf} from '../../source/transport/relay-preamble.ts';
import {realTime} from '../app-server/watcher.ts';

export const host = '127.0.0.1';
export const newSecret = (): string => randomBytes(32).toString('base64url');

let certificate: Promise<ShareCertificate> | undefined;
export const theCertificate = (): Promise<ShareCertificate> => {
	certificate ??= makeCertificate({nowMs: Date.now});
	return certificate;
};

/** Of `counts()`, once everybody is gone. */
export const nothingLeft = {
	rooms: 0,
	hosts: 0,
	guests: 0,
	pairs: 0,
	connections: 0,
	addresses: 0,
	timers: 0,
	bufferedBytes: 0,
};

/** Resolves once `look` is true, asked again whenever the loop turns; rejects after 10 s with `what`. */
export const until = async (what: string, look: () => boolean): Promise<void> => {
	const endMs = performance.now() + 10_000;
	while (!look()) {
		if (performance.now() > endMs) throw new Error(`never: ${what}`);
		await new Promise(resolve => setTimeout(resolve, 2));
	}
};

export type Owner = {
	readonly door: RelayDoor;
	readonly secret: string;
	readonly room: string;
	/** Sentences for the owner. */
	readonly told: string[];
	/** What guests said, in order. */
	readonly messages: string[];
	/** Tokens that were shown. */
	readonly tokens: string[];
	readonly visitors: Set<VisitorChannel>;
	readonly close: () => Promise<void>;
};

/** A share's door behind a relay; each message of a guest is said back to it. */
export const startOwner = async (port: number): Promise<Owner> => {
	const {key, cert} = await theCertificate();
	const display = `relay://${host}:${port}`;
	const secret = newSecret();
	const visitors = new Set<VisitorChannel>();
	const [told, messages, tokens]: [string[], string[], string[]] = [[], [], []];
	const inside = await openDoor<string>(
		{kind: 'handed', display, key, cert},
		{
			maxFrameBytes: 64 * 1024 * 1024,
			admit: async shown => {
				tokens.push(shown ?? 'none');
				return shown === token ? 'guest' : undefined;
			},
			onVisitor(_pass, channel) {
				visitors.add(channel);
				channel.onClose(() => visitors.delete(channel));
				channel.onFrame(({text}) => {
					messages.push(text);
					channel.send(text);
				});
			},
		},
	);
	try {
		const door = await openRelayDoor({
			address: {host, port, secret, display},
			adopt: line => inside.adopt(line),
			tell: sentence => told.push(sentence),
			environment: realTime,
		});
		return {
			door,
			secret,
			room: roomOf(secret),
			told,
			messages,
			tokens,
			visitors,
			async close() {
				door.stop();
				await inside.close();
				await until(
					'the owner is rid of every line',
					() => door.counts().guests + door.counts().waiting === 0,
				);
			},
		};
	} catch (error) {
		await inside.close();
		throw error;
	}
};

export type Guest = {
	readonly channel: FrameChannel;
	readonly frames: string[];
	readonly ended: Promise<CloseReason>;
	/** Sends, and resolves with the next frame that comes. */
	readonly ask: (text: string) => Promise<string>;
};

export const token = randomBytes(32).toString('base64url');

export const comeIn = async (
	port: number,
	room: string,
	{pin, limitMs = 5000}: {readonly pin?: string; readonly limitMs?: number} = {},
): Promise<Guest> => {
	const endpoint = {kind: 'relay', host, port, room, display: `relay://${host}:${port}`} as const;
	const channel = await connect(endpoint, {
		codexHome: '/nowhere',
		handshakeTimeoutMs: limitMs,
		maxFrameBytes: 64 * 1024 * 1024,
		token: () => token,
		tls: {pin: pin ?? (await theCertificate()).fingerprint},
	});
	const frames: string[] = [];
	const waiters: Array<(text: string) => void> = [];
	channel.onFrame(({text}) => {
		const waiter = waiters.shift();
		if (waiter === undefined) frames.push(text);
		else waiter(text);
	});
	return {
		channel,
		frames,
		ended: new Promise(resolve => channel.onClose(resolve)),
		ask: text =>
			new Promise((resolve, reject) => {
				waiters.push(resolve);
				channel.onClose(({sentence}) => reject(new Error(sentence)));
				channel.send(text);
			}),
	};
};

/** A bare TCP end that remembers what came. */
export type Bare = {
	readonly socket: net.Socket;
	readonly text: () => string;
	readonly bytes: () => number;
	readonly closed: Promise<void>;
	/** Resolves with all that came so far, once it holds `part`. */
	readonly says: (part: string) => Promise<string>;
};

export const dialBare = (port: number, said = ''): Bare => {
	const socket = net.connect({host, port, allowHalfOpen: true});
	let text = '';
	let bytes = 0;
	socket.on('error', () => {});
	socket.on('data', chunk => {
		bytes += chunk.length;
		if (text.length < 1000) text += chunk.toString('latin1');
	});
	if (said !== '') socket.write(said);
	return {
		socket,
		text: () => text,
		bytes: () => bytes,
		closed: new Promise(resolve => socket.once('close', () => resolve())),
		says: async part => {
			await until(`the relay says ${part}, not ${text}`, () => text.includes(part));
			return text;
		},
	};
};
