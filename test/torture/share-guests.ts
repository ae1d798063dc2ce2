/**
 * Guests of a share by any of its doors, with nothing of ours between them and the wire: they say what they like, read
 * when they like, and go as they like.
 *
 * Invariant: nothing of theirs is kept but calls and requests that are open. Used by the parts of `share`.
 */
import net from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import WebSocket from 'ws';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import type {LinkAddress} from '../../source/share/link.ts';
import {joinLine, okLine} from '../../source/transport/relay-preamble.ts';

export type Farewell = 'goodbye' | 'cut' | 'reset' | 'halfOpen';

export type Guest = {
	/** Rejects with the error of the call, or when the connection ends first. */
	call(method: string, params: object): Promise<Readonly<Record<string, unknown>>>;
	/** Any text. */
	say(text: string): void;
	/** Requests that were shown here and are not settled, by id. */
	readonly open: ReadonlyMap<number | string, Frame>;
	onFrame(listener: (frame: Frame) => void): void;
	/** Stops reading, and goes on with it. */
	pause(): void;
	read(): void;
	/** With the close code. */
	readonly ended: Promise<number>;
	isOver(): boolean;
	/** `halfOpen`: it says nothing and hears nothing any more, and the connection stands until the share ends it. */
	leave(how: Farewell): void;
};

type Line = {readonly duplex: Duplex; readonly raw: net.Socket};

const arrived = (socket: net.Socket, event: string): Promise<void> =>
	new Promise((resolve, reject) => {
		socket.once(event, () => resolve());
		socket.once('close', () => reject(new Error('Nobody let us in.')));
	});

const encrypted = async (raw: net.Socket): Promise<Line> => {
	const duplex = tls.connect({socket: raw, rejectUnauthorized: false, minVersion: 'TLSv1.3'});
	duplex.on('error', () => {});
	await arrived(duplex, 'secureConnect');
	return {duplex, raw};
};

/** The token of a link is shown to whoever answers: these guests have nothing to lose. */
const dial = async (address: LinkAddress): Promise<Line> => {
	const raw = address.kind === 'unix' ? net.connect(address.path) : net.connect(address.port, address.host);
	raw.setNoDelay();
	raw.on('error', () => {});
	await arrived(raw, 'connect');
	if (address.kind === 'wss') return encrypted(raw);
	if (address.kind !== 'relay') return {duplex: raw, raw};
	raw.write(joinLine(address.room));
	const answer = await new Promise<Buffer>((resolve, reject) => {
		raw.once('data', resolve);
		raw.once('close', () => reject(new Error('The relay hung up.')));
	});
	if (String(answer) !== okLine) {
		raw.destroy();
		throw new Error(`The relay said ${String(answer)}`);
	}
	return encrypted(raw);
};

type Waiting = {
	readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
	readonly reject: (error: Error) => void;
};

/** Rejects when nobody lets it in. */
export const enter = async (address: LinkAddress, token: string, clientName: string): Promise<Guest> => {
	const {duplex, raw} = await dial(address);
	const socket = new WebSocket('ws://localhost/rpc', {
		createConnection: () => duplex as net.Socket,
		perMessageDeflate: false,
		handshakeTimeout: 20_000,
		headers: {Authorization: `Bearer ${token}`},
	});
	const calls = new Map<number, Waiting>();
	const open = new Map<number | string, Frame>();
	let listener: (frame: Frame) => void = () => {};
	let isOver = false;
	let nextId = 1;
	const ended = new Promise<number>(resolve => {
		socket.once('close', code => {
			isOver = true;
			for (const {reject} of calls.values()) reject(new Error(`The share hung up (${code}).`));
			calls.clear();
			open.clear();
			raw.destroy();
			resolve(code);
		});
	});
	socket.on('message', data => {
		const frame = JSON.parse(String(data)) as Frame;
		const {id, method, params, result, error} = frame;
		if (method === undefined && typeof id === 'number') {
			const call = calls.get(id);
			calls.delete(id);
			if (error === undefined) call?.resolve(result ?? {});
			else call?.reject(new Error(error.message));
		} else if (id !== undefined) open.set(id, frame);
		else if (method === 'serverRequest/resolved') open.delete(params?.requestId as number);
		listener(frame);
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('open', resolve);
		socket.once('error', reject);
		socket.once('close', () => reject(new Error('Nobody let us in.')));
	}).catch(error => {
		raw.destroy();
		throw error;
	});
	socket.on('error', () => {});
	const say = (text: string): void => {
		if (socket.readyState === WebSocket.OPEN) socket.send(text);
	};
	const guest: Guest = {
		call: (method, params) =>
			new Promise((resolve, reject) => {
				if (isOver) {
					reject(new Error('It is over.'));
					return;
				}
				const id = nextId++;
				calls.set(id, {resolve, reject});
				say(JSON.stringify({id, method, params}));
			}),
		say,
		open,
		onFrame(next) {
			listener = next;
		},
		pause: () => socket.pause(),
		read: () => socket.resume(),
		ended,
		isOver: () => isOver,
		leave(how) {
			switch (how) {
				case 'goodbye':
					socket.close();
					return;
				case 'cut':
					socket.terminate();
					return;
				case 'reset':
					if (raw.remoteAddress === undefined) raw.destroy();
					else raw.resetAndDestroy();
					socket.terminate();
					return;
				case 'halfOpen':
					socket.pause();
					raw.pause();
			}
		},
	};
	await guest.call('initialize', {
		clientInfo: {name: clientName, title: null, version: '0.0.0'},
		capabilities: {experimentalApi: true},
	});
	say(JSON.stringify({method: 'initialized'}));
	return guest;
};

export const sit = async (
	address: LinkAddress,
	token: string,
	clientName: string,
	threadId: string,
): Promise<Guest> => {
	const guest = await enter(address, token, clientName);
	await guest.call('thread/resume', {
		threadId,
		excludeTurns: true,
		initialTurnsPage: {limit: 20, sortDirection: 'desc', itemsView: 'full'},
	});
	return guest;
};
