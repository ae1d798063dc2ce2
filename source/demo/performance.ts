/**
 * The whole demo as one thing: model, server and pilot started, the task under way, and all of it stopped again.
 *
 * Invariant: `stop()` leaves no process and no folder; so does the end of this process. The pilot is the owner of
 * the thread and answers the one approval itself after a while, unless somebody else has answered it before.
 */
import {type AppServer, startAppServer} from './app-server.ts';
import {type CodexHome, canSandbox, codexEnv, createCodexHome} from './codex-home.ts';
import {findCodex} from './find-codex.ts';
import {connectRawClient, type RawClient} from './json-rpc-client.ts';
import {makePilot, type Pilot} from './pilot.ts';
import {type ScriptedModel, startScriptedModel} from './scripted-model.ts';
import {followUps, opening, projectFiles, projectName, story, task, threadName} from './story.ts';

/** All in milliseconds. */
export type Tempo = {
	/** Between two words of the model. */
	readonly wordMs: number;
	/** How long the approval stays open for a watcher, before the pilot accepts it. */
	readonly approvalMs: number;
	/** Between two turns. 0: no turns after the task. */
	readonly betweenTurnsMs: number;
};

export type Performance = {
	readonly endpoint: string;
	readonly threadId: string;
	/** Resolves when everything has been stopped and removed. Any number of times. */
	stop(): Promise<void>;
};

const accept = {decision: 'accept'};

/** Rejects early when it is being stopped. */
const pauseUnlessStopped = (ms: number, stopped: AbortSignal): Promise<void> =>
	new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			stopped.removeEventListener('abort', onAbort);
			resolve();
		}, ms);
		const onAbort = () => {
			clearTimeout(timer);
			reject(new Error('The demo was stopped.'));
		};

		stopped.addEventListener('abort', onAbort, {once: true});
	});

/** As the owner of the thread, and only after a person had the time to see it. */
const answerApprovals = (client: RawClient, tempo: Tempo, stopped: AbortSignal): void => {
	const resolved = new Set<unknown>();
	client.onFrame(({id, method, params}, direction) => {
		if (direction !== 'in') {
			return;
		}

		if (method === 'serverRequest/resolved') {
			resolved.add(params?.requestId);
		} else if (method?.endsWith('/requestApproval') && id !== undefined) {
			pauseUnlessStopped(tempo.approvalMs, stopped).then(
				() => {
					if (!resolved.has(id)) {
						client.respond(id, accept);
					}
				},
				() => undefined,
			);
		}
	});
};

const playOn = async (pilot: Pilot, taskTurn: string, tempo: Tempo, stopped: AbortSignal): Promise<void> => {
	await pilot.turnEnded(taskTurn);
	if (tempo.betweenTurnsMs > 0) {
		for (const text of followUps) {
			await pauseUnlessStopped(tempo.betweenTurnsMs, stopped);
			await pilot.play(text);
		}
	}
};

/**
 * Resolves when the task is under way, so that whoever attaches now finds a thread with history and a running turn.
 * Rejects with `CodexNotFoundError`, or when the server does not start; nothing is left behind then either.
 */
export const startPerformance = async (env: NodeJS.ProcessEnv, tempo: Tempo): Promise<Performance> => {
	const codex = findCodex(env);
	const stopping = new AbortController();
	let model: ScriptedModel | undefined;
	let home: CodexHome | undefined;
	let server: AppServer | undefined;
	let client: RawClient | undefined;

	const stop = async (): Promise<void> => {
		stopping.abort();
		await client?.close();
		await server?.stop();
		await model?.stop();
		home?.remove();
	};

	try {
		model = await startScriptedModel({script: story, paceMs: tempo.wordMs});
		home = createCodexHome({
			env,
			modelUrl: model.url,
			files: projectFiles,
			projectName,
			// Without a sandbox the demo still shows its commands, only not the approval to leave it.
			sandboxMode: canSandbox(codex) ? 'workspace-write' : 'danger-full-access',
		});
		server = await startAppServer({
			codex,
			env: codexEnv(env, codex, home.home),
			cwd: home.workdir,
			listen: {socketPath: home.socketPath},
		});
		client = await connectRawClient({endpoint: server.endpoint, clientName: 'codex-demo-pilot'});
		answerApprovals(client, tempo, stopping.signal);
		const pilot = makePilot(client, home.workdir);
		const threadId = await pilot.startThread();
		await pilot.play(opening);
		await client.call('thread/name/set', {threadId, name: threadName});
		const taskTurn = await pilot.say(task);
		// It ends with the server; a person who watches on sees the thread go quiet, and that is no failure.
		playOn(pilot, taskTurn, tempo, stopping.signal).catch(() => undefined);
		return {endpoint: server.endpoint, threadId, stop};
	} catch (error) {
		await stop();
		throw error;
	}
};
