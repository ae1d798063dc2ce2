/**
 * One scenario with real parts: scripted model, real App Server in a throw-away home, and a raw first client.
 *
 * Invariant: `stop()` leaves no process and no folder behind, and neither does the end of the test process.
 * Tests wait for receipts (holds of the model, frames, requests), never for time.
 */
import {type AppServer, startAppServer} from '../../source/demo/app-server.ts';
import {type CodexHome, codexEnv, createCodexHome} from '../../source/demo/codex-home.ts';
import {findCodex} from '../../source/demo/find-codex.ts';
import {connectRawClient, type RawClient} from '../../source/demo/json-rpc-client.ts';
import type {Script} from '../../source/demo/script.ts';
import {type ScriptedModel, startScriptedModel} from '../../source/demo/scripted-model.ts';

export type ScenarioOptions = {
	/** Default: a unix socket. */
	readonly listen?: 'unix' | 'tcp';
	readonly files?: Readonly<Record<string, string>>;
	readonly paceMs?: number;
	readonly extraConfig?: string;
	readonly approvalPolicy?: string;
	readonly sandboxMode?: string;
	readonly model?: string;
	/** More arguments for the server. */
	readonly serverArgs?: readonly string[];
};

export type Pilot = {
	readonly client: RawClient;
	/** The newest thread that it started. Throws before the first. */
	threadId(): string;
	/** Starts a thread in the working folder, as a stock client would. Resolves with its id. */
	startThread(): Promise<string>;
	/** Starts a turn and resolves with its id as soon as the server has accepted it. */
	say(text: string, clientUserMessageId?: string): Promise<string>;
	/** Steers the running turn. */
	steer(turnId: string, text: string, clientUserMessageId?: string): Promise<void>;
	interrupt(turnId: string): Promise<void>;
	/** Resolves when this turn has ended, also when it has ended already. */
	turnEnded(turnId: string): Promise<void>;
	/** `say` and `turnEnded`. */
	play(text: string): Promise<string>;
	/** The next server request of this method that this pilot has not been given yet. */
	asked(method: string): Promise<{readonly id: number | string; readonly params: Record<string, unknown>}>;
};

export type Scenario = {
	/** `unix:///PATH` or `ws://127.0.0.1:PORT`. */
	readonly endpoint: string;
	readonly socketPath: string;
	readonly model: ScriptedModel;
	readonly server: AppServer;
	readonly pilot: Pilot;
	/** `CODEX_HOME`. */
	readonly home: string;
	readonly workdir: string;
	/** The environment in which another Codex or Jumpseat finds this home. */
	readonly env: NodeJS.ProcessEnv;
	/** The Codex program. */
	readonly codex: string;
	/** Another raw client, closed with the scenario. */
	connect(clientName?: string): Promise<RawClient>;
	stop(): Promise<void>;
};

const textInput = (text: string) => [{type: 'text', text, text_elements: []}];

const idIn = (value: unknown): string => {
	if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') {
		return value.id;
	}

	throw new Error('The server answered without an id.');
};

export const makePilot = (client: RawClient, workdir: string): Pilot => {
	let current: string | undefined;
	const taken = new Set<number | string>();
	const threadId = (): string => {
		if (current === undefined) {
			throw new Error('The pilot has not started a thread.');
		}

		return current;
	};

	const say: Pilot['say'] = async (text, clientUserMessageId) => {
		const {turn} = await client.call('turn/start', {
			threadId: threadId(),
			input: textInput(text),
			...(clientUserMessageId === undefined ? {} : {clientUserMessageId}),
		});
		return idIn(turn);
	};

	const turnEnded: Pilot['turnEnded'] = async turnId => {
		await client.waitFor(
			frame =>
				frame.method === 'turn/completed' &&
				(frame.params?.turn as {id?: unknown} | undefined)?.id === turnId,
		);
	};

	return {
		client,
		threadId,
		startThread: async () => {
			const {thread} = await client.call('thread/start', {cwd: workdir});
			current = idIn(thread);
			return current;
		},
		say,
		steer: async (turnId, text, clientUserMessageId) => {
			await client.call('turn/steer', {
				threadId: threadId(),
				expectedTurnId: turnId,
				input: textInput(text),
				...(clientUserMessageId === undefined ? {} : {clientUserMessageId}),
			});
		},
		interrupt: async turnId => {
			await client.call('turn/interrupt', {threadId: threadId(), turnId});
		},
		turnEnded,
		play: async text => {
			const turnId = await say(text);
			await turnEnded(turnId);
			return turnId;
		},
		asked: async method => {
			const frame = await client.waitFor(
				({method: name, id}) => name === method && id !== undefined && !taken.has(id),
			);
			const id = frame.id ?? -1;
			taken.add(id);
			return {id, params: {...frame.params}};
		},
	};
};

/** Resolves when the server accepts and the pilot is connected; no thread is started yet. */
export const startScenario = async (script: Script, options: ScenarioOptions = {}): Promise<Scenario> => {
	const codex = findCodex(process.env);
	const model = await startScriptedModel({script, paceMs: options.paceMs ?? 0});
	let home: CodexHome | undefined;
	let server: AppServer | undefined;
	const clients: RawClient[] = [];

	const stop = async (): Promise<void> => {
		for (const client of clients) {
			await client.close();
		}

		await server?.stop();
		await model.stop();
		home?.remove();
	};

	try {
		home = createCodexHome({
			env: process.env,
			modelUrl: model.url,
			...(options.files === undefined ? {} : {files: options.files}),
			...(options.extraConfig === undefined ? {} : {extraConfig: options.extraConfig}),
			...(options.approvalPolicy === undefined ? {} : {approvalPolicy: options.approvalPolicy}),
			...(options.model === undefined ? {} : {model: options.model}),
			...(options.sandboxMode === undefined ? {} : {sandboxMode: options.sandboxMode}),
		});
		const env = codexEnv(process.env, codex, home.home);
		server = await startAppServer({
			codex,
			env,
			cwd: home.workdir,
			listen: options.listen === 'tcp' ? 'tcp' : {socketPath: home.socketPath},
			...(options.serverArgs === undefined ? {} : {args: options.serverArgs}),
		});
		const {endpoint} = server;
		const connect = async (clientName = 'watcher'): Promise<RawClient> => {
			const client = await connectRawClient({endpoint, clientName});
			clients.push(client);
			return client;
		};

		return {
			endpoint,
			socketPath: home.socketPath,
			model,
			server,
			pilot: makePilot(await connect('pilot'), home.workdir),
			home: home.home,
			workdir: home.workdir,
			env,
			codex,
			connect,
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
};
