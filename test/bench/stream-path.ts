/**
 * What one delta costs in this process, from the event to the rows of the panes, by the length of what it belongs to:
 * the thread, the message, the output of a command, the turn. The rows of a table should not differ by much.
 *
 * Usage: tsx test/bench/stream-path.ts. It asserts nothing; docs/performance.md explains the figures.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {chromeModel} from '../../source/app/chrome.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import {createPanes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {chromeRows} from '../../source/ui/chrome-rows.ts';
import {format, liveState, told} from '../app/make.ts';
import {command, delta, message, output, started, turnStarted} from '../thread/make.ts';

const rounds = 300;
const deltasPerPicture = 2;

const sentence = 'The quick brown fox jumps over the lazy dog and runs on. ';
const paragraphs = (length: number): string =>
	`${sentence.repeat(8)}\n\n`.repeat(Math.ceil(length / (8 * sentence.length + 2))).slice(0, length);
const lines = (length: number): string =>
	'a line of output of a command\n'.repeat(Math.ceil(length / 30)).slice(0, length);

const traffic = (event: ThreadEvent): readonly SessionEvent[] =>
	event.type === 'notified'
		? [
				{
					type: 'traffic',
					traffic: {...event.notification, kind: 'notification', atMs: event.atMs, bytes: 200},
				},
				told(event),
			]
		: [told(event)];

/** Microseconds for each delta: the median of pictures of a few deltas each. */
const measure = (
	before: AppState,
	next: (round: number) => ThreadEvent,
): {state: number; picture: number} => {
	const panes = createPanes(format);
	let state = before;
	const stateTimes: number[] = [];
	const pictureTimes: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		const startedAt = performance.now();
		for (let each = 0; each < deltasPerPicture; each += 1) {
			const events = traffic(next(round * deltasPerPicture + each));
			const after = applyEvents(state, events);
			followUps(state, after, events);
			state = after;
		}
		const appliedAt = performance.now();
		const view = panes.threadView(state);
		chromeRows(chromeModel(state, panes, view, format));
		panes.sideView(state);
		const drawnAt = performance.now();
		stateTimes.push((1000 * (appliedAt - startedAt)) / deltasPerPicture);
		pictureTimes.push(1000 * (drawnAt - appliedAt));
	}
	const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
	return {state: median(stateTimes), picture: median(pictureTimes)};
};

const running = (turns: number, ...events: readonly ThreadEvent[]): AppState =>
	applyEvents(
		liveState(turns, {rows: 40}),
		[turnStarted('T'), ...events].map(event => told(event)),
	);

const word = (round: number): ThreadEvent => delta('m', ` word${round}`, 'T');
const text = (length: number): AppState =>
	running(20, started(message('m', ''), 'T'), delta('m', paragraphs(length), 'T'));
const printed = (length: number): AppState =>
	running(
		20,
		started(command('c', 'make', {status: 'inProgress'}), 'T'),
		...Array.from({length: Math.ceil(length / 60_000)}, () =>
			output('c', lines(Math.min(length, 60_000)), 'T'),
		),
	);
const line = (round: number): ThreadEvent => output('c', `one more line ${round}\n`, 'T');

const cases: ReadonlyArray<readonly [string, AppState, (round: number) => ThreadEvent]> = [
	['warm-up', running(20), word],
	['thread of 300 turns', running(300), word],
	['thread of 3,000 turns', running(3000), word],
	['thread of 30,000 turns', running(30_000), word],
	['message of 1 KB', text(1000), word],
	['message of 100 KB', text(100_000), word],
	['message of 1 MB', text(1_000_000), word],
	['paragraph of 10 KB', running(20, delta('m', sentence.repeat(180), 'T')), word],
	['list of 10 KB', running(20, delta('m', `- ${sentence}\n`.repeat(180), 'T')), word],
	['open fence of 10 KB', running(20, delta('m', `\`\`\`ts\n${'const a = 1;\n'.repeat(800)}`, 'T')), word],
	['output of 1 KB', printed(1000), line],
	['output of 1 MB', printed(1_000_000), line],
	['output of 10 MB', printed(10_000_000), line],
	[
		'turn of 1,000 items',
		running(20, ...Array.from({length: 1000}, (_, at) => started(message(`i${at}`, sentence), 'T'))),
		word,
	],
];

process.stdout.write('| what a delta belongs to | state, a delta | rows, a picture |\n|---|---:|---:|\n');
for (const [name, state, next] of cases) {
	const cost = measure(state, next);
	if (name !== 'warm-up')
		process.stdout.write(`| ${name} | ${cost.state.toFixed(0)} µs | ${cost.picture.toFixed(0)} µs |\n`);
}
