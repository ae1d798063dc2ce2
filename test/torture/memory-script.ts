/**
 * What a server says of a day of work, turn by turn, as frames of the recorded shapes; and the same turns as its lists
 * have them afterwards. Pure: turn N is the same whenever it is asked for, so nothing of it has to be kept.
 */
import {createRandom} from './random.ts';

export type WireFrame = {readonly [key: string]: unknown};

export const memoryThread = '01a20000-0000-7000-8000-000000000001';

export const turnIdOf = (number: number): string =>
	`01a20001-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** Turn N of this many has output without measure: a build that will not be quiet. */
const loudEvery = 50;
const loudDeltaChars = 8 * 1024;
/** A sub-agent now and then; somebody else's short-lived thread with every turn. */
const agentEvery = 5;

const words = [
	'the',
	'race',
	'is',
	'in',
	'`renew()`:',
	'a',
	'token',
	'größer',
	'than',
	'漢字',
	'**must**',
	'be',
	'kept',
	'😀',
	'until',
	'it',
	'expires.',
] as const;

/** Markdown of about this length, with a heading, paragraphs, a list and a block of code. */
const prose = (seed: number, chars: number): string => {
	const random = createRandom(seed);
	let text = `## Part ${seed}\n\n`;
	while (text.length < chars) {
		const paragraph = Array.from({length: 40}, () => random.pick(words)).join(' ');
		text += random.chance(0.2)
			? `\`\`\`ts\nconst a${text.length} = ${random.between(0, 9999)};\n\`\`\`\n\n`
			: random.chance(0.2)
				? `- ${paragraph}\n- and\n\n`
				: `${paragraph}\n\n`;
	}
	return text.slice(0, Math.max(1, chars)).replace(/\p{Cs}/gu, '?');
};

const outputOf = (seed: number, chars: number): string => {
	const line = (number: number): string =>
		`\u001b[32m✓\u001b[0m ${seed}.${number} module ${(number * 7919) % 10_007} built in ${number % 97} ms\n`;
	let text = '';
	for (let number = 0; text.length < chars; number += 1) text += line(number);
	return text.slice(0, Math.max(1, chars));
};

const diffOf = (number: number, lines: number): string =>
	`@@ -1,0 +1,${lines} @@\n${Array.from({length: lines}, (_, at) => `+line ${at} of ${number}`).join('\n')}\n`;

const chunks = (text: string, count: number): readonly string[] => {
	const size = Math.max(1, Math.ceil(text.length / Math.max(1, count)));
	return Array.from({length: Math.ceil(text.length / size)}, (_, at) =>
		text.slice(at * size, at * size + size),
	);
};

type Parts = {
	readonly ask: WireFrame;
	readonly reasoning: WireFrame;
	readonly command: WireFrame;
	readonly change: WireFrame;
	readonly answer: WireFrame;
	readonly output: string;
	readonly outputDeltas: number;
};

const atMs = (number: number, offset: number): number => 1_795_000_000_000 + number * 43_200 + offset;

/** The items of a turn when they are complete; `deltas` of it all together. */
const partsOf = (number: number, deltas: number): Parts => {
	const isLoud = number % loudEvery === 0;
	const outputDeltas = Math.floor(deltas * 0.35);
	const output = outputOf(number, outputDeltas * (isLoud ? loudDeltaChars : 80));
	const started = (offset: number) => ({startedAtMs: atMs(number, offset)});
	return {
		output,
		outputDeltas,
		ask: {
			type: 'userMessage',
			id: `user-${number}`,
			clientId: null,
			content: [{type: 'text', text: `Turn ${number}: go on, please.`}],
			...started(0),
		},
		reasoning: {
			type: 'reasoning',
			id: `reasoning-${number}`,
			summary: [prose(number + 1, deltas * 0.05 * 5)],
			content: [],
			...started(1),
		},
		command: {
			type: 'commandExecution',
			id: `command-${number}`,
			command: `npm run build -- --part ${number}`,
			cwd: '/home/dev/app',
			status: 'completed',
			exitCode: 0,
			durationMs: 4200,
			// The server keeps no more of it than this (measured: the stream is longer than the item).
			aggregatedOutput: output.slice(0, 2_000_000),
			...started(2),
		},
		change: {
			type: 'fileChange',
			id: `change-${number}`,
			status: 'completed',
			changes: [
				{path: `/home/dev/app/source/part-${number}.ts`, kind: {type: 'add'}, diff: diffOf(number, 200)},
			],
			...started(3),
		},
		answer: {
			type: 'agentMessage',
			id: `answer-${number}`,
			text: prose(number, deltas * 0.6 * 5),
			...started(4),
		},
	};
};

/** Turn N in a list of history. */
export const listedTurn = (number: number, deltas: number): WireFrame => {
	const {ask, reasoning, command, change, answer} = partsOf(number, deltas);
	return {
		id: turnIdOf(number),
		items: [ask, reasoning, command, change, answer],
		itemsView: 'full',
		status: 'completed',
		error: null,
		startedAt: Math.floor(atMs(number, 0) / 1000),
		completedAt: Math.floor(atMs(number, 40_000) / 1000),
	};
};

/** All that the server says in turn N, in order. A request has an id. */
export function* framesOfTurn(number: number, deltas: number): Generator<WireFrame> {
	const turnId = turnIdOf(number);
	const parts = partsOf(number, deltas);
	const say = (method: string, params: WireFrame): WireFrame => ({
		method,
		params: {threadId: memoryThread, ...params},
		emittedAtMs: atMs(number, 5),
	});
	const begin = (item: WireFrame, bare: WireFrame): WireFrame =>
		say('item/started', {turnId, item: {...item, ...bare}, startedAtMs: item.startedAtMs});
	const end = (item: WireFrame): WireFrame =>
		say('item/completed', {turnId, item, completedAtMs: atMs(number, 6)});
	const active = (...activeFlags: readonly string[]): WireFrame =>
		say('thread/status/changed', {status: {type: 'active', activeFlags}});

	// What the stock client does beside it: a thread that finds a title.
	const helper = `01a20002-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
	yield say('thread/started', {
		thread: {id: helper, ephemeral: true, preview: 'title', status: {type: 'idle'}},
	});
	yield say('thread/closed', {threadId: helper});

	yield active();
	yield say('turn/started', {
		turn: {id: turnId, items: [], status: 'inProgress', startedAt: Math.floor(atMs(number, 0) / 1000)},
	});
	yield begin(parts.ask, {});
	yield end(parts.ask);

	yield begin(parts.reasoning, {summary: []});
	const [summary = ''] = parts.reasoning.summary as readonly string[];
	for (const delta of chunks(summary, Math.floor(deltas * 0.05))) {
		yield say('item/reasoning/summaryTextDelta', {
			turnId,
			itemId: parts.reasoning.id,
			summaryIndex: 0,
			delta,
		});
	}
	yield end(parts.reasoning);

	yield begin(parts.command, {aggregatedOutput: null, exitCode: null, status: 'inProgress'});
	yield active('waitingOnApproval');
	yield {
		id: number,
		method: 'item/commandExecution/requestApproval',
		params: {
			threadId: memoryThread,
			turnId,
			itemId: parts.command.id,
			startedAtMs: atMs(number, 2),
			command: `/bin/bash -lc 'npm run build -- --part ${number}'`,
			cwd: '/home/dev/app',
			reason: 'It needs the network.',
			availableDecisions: ['accept', 'acceptForSession', 'decline', 'cancel'],
		},
	};
	yield say('serverRequest/resolved', {requestId: number});
	yield active();
	for (const delta of chunks(parts.output, parts.outputDeltas)) {
		yield say('item/commandExecution/outputDelta', {turnId, itemId: parts.command.id, delta});
	}
	yield end(parts.command);

	yield begin(parts.change, {changes: [], status: 'inProgress'});
	for (const lines of [20, 80, 200]) {
		const changes = [
			{path: `/home/dev/app/source/part-${number}.ts`, kind: {type: 'add'}, diff: diffOf(number, lines)},
		];
		yield say('item/fileChange/patchUpdated', {turnId, itemId: parts.change.id, changes});
	}
	yield end(parts.change);
	yield say('turn/diff/updated', {
		turnId,
		diff: `diff --git a/p b/p\n--- a/p\n+++ b/p\n${diffOf(number, 400)}`,
	});
	yield say('turn/plan/updated', {
		turnId,
		explanation: null,
		plan: [
			{step: `Begin ${number}`, status: 'completed'},
			{step: `End ${number}`, status: 'inProgress'},
		],
	});

	if (number % agentEvery === 0) {
		const agent = `01a20003-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
		const item = {
			type: 'subAgentActivity',
			id: `agent-${number}`,
			kind: 'started',
			agentThreadId: agent,
			agentPath: `/agents/${number}`,
		};
		yield begin(item, {});
		yield end(item);
		yield say('thread/started', {thread: {id: agent, parentThreadId: memoryThread, status: {type: 'idle'}}});
		yield say('thread/closed', {threadId: agent});
	}
	yield say('warning', {message: `Turn ${number} is long.`});

	yield begin(parts.answer, {text: ''});
	for (const delta of chunks(String(parts.answer.text), Math.floor(deltas * 0.6))) {
		yield say('item/agentMessage/delta', {turnId, itemId: parts.answer.id, delta});
	}
	yield end(parts.answer);
	yield say('thread/tokenUsage/updated', {
		turnId,
		tokenUsage: {
			total: {totalTokens: number * 1000},
			last: {totalTokens: 10_000 + (number % 100) * 1000},
			modelContextWindow: 272_000,
		},
	});
	yield say('turn/completed', {
		turn: {
			id: turnId,
			items: [],
			status: 'completed',
			error: null,
			startedAt: Math.floor(atMs(number, 0) / 1000),
			completedAt: Math.floor(atMs(number, 40_000) / 1000),
		},
	});
	yield say('thread/status/changed', {status: {type: 'idle'}});
}
