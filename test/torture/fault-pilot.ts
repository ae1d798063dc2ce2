/**
 * The pilot of a round: a raw client, connected past the proxy, that plays the acts of a script and keeps what it heard.
 *
 * Invariants: no failure of a call stops it, for the server may be killed under it at any time, and then it comes back
 * and loads the thread again; every request is answered in the end. Used by faults.ts.
 */
import type {Frame, RawClient} from '../../source/demo/json-rpc-client.ts';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import type {Scenario} from '../support/harness.ts';
import type {Act, Answering, Meanwhile} from './fault-script.ts';

export type Pilot = {
	readonly threadId: () => string;
	/** Plays these one after the other. */
	readonly play: (acts: readonly Act[]) => Promise<void>;
	/** Kills the server and starts it again, then resumes the thread. One at a time. */
	readonly restart: () => Promise<void>;
	/** Resolves once nothing runs, nothing is asked, and the queue is empty or parked. Rejects after `timeoutMs`. */
	readonly quiet: (timeoutMs: number) => Promise<void>;
	/** Text that streamed, by `TURN/ITEM`; from one connection or another, as it went on. */
	readonly heard: () => ReadonlyMap<string, string>;
	readonly stop: () => Promise<void>;
};

/** How long the other seat has for an answer that is its own to give. */
const patienceMs = 1500;
const input = (text: string) => [{type: 'text', text, text_elements: []}];
const pause = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms);
	});

const answerTo = (
	method: string,
	params: Frame['params'],
	{decision}: Answering,
): Readonly<Record<string, unknown>> => {
	if (method !== 'item/tool/requestUserInput') return {decision};
	const ids = (asArray(params?.questions) ?? []).flatMap(each => asString(asRecord(each)?.id) ?? []);
	return {answers: Object.fromEntries(ids.map(id => [id, {answers: ['red']}]))};
};

export const startPilot = async (scenario: Scenario): Promise<Pilot> => {
	let threadId = '';
	let isOver = false;
	let answering: Answering = {by: 'pilot', decision: 'accept'};
	let restarting: Promise<void> | undefined;
	const open = new Map<string | number, () => void>();
	const heard = new Map<string, string>();
	const ended = new Set<string>();
	let wake: Array<() => void> = [];

	const look = (): void => {
		const waiting = wake;
		wake = [];
		for (const each of waiting) each();
	};

	const onFrame = (mine: RawClient, frame: Frame): void => {
		const {method, id, params} = frame;
		if (method !== undefined && id !== undefined) {
			const timer = setTimeout(
				() => mine.respond(id, answerTo(method, params, answering)),
				answering.by === 'pilot' ? 150 : patienceMs,
			);
			open.set(id, () => clearTimeout(timer));
		}
		if (method === 'serverRequest/resolved') {
			const requestId = params?.requestId;
			if (typeof requestId !== 'string' && typeof requestId !== 'number') return;
			open.get(requestId)?.();
			open.delete(requestId);
		}
		if (method === 'item/agentMessage/delta') {
			const key = `${params?.turnId}/${params?.itemId}`;
			heard.set(key, (heard.get(key) ?? '') + String(params?.delta));
		}
		if (method === 'turn/completed') ended.add(asString(asRecord(params?.turn)?.id) ?? '');
		look();
	};

	const connect = async (): Promise<RawClient> => {
		const next = await scenario.connect('pilot');
		next.onFrame((frame, direction) => {
			if (direction === 'in') onFrame(next, frame);
		});
		void next.closed.then(() => {
			for (const cancel of open.values()) cancel();
			open.clear();
			look();
		});
		return next;
	};
	let client = await connect();

	/** Undefined when it failed. */
	const call = async (
		method: string,
		params: Readonly<Record<string, unknown>>,
	): Promise<Readonly<Record<string, unknown>> | undefined> => {
		await restarting;
		try {
			return await client.call(method, {threadId, ...params});
		} catch {
			return undefined;
		}
	};

	const restart = (): Promise<void> => {
		restarting ??= (async () => {
			await scenario.server.kill('SIGKILL');
			await scenario.server.restart();
			client = await connect();
			await client.call('thread/resume', {threadId, excludeTurns: true});
		})().finally(() => {
			restarting = undefined;
		});
		return restarting;
	};

	/** Resolves when it ended or its server did. */
	const turnEnds = async (turnId: string): Promise<void> => {
		const mine = client;
		let isGone = false;
		void mine.closed.then(() => {
			isGone = true;
		});
		while (!ended.has(turnId) && !isGone && !isOver) {
			await new Promise<void>(resolve => {
				wake.push(resolve);
			});
		}
	};

	const queued = async (): Promise<readonly string[]> => {
		const page = await call('thread/queue/list', {});
		return (asArray(page?.data) ?? []).flatMap(each => asString(asRecord(each)?.id) ?? []);
	};

	const meddle = async (turnId: string, what: Meanwhile): Promise<void> => {
		await pause(what.afterMs);
		if (isOver) return;
		switch (what.do) {
			case 'steer':
				await call('turn/steer', {expectedTurnId: turnId, input: input(what.text)});
				return;
			case 'interrupt':
				await call('turn/interrupt', {turnId});
				return;
			case 'queue':
				await call('thread/queue/add', {input: input(what.text)});
				return;
			case 'dequeue': {
				// Ours or the other seat's: anybody may.
				const [first] = await queued();
				if (first !== undefined) await call('thread/queue/delete', {queuedSubmissionId: first});
			}
		}
	};

	const status = async (): Promise<string | undefined> => {
		const answer = await call('thread/read', {});
		return asString(asRecord(asRecord(answer?.thread)?.status)?.type);
	};
	const isQuiet = async (): Promise<boolean> => {
		if ((await status()) !== 'idle' || open.size > 0) return false;
		const terminals = await call('thread/backgroundTerminals/list', {});
		return (asArray(terminals?.data) ?? []).length === 0;
	};

	const started = await client.call('thread/start', {cwd: scenario.workdir});
	threadId = asString(asRecord(started.thread)?.id) ?? '';
	const first = await call('turn/start', {input: input('Good morning')});
	await turnEnds(asString(asRecord(first?.turn)?.id) ?? '');

	return {
		threadId: () => threadId,
		async play(acts) {
			for (const act of acts) {
				answering = act.answering;
				const answer = await call('turn/start', {input: input(act.text)});
				const turnId = asString(asRecord(answer?.turn)?.id);
				if (turnId !== undefined) {
					await Promise.all([turnEnds(turnId), ...act.meanwhile.map(each => meddle(turnId, each))]);
				}
				await pause(act.restMs);
			}
		},
		restart,
		async quiet(timeoutMs) {
			const deadline = performance.now() + timeoutMs;
			answering = {by: 'pilot', decision: 'accept'};
			// Twice in a row: between two turns of the queue it is idle for a moment.
			for (let calm = 0; calm < 2; ) {
				await restarting;
				calm = (await isQuiet()) ? calm + 1 : 0;
				if (performance.now() > deadline) {
					throw new Error(`the thread is not quiet: ${await status()}, ${open.size} requests`);
				}
				await pause(60);
			}
		},
		heard: () => heard,
		async stop() {
			isOver = true;
			look();
			await call('thread/unsubscribe', {});
			await client.close();
		},
	};
};
