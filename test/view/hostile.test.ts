import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {KnownItem, KnownItemType} from '../../source/protocol/types.ts';
import type {EventEntry, EventKind} from '../../source/thread/event-log.ts';
import type {AgentInfo, Item, Notice, ThreadId, ThreadState} from '../../source/thread/state.ts';
import {agentRows} from '../../source/view/agents.ts';
import {eventRow} from '../../source/view/events.ts';
import {jsonRows} from '../../source/view/json.ts';
import {planRows} from '../../source/view/plan.ts';
import {findHits, markHits} from '../../source/view/search-rows.ts';
import {theme} from '../../source/view/style.ts';
import {threadRows} from '../../source/view/threads.ts';
import {createTranscript} from '../../source/view/transcript.ts';
import {turnDiffRows} from '../../source/view/turn-diff.ts';
import {faultOf, hostile, info, item, look, thread, turn, utc} from './samples.ts';

const text = fc.oneof(
	fc.constantFrom(...hostile),
	fc.tuple(fc.constantFrom(...hostile), fc.constantFrom(...hostile)).map(([a, b]) => `${a}${b}`),
	fc.string({unit: 'binary', maxLength: 40}),
	fc.constantFrom('inProgress', 'completed', 'failed', 'declined', 'add', 'delete', 'update'),
);
const maybeNumber = fc.option(
	fc.constantFrom(0, -1, 1, 4200, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 0.5),
	{nil: null},
);
const json = fc.oneof(
	text,
	maybeNumber,
	fc.array(text, {maxLength: 3}),
	fc.dictionary(text, text, {maxKeys: 3}),
);
const texts = fc.array(text, {maxLength: 3});

/** Every field of every kind, written by a hostile server. */
const contents: {readonly [Type in KnownItemType]: fc.Arbitrary<Extract<KnownItem, {readonly type: Type}>>} =
	{
		userMessage: fc.record({
			type: fc.constant('userMessage' as const),
			clientId: fc.oneof(
				text,
				text.map(name => `jumpseat:${name}:1`),
			),
			content: fc.array(
				fc.record({
					type: fc.oneof(text, fc.constantFrom('text', 'image', 'localImage', 'skill', 'mention')),
					text,
					url: text,
					path: text,
					name: text,
				}),
				{maxLength: 3},
			),
		}),
		hookPrompt: fc.record({
			type: fc.constant('hookPrompt' as const),
			fragments: fc.array(fc.record({text}), {maxLength: 2}),
		}),
		agentMessage: fc.record({type: fc.constant('agentMessage' as const), text, phase: text}),
		plan: fc.record({type: fc.constant('plan' as const), text}),
		reasoning: fc.record({type: fc.constant('reasoning' as const), summary: texts, content: texts}),
		commandExecution: fc.record({
			type: fc.constant('commandExecution' as const),
			command: fc.oneof(
				text,
				text.map(script => `bash -lc '${script}'`),
			),
			cwd: text,
			source: text,
			status: text,
			aggregatedOutput: text,
			exitCode: maybeNumber,
			durationMs: maybeNumber,
		}),
		fileChange: fc.record({
			type: fc.constant('fileChange' as const),
			status: text,
			changes: fc.array(fc.record({path: text, kind: fc.record({type: text, move_path: text}), diff: text}), {
				maxLength: 3,
			}),
		}),
		mcpToolCall: fc.record({
			type: fc.constant('mcpToolCall' as const),
			server: text,
			tool: text,
			status: text,
			arguments: json,
			result: fc.option(fc.record({content: fc.array(json, {maxLength: 3}), structuredContent: json}), {
				nil: null,
			}),
			error: fc.option(fc.record({message: text}), {nil: null}),
			durationMs: maybeNumber,
		}),
		dynamicToolCall: fc.record({
			type: fc.constant('dynamicToolCall' as const),
			tool: text,
			namespace: text,
			status: text,
			arguments: json,
			contentItems: fc.array(fc.record({type: text, text}), {maxLength: 3}),
			durationMs: maybeNumber,
		}),
		collabAgentToolCall: fc.record({
			type: fc.constant('collabAgentToolCall' as const),
			tool: text,
			status: text,
			receiverThreadIds: texts,
			prompt: text,
			agentsStates: fc.dictionary(text, fc.record({status: text, message: text}), {maxKeys: 3}),
		}),
		subAgentActivity: fc.record({
			type: fc.constant('subAgentActivity' as const),
			kind: text,
			agentThreadId: text,
			agentPath: text,
		}),
		webSearch: fc.record({
			type: fc.constant('webSearch' as const),
			query: text,
			action: fc.option(
				fc.record({
					type: fc.oneof(text, fc.constantFrom('search', 'openPage', 'findInPage')),
					query: text,
					queries: texts,
					url: text,
					pattern: text,
				}),
				{nil: null},
			),
		}),
		imageView: fc.record({type: fc.constant('imageView' as const), path: text}),
		imageGeneration: fc.record({
			type: fc.constant('imageGeneration' as const),
			status: text,
			revisedPrompt: text,
			savedPath: fc.option(text, {nil: null}),
		}),
		sleep: fc.record({
			type: fc.constant('sleep' as const),
			durationMs: fc.constantFrom(0, -5, 1e300, Number.NaN),
		}),
		functionCallOutput: fc.record({
			type: fc.constant('functionCallOutput' as const),
			name: text,
			namespace: text,
			output: json,
		}),
		enteredReviewMode: fc.record({type: fc.constant('enteredReviewMode' as const), review: text}),
		exitedReviewMode: fc.record({type: fc.constant('exitedReviewMode' as const), review: text}),
		contextCompaction: fc.record({type: fc.constant('contextCompaction' as const)}),
	};

const unknownContent = fc.record({
	type: fc.constant('unknown' as const),
	typeName: text,
	raw: fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), {maxKeys: 3}),
});

const anyItem: fc.Arbitrary<Item> = fc
	.record({
		content: fc.oneof(unknownContent, ...Object.values<fc.Arbitrary<KnownItem>>(contents)),
		phase: fc.constantFrom('started', 'streaming', 'completed', 'cut'),
		missedStart: fc.boolean(),
		progress: fc.option(text, {nil: undefined}),
		startedAtMs: fc.constantFrom(undefined, 0, -1, 1e300, Number.NaN, 1_800_000_000_000),
	})
	.map(({content, ...over}) => item('i', content, over));

const columnsArbitrary = fc.oneof(fc.integer({min: 20, max: 300}), fc.integer({min: 1, max: 20}));

const notices: fc.Arbitrary<Notice[]> = fc.array(
	fc.record({
		kind: fc.constantFrom('error', 'retry', 'warning', 'rerouted', 'reverted', 'compacted'),
		text,
		atMs: fc.constant(0),
		afterItems: fc.nat(2),
	}),
	{maxLength: 2},
);

const anyState: fc.Arbitrary<ThreadState> = fc
	.record({
		items: fc.array(anyItem, {maxLength: 4}),
		notices,
		threadNotices: notices,
		error: fc.option(text, {nil: undefined}),
		diff: fc.option(text, {nil: undefined}),
		status: fc.constantFrom('inProgress', 'completed', 'interrupted', 'failed', 'unknown'),
		plan: fc.option(
			fc.record({
				explanation: fc.option(text, {nil: undefined}),
				steps: fc.array(fc.record({step: text, status: text}), {maxLength: 3}),
			}),
			{nil: undefined},
		),
		id: text,
		cwd: text,
		cursor: fc.constantFrom(null, 'more', undefined),
	})
	.map(({items, threadNotices, id, cwd, cursor, ...over}) =>
		thread(
			[
				turn(
					id,
					items.map((each, index) => ({...each, id: `${each.id}${index}` as Item['id']})),
					over,
				),
			],
			{notices: threadNotices, olderCursor: cursor, info: info({cwd})},
		),
	);

describe('whatever the server writes, no control character and no row too wide reaches the screen', () => {
	test('each kind of item, folded and opened', () => {
		for (const [type, content] of Object.entries<fc.Arbitrary<KnownItem>>({...contents})) {
			fc.assert(
				fc.property(
					content,
					fc.constantFrom('completed', 'streaming', 'cut'),
					columnsArbitrary,
					(made, phase, columns) => {
						const state = thread([
							turn('T', [item('i', made, {phase, missedStart: true, progress: '\u001b[2J'})]),
						]);
						for (const fold of ['open', 'closed'] as const) {
							const list = createTranscript(utc).list(
								state,
								look({columns, folds: new Map([['T/i', fold]])}),
							);
							for (let index = 0; index < list.length; index += 1) {
								for (const row of list.rowsAt(index)) expect(faultOf(row, columns), type).toBeUndefined();
							}
						}
					},
				),
				{numRuns: 25},
			);
		}
	});

	test('whole threads', () => {
		fc.assert(
			fc.property(anyState, columnsArbitrary, fc.boolean(), (state, columns, selected) => {
				const transcript = createTranscript(utc);
				const probe = transcript.list(state, look({columns}));
				const ended = ['completed', 'interrupted', 'failed'].includes(state.turns[0]?.status ?? '');
				expect(probe.keyAt(probe.length - 1).endsWith('/end')).toBe(ended);
				for (let index = 0; index < probe.length; index += 1) {
					const key = probe.keyAt(index);
					expect(key, 'as many blocks as were counted').not.toBe('');
					const folds = new Map([[key, 'open' as const]]);
					const list = transcript.list(
						state,
						look({columns, folds, selectedKey: selected ? key : undefined}),
					);
					for (const row of list.rowsAt(index)) expect(faultOf(row, columns)).toBeUndefined();
				}
			}),
			{numRuns: 150},
		);
	});

	test('the panes beside the thread', () => {
		fc.assert(
			fc.property(anyState, columnsArbitrary, text, json, (state, columns, word, value) => {
				const agents: AgentInfo[] = [
					{threadId: word as ThreadId, label: undefined, status: word, message: word},
					{threadId: 'x' as ThreadId, label: word, status: 'running', message: undefined},
				];
				const entries = [
					{info: info({name: word, cwd: word}), current: true},
					{
						info: info({preview: word, status: {kind: 'other', name: word}, updatedAtMs: 1e300}),
						current: false,
					},
				];
				const rows = [
					...planRows(state, columns),
					...turnDiffRows(state, columns),
					...agentRows({...state, agents}, columns, 0),
					...threadRows(entries, columns, 1, utc),
					...jsonRows(value, columns),
					...jsonRows({[word]: [word, {deep: value}]}, columns),
				];
				for (const row of rows) expect(faultOf(row, columns)).toBeUndefined();
				const marks = {match: theme.match, current: theme.matchCurrent};
				for (const row of markHits(rows, findHits(rows, word), undefined, marks)) {
					expect(faultOf(row, columns)).toBeUndefined();
				}
			}),
			{numRuns: 100},
		);
	});

	test('events', () => {
		const kinds: readonly EventKind[] = [
			'notification',
			'request',
			'response',
			'sent',
			'connection',
			'oddity',
		];
		fc.assert(
			fc.property(
				text,
				text,
				fc.constantFrom(...kinds),
				fc.nat(5),
				columnsArbitrary,
				(name, detail, kind, count, columns) => {
					const entry: EventEntry = {
						sequence: 1,
						kind,
						atMs: Number.NaN,
						emittedAtMs: undefined,
						name,
						detail,
						count,
						bytes: 0,
						payload: undefined,
						foldKey: undefined,
					};
					for (const selected of [true, false]) {
						expect(faultOf(eventRow(entry, columns, {selected}, utc), columns)).toBeUndefined();
					}
				},
			),
		);
	});
});
