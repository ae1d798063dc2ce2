/**
 * A Responses API on loopback that answers from a script: what lets a real App Server work offline.
 *
 * Invariants: it never throws on what it is sent (bodies may be empty, compressed or not JSON at all), and it
 * records every request, so that a test can prove who caused model traffic. Started by the demo and by tests.
 */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {brotliDecompressSync, gunzipSync, inflateSync} from 'node:zlib';
import {encodeResponse} from './responses-api.ts';
import {decide, type InputItem, lastUserMessage, type Response, type Script} from './script.ts';

export type ModelRequest = {
	/** From 1, in the order of arrival. */
	readonly number: number;
	/** The newest message of a person in the conversation. */
	readonly userText: string;
	readonly input: readonly InputItem[];
	/** The whole body; null when it could not be read. */
	readonly body: Readonly<Record<string, unknown>> | null;
};

export type ScriptedModelOptions = {
	readonly script: Script;
	/** Milliseconds between two deltas where a step does not say. Default 0. */
	readonly paceMs?: number;
};

export type ScriptedModel = {
	/** `http://127.0.0.1:PORT/v1`, for `base_url`. */
	readonly url: string;
	/** Requests for a response, in order. Lists of models do not count. */
	requests(): readonly ModelRequest[];
	/** Resolves once that many requests have arrived. */
	requested(count: number): Promise<void>;
	/** Resolves when a response stands at this hold (at once if it stands there already). */
	holding(name: string): Promise<void>;
	/** Lets the response that stands at the hold go on, or the next one that gets there. */
	release(name: string): void;
	/** Takes another script from the next request on. */
	play(script: Script): void;
	/** Breaks what is open and closes the port. */
	stop(): Promise<void>;
};

const inflate = (body: Buffer, encoding: string | undefined): Buffer | undefined => {
	try {
		switch (encoding) {
			case undefined:
			case '':
			case 'identity':
				return body;
			case 'gzip':
				return gunzipSync(body);
			case 'deflate':
				return inflateSync(body);
			case 'br':
				return brotliDecompressSync(body);
			default:
				// zstd among them: Node 20 cannot read it. The script then sees an empty conversation.
				return undefined;
		}
	} catch {
		return undefined;
	}
};

const parse = (body: Buffer | undefined): Readonly<Record<string, unknown>> | null => {
	try {
		const value: unknown = JSON.parse(body?.toString('utf8') ?? '');
		return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
	} catch {
		return null;
	}
};

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
	const chunks: Buffer[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Buffer);
	}

	return Buffer.concat(chunks);
};

/** Named gates: `reach` waits at one, `open` lets one pass, early or late. */
const createGates = () => {
	const waiting = new Map<string, Array<() => void>>();
	const opened = new Map<string, number>();
	const watchers = new Map<string, Array<() => void>>();
	return {
		reach: (name: string): Promise<void> => {
			const credit = opened.get(name) ?? 0;
			if (credit > 0) {
				opened.set(name, credit - 1);
				return Promise.resolve();
			}

			return new Promise(resolve => {
				waiting.set(name, [...(waiting.get(name) ?? []), resolve]);
				for (const watcher of watchers.get(name) ?? []) {
					watcher();
				}

				watchers.delete(name);
			});
		},
		reached: (name: string): Promise<void> =>
			waiting.get(name)?.length
				? Promise.resolve()
				: new Promise(resolve => {
						watchers.set(name, [...(watchers.get(name) ?? []), resolve]);
					}),
		open: (name: string): void => {
			const [first, ...others] = waiting.get(name) ?? [];
			if (first) {
				waiting.set(name, others);
				first();
			} else {
				opened.set(name, (opened.get(name) ?? 0) + 1);
			}
		},
		openAll: (): void => {
			for (const resolvers of waiting.values()) {
				for (const resolve of resolvers) {
					resolve();
				}
			}

			waiting.clear();
		},
	};
};

/** Listens on a free port of 127.0.0.1. Rejects only when it cannot listen. */
export const startScriptedModel = async (options: ScriptedModelOptions): Promise<ScriptedModel> => {
	let script = options.script;
	const received: ModelRequest[] = [];
	const countWatchers = new Set<() => void>();
	const gates = createGates();
	const timers = new Set<() => void>();

	const delay = (ms: number): Promise<void> =>
		new Promise(resolve => {
			const end = () => {
				clearTimeout(timer);
				timers.delete(end);
				resolve();
			};
			const timer = setTimeout(end, ms);
			timers.add(end);
		});

	const stream = async (response: ServerResponse, steps: Response, number: number): Promise<void> => {
		const [first] = steps;
		if (first?.do === 'fail') {
			response.writeHead(first.status, {'content-type': 'application/json'});
			response.end(JSON.stringify({error: {message: first.message, type: 'scripted', code: null}}));
			return;
		}

		response.writeHead(200, {'content-type': 'text/event-stream'});
		for (const action of encodeResponse(steps, {number, paceMs: options.paceMs ?? 0})) {
			if (response.destroyed) {
				return;
			}

			if (action.kind === 'send') {
				response.write(`event: ${action.event.type}\ndata: ${JSON.stringify(action.event)}\n\n`);
			} else if (action.kind === 'cut') {
				// After what was written has left: the client shall see the half that came before.
				response.socket?.destroySoon();
				return;
			} else if ('hold' in action.beat) {
				await gates.reach(action.beat.hold);
			} else {
				await delay(action.beat.pauseMs);
			}
		}

		response.end();
	};

	const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const raw = await readBody(request);
		if (request.method !== 'POST' || !request.url?.split('?')[0]?.endsWith('/responses')) {
			response.writeHead(200, {'content-type': 'application/json'});
			response.end('{"models":[],"data":[]}');
			return;
		}

		const body = parse(inflate(raw, request.headers['content-encoding']));
		const input = Array.isArray(body?.input) ? (body.input as InputItem[]) : [];
		const number = received.length + 1;
		received.push({number, userText: lastUserMessage(input).text, input, body});
		for (const watcher of [...countWatchers]) {
			watcher();
		}

		await stream(response, decide(script, input), number);
	};

	const server = createServer((request, response) => {
		serve(request, response).catch(() => {
			response.destroy();
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(0, '127.0.0.1', resolve);
	});
	const {port} = server.address() as AddressInfo;

	return {
		url: `http://127.0.0.1:${port}/v1`,
		requests: () => received,
		requested: count =>
			new Promise(resolve => {
				const check = () => {
					if (received.length >= count) {
						countWatchers.delete(check);
						resolve();
					}
				};

				countWatchers.add(check);
				check();
			}),
		holding: gates.reached,
		release: gates.open,
		play: next => {
			script = next;
		},
		stop: async () => {
			const closed = new Promise<void>(resolve => {
				server.close(() => resolve());
			});
			server.closeAllConnections();
			gates.openAll();
			for (const end of [...timers]) {
				end();
			}

			await closed;
		},
	};
};
