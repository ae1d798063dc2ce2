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
import {makePilot, type Pilot} from '../../source/demo/pilot.ts';
import type {Script} from '../../source/demo/script.ts';
import {type ScriptedModel, startScriptedModel} from '../../source/demo/scripted-model.ts';

export type {Pilot};

export type ScenarioOptions = {
	/** Default: a unix socket. */
	readonly listen?: 'unix' | 'tcp';
	readonly files?: Readonly<Record<string, string>>;
	readonly paceMs?: number;
	readonly extraConfig?: string;
	readonly approvalPolicy?: string;
	readonly sandboxMode?: string;
	readonly model?: string;
	/** The Codex program; default: the pinned one. */
	readonly codex?: string;
	/** More arguments for the server. */
	readonly serverArgs?: readonly string[];
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

/** Resolves when the server accepts and the pilot is connected; no thread is started yet. */
export const startScenario = async (script: Script, options: ScenarioOptions = {}): Promise<Scenario> => {
	const codex = options.codex ?? findCodex(process.env);
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
