/**
 * An App Server in memory: a channel without a socket, whose frames the test hands out one by one, and the recordings
 * of the real server as answers. Everything from the peer on is the real program. Used by `fuzz.ts` and `hostile.ts`.
 */
import type {CloseReason, Frame, FrameChannel} from '../../source/transport/channel.ts';
import {readTranscript, transcriptNames} from '../support/transcripts.ts';
import {madeUpFrames} from './made-up-frames.ts';

export type WireFrame = {readonly [key: string]: unknown};

export type Recorded = {
	readonly name: string;
	/** What the server said by itself: notifications and requests, in order. */
	readonly said: readonly WireFrame[];
	/** Its results, by the method that they answered. */
	readonly results: ReadonlyMap<string, readonly unknown[]>;
};

const read = (name: string): Recorded => {
	const asked = new Map<unknown, string>();
	const said: WireFrame[] = [];
	const results = new Map<string, unknown[]>();
	for (const {dir, frame} of readTranscript(name)) {
		const fields = frame as WireFrame;
		if (dir === 'out') asked.set(fields.id, String(fields.method));
		else if ('method' in fields) said.push(fields);
		else {
			const method = asked.get(fields.id) ?? '';
			results.set(method, [...(results.get(method) ?? []), fields.result]);
		}
	}
	return {name, said, results};
};

/** The thread of every recording. */
export const recordedThread = '00000000-0000-7000-8000-000000000002';

/** All recordings of the real server, and what it was never recorded saying. */
export const readRecorded = (): readonly Recorded[] => [...transcriptNames().map(read), madeUpFrames()];

export type Asked = {readonly id: number; readonly method: string};

export type MemoryServer = {
	readonly channel: FrameChannel;
	/** Hands one frame to the client, now. */
	readonly say: (text: string) => void;
	/** Ends the connection. */
	readonly cut: (reason: CloseReason) => void;
	/** Requests that nobody has taken yet; taking empties it. */
	readonly take: () => readonly Asked[];
};

export const createMemoryServer = (): MemoryServer => {
	const frames = new Set<(frame: Frame) => void>();
	const closes = new Set<(reason: CloseReason) => void>();
	let asked: Asked[] = [];
	return {
		channel: {
			send(text) {
				const {id, method} = JSON.parse(text) as {id?: number; method?: string};
				if (id !== undefined && method !== undefined) asked.push({id, method});
			},
			onFrame(listener) {
				frames.add(listener);
				return () => frames.delete(listener);
			},
			onClose(listener) {
				closes.add(listener);
				return () => closes.delete(listener);
			},
			close: async () => {},
			bufferedBytes: 0,
			ping: async () => 1,
		},
		say(text) {
			for (const listener of frames) listener({text, bytes: text.length});
		},
		cut(reason) {
			for (const listener of closes) listener(reason);
		},
		take() {
			const taken = asked;
			asked = [];
			return taken;
		},
	};
};
