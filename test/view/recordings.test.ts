import {describe, expect, test} from 'vitest';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import type {Row} from '../../source/view/row.ts';
import {createTranscript} from '../../source/view/transcript.ts';
import {readTranscript, transcriptNames} from '../support/transcripts.ts';
import {replay} from '../thread/replay.ts';
import {faultOf, look, utc} from './samples.ts';

type Drawn = ReadonlyArray<readonly [key: string, rows: readonly Row[]]>;

const draw = (
	transcript: ReturnType<typeof createTranscript>,
	state: ThreadState,
	columns: number,
): Drawn => {
	const list = transcript.list(state, look({columns}));
	return Array.from({length: list.length}, (_, index) => [list.keyAt(index), list.rowsAt(index)]);
};

describe.each(transcriptNames())('the recording %s', name => {
	test('drawn event by event, it looks as if it was drawn at once, and every row fits', () => {
		const transcript = createTranscript(utc);
		let state = initialThreadState;
		for (const event of replay(readTranscript(name)).events) {
			state = reduce(state, event);
			const drawn = draw(transcript, state, 60);
			expect(drawn).toEqual(draw(createTranscript(utc), state, 60));
			for (const [, rows] of drawn) for (const row of rows) expect(faultOf(row, 60)).toBeUndefined();
		}
		expect(draw(transcript, state, 60).at(-1)?.[0]).toMatch(/\/end$/);
	});

	test('an event leaves the rows of all other items as they were', () => {
		const transcript = createTranscript(utc);
		let state = initialThreadState;
		let before = new Map<string, readonly Row[]>();
		for (const event of replay(readTranscript(name)).events) {
			const next = reduce(state, event);
			const drawn = new Map(draw(transcript, next, 60));
			const items = (of: ThreadState) => of.turns.flatMap(turn => turn.items);
			const same = new Set(items(state));
			for (const turn of next.turns) {
				for (const item of turn.items) {
					const key = `${turn.id}/${item.id}`;
					const waits = (of: ThreadState) => of.requests.some(request => request.itemId === item.id);
					if (!same.has(item) || waits(state) !== waits(next) || !before.has(key)) continue;
					if (next.info?.cwd !== state.info?.cwd) continue;
					const [now, then] = [drawn.get(key) ?? [], before.get(key) ?? []];
					// A gap may open above it; its own rows are the same objects.
					expect(now.slice(-1)[0]).toBe(then.slice(-1)[0]);
				}
			}
			state = next;
			before = drawn;
		}
	});
});
