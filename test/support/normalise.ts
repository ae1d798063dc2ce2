/**
 * Takes out of a recording what differs from run to run: ids, times, paths, ports, the name of the machine.
 *
 * Invariants: equal stays equal and different stays different (ids, times within one frame's owner); ids stay
 * valid uuids; times keep their order along the transcript. Pure. Called by the recorder.
 */
import type {TranscriptLine} from './recordings/stage.ts';

export type Surroundings = {
	readonly root: string;
	readonly home: string;
	readonly workdir: string;
	readonly codex: string;
	readonly modelUrl: string;
	/** Its name in the network. */
	readonly machine: string;
};

type JsonValue = null | boolean | number | string | JsonValue[] | {[key: string]: JsonValue};

/** 2027-01-15, a round number of milliseconds. Frames are ten milliseconds apart. */
const epochMs = 1_800_000_000_000;
const frameMs = 10;

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[1-9a-f][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const secondsKeys = new Set(['createdAt', 'updatedAt', 'recencyAt', 'startedAt', 'completedAt']);

/** Gives the n-th new thing the number n, from 1. */
const numbering = () => {
	const seen = new Map<string, number>();
	return (thing: string): number => {
		const number = seen.get(thing) ?? seen.size + 1;
		seen.set(thing, number);
		return number;
	};
};

/**
 * The server says `remoteControl/status/changed` of its own accord, before or after it has read `initialized`:
 * the one race that every recording has. It is always written after.
 */
const settled = (lines: readonly TranscriptLine[]): readonly TranscriptLine[] => {
	const initialized = lines.find(line => line.dir === 'out' && line.frame.method === 'initialized');
	const others = lines.filter(line => line !== initialized);
	const index = others.findIndex(line => line.dir === 'in' && line.frame.result !== undefined);
	return initialized ? [...others.slice(0, index + 1), initialized, ...others.slice(index + 1)] : lines;
};

export const normalise = (
	lines: readonly TranscriptLine[],
	surroundings: Surroundings,
): readonly TranscriptLine[] => {
	const numberOfUuid = numbering();
	const numberOfProcess = numbering();
	const times = new Map<string, number>();
	const {root, home, workdir, codex, modelUrl, machine} = surroundings;
	const replacements: ReadonlyArray<readonly [string, string]> = [
		[workdir, '/home/dev/project'],
		[home, '/home/dev/.codex'],
		[root, '/home/dev'],
		[codex, '/usr/bin/codex'],
		[modelUrl, 'http://127.0.0.1:4000/v1'],
	];

	const text = (value: string): string => {
		let result = value;
		for (const [from, to] of replacements) {
			result = result.replaceAll(from, to);
		}

		return result
			.replaceAll(uuid, id => `00000000-0000-7000-8000-${String(numberOfUuid(id)).padStart(12, '0')}`)
			.replace(
				/sessions\/\d{4}\/\d\d\/\d\d\/rollout-[\dT-]+?(?=-0000)/,
				'sessions/2027/01/15/rollout-2027-01-15T08-00-00',
			)
			.replace(/^(\S+\/\d+\.\d+\.\d+) \([^)]*\) \S+ \(/, '$1 (Linux; x86_64) terminal (');
	};

	const known = (key: string, value: number | string, owner: string, frameIndex: number) => {
		if (key.endsWith('AtMs') && typeof value === 'number') {
			const name = `${key} ${owner} ${value}`;
			const time = times.get(name) ?? epochMs + frameIndex * frameMs;
			times.set(name, time);
			return time;
		}

		if (secondsKeys.has(key) && typeof value === 'number') {
			return epochMs / 1000;
		}

		if (key === 'durationMs' && typeof value === 'number') {
			return 100;
		}

		if (key === 'processId' && typeof value === 'string') {
			return String(1000 + numberOfProcess(value));
		}

		return key === 'serverName' && value === machine ? 'host' : undefined;
	};

	const walk = (value: JsonValue, owner: string, frameIndex: number): JsonValue => {
		if (typeof value === 'string') {
			return text(value);
		}

		if (Array.isArray(value)) {
			return value.map(entry => walk(entry, owner, frameIndex));
		}

		if (typeof value !== 'object' || value === null) {
			return value;
		}

		const inner = value.item;
		const id = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner.id : value.id;
		const ownId = typeof id === 'string' ? id : owner;
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				text(key),
				(typeof entry === 'number' || typeof entry === 'string'
					? known(key, entry, ownId, frameIndex)
					: undefined) ?? walk(entry, ownId, frameIndex),
			]),
		);
	};

	return settled(lines).map(
		({dir, frame}, index) =>
			({
				dir,
				// Through JSON: what is written is what the wire carried, without `undefined`.
				frame: walk(JSON.parse(JSON.stringify(frame)) as JsonValue, `frame ${index}`, index),
			}) as TranscriptLine,
	);
};
