/**
 * The first client of a thread: plays the person at the first terminal, on a connection of its own.
 *
 * Invariant: it is the owner of the thread, so it alone may start turns and answer requests by itself; a watcher
 * never does. Used by the demo, and by tests as the pilot of a scenario.
 */
import type {RawClient} from './json-rpc-client.ts';

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

const textInput = (text: string) => [{type: 'text', text, text_elements: []}];

const idIn = (value: unknown): string => {
	if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') {
		return value.id;
	}

	throw new Error('The server answered without an id.');
};

/** `workdir` is where its threads work; `takenOver` a thread that it takes over, and that the server has loaded. */
export const makePilot = (client: RawClient, workdir: string, takenOver?: string): Pilot => {
	let current = takenOver;
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
