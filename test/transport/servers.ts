/**
 * Small real servers for the transport tests: each listens on a free port of loopback or on a socket in a
 * throw-away folder, and `closeAll` takes everything down again.
 */
import {createHash} from 'node:crypto';
import {mkdtempSync, rmSync} from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {type WebSocket, WebSocketServer} from 'ws';

export type Listening = {
	/** For TCP `ws://127.0.0.1:PORT`, for a socket `unix:///PATH`. */
	readonly endpoint: string;
	readonly port: number;
};

export type Seen = {
	readonly url: string | undefined;
	readonly headers: http.IncomingHttpHeaders;
};

export const createServers = () => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jumpseat-transport-'));
	const servers = new Set<net.Server>();
	const sockets = new Set<net.Socket>();

	const listen = async (server: net.Server, socketPath?: string): Promise<Listening> => {
		servers.add(server);
		server.on('connection', socket => {
			sockets.add(socket);
			socket.on('error', () => {});
		});
		await new Promise<void>(resolve => {
			if (socketPath === undefined) server.listen(0, '127.0.0.1', resolve);
			else server.listen(socketPath, resolve);
		});
		const address = server.address();
		if (typeof address === 'object' && address !== null) {
			return {endpoint: `ws://127.0.0.1:${address.port}`, port: address.port};
		}
		return {endpoint: `unix://${socketPath}`, port: 0};
	};

	return {
		folder,
		listen,
		/** A WebSocket server; `seen` fills with the Upgrades that came. */
		webSocket: async (
			onConnection: (socket: WebSocket) => void,
			{socketPath, server = http.createServer()}: {socketPath?: string; server?: http.Server} = {},
		): Promise<Listening & {seen: Seen[]}> => {
			const seen: Seen[] = [];
			const webSocketServer = new WebSocketServer({server, perMessageDeflate: true, maxPayload: 0});
			webSocketServer.on('connection', (socket, request) => {
				seen.push({url: request.url, headers: request.headers});
				socket.on('error', () => {});
				onConnection(socket);
			});
			return {...(await listen(server, socketPath)), seen};
		},
		/** Answers every request with this status, the Upgrade too. */
		http: async (status: number): Promise<Listening> => {
			const server = http.createServer((_request, response) => {
				response.writeHead(status).end('hello');
			});
			return listen(server);
		},
		/** Every byte is the test's own business. */
		raw: async (onSocket: (socket: net.Socket) => void, socketPath?: string): Promise<Listening> =>
			listen(net.createServer(onSocket), socketPath),
		closeAll: async (): Promise<void> => {
			for (const socket of sockets) socket.destroy();
			await Promise.all([...servers].map(server => new Promise(resolve => server.close(resolve))));
			rmSync(folder, {recursive: true, force: true});
		},
	};
};

/** The 101 for the Upgrade in `request`. */
export const switchingProtocols = (request: string): string => {
	const key = /^sec-websocket-key: *(\S+)/im.exec(request)?.[1] ?? '';
	const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
	return (
		'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
		`Sec-WebSocket-Accept: ${accept}\r\n\r\n`
	);
};

/** An unmasked frame of at most 125 bytes, as a server sends it. */
export const smallFrame = (opcode: number, payload: string | Buffer): Buffer => {
	const body = Buffer.from(payload);
	return Buffer.concat([Buffer.from([0x80 | opcode, body.length]), body]);
};
