/** Writing from the second seat, against the real server: where it lands, under whose name, and what it never does. */
import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {asRecord} from '../../source/protocol/fields.ts';
import {outgoing} from '../../source/protocol/methods.ts';
import {refuse, reply, serveThread, startFakeServer, thread} from '../app-server/fake-server.ts';
import {openPty} from '../support/pty.ts';
import {
	begin,
	beginStockTui,
	beginWith,
	eventually,
	openLive,
	personEnv,
	program,
	rule,
	sawSent,
	say,
} from './support.ts';
import {beginWatched, compose, openSeat, pasteOf, sentCount, userMessages, write} from './writing.ts';

/** The stock TUI asks for a title of the thread. */
const title = rule('Generate a concise', [say('{"title": "Answer messages"}')]);
const held = (when: string, end: string) =>
	rule(when, [{do: 'message', text: ['Working ', {hold: when}, end]}]);

/** The author's line directly above the text. */
const authorAbove = (lines: readonly string[], text: string): string => {
	const at = lines.findIndex(
		(line, index) => index > 0 && line.includes(text) && /▌/.test(lines[index - 1] ?? ''),
	);
	return lines[at - 1] ?? '';
};

test('a steer lands in the running turn, a start begins one, and every seat knows who wrote what', async () => {
	const scenario = await begin([
		title,
		held('Work on it', 'on it.'),
		rule('keep the old API', [say('The old API stays.')]),
		rule('Now document it', [say('Documented.')]),
	]);
	const tui = await beginStockTui(scenario);
	await tui.say('Work on it');
	await scenario.model.holding('Work on it');
	const tripwire = await beginWatched(scenario);
	const ada = await openSeat(scenario, tripwire, 'Work on it');
	const grace = await openSeat(scenario, tripwire, 'Work on it', {name: 'Grace'});
	await compose(ada, 'keep the old API', 'steer turn 1 ▸');
	ada.press('enter');
	await sawSent(tripwire, 'turn/steer');
	scenario.model.release('Work on it');
	for (const pty of [tui.pty, ada, grace]) await pty.waitFor('The old API stays.');
	await tui.pty.waitFor(/› keep the old API/);

	await ada.waitFor('turn 1 · completed');
	await write(ada, 'Now document it', 'start ▸');
	ada.press('enter');
	for (const pty of [tui.pty, ada, grace]) await pty.waitFor('Documented.');
	await tui.pty.waitFor(/› Now document it/);
	for (const seat of [ada, grace])
		await eventually(seat, () => {
			const lines = seat.screen();
			expect(authorAbove(lines, 'Work on it')).toContain('▌primary');
			expect(authorAbove(lines, 'keep the old API')).toContain('▌Ada');
			expect(authorAbove(lines, 'Now document it')).toContain('▌Ada');
		});

	const threadId = await tui.threadId();
	expect(await userMessages(scenario.pilot.client, threadId)).toEqual([
		'Work on it',
		'keep the old API',
		'Now document it',
	]);
	expect(sentCount(tripwire, 'turn/steer')).toBe(1);
	expect(sentCount(tripwire, 'turn/start')).toBe(1);
	await tui.quit();
});

test('when the turn has moved on since the text was typed, it comes back with the new choice, and a second Enter does it', async () => {
	const names = ['First', 'Second', 'Third', 'Fourth', 'Fifth'];
	const scenario = await beginWith(
		['Good morning'],
		[...names.map(name => held(`${name} task`, `${name} end.`)), rule('note', [say('Noted indeed.')])],
	);
	const {pilot, model} = scenario;
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	const begun = async (name: string): Promise<string> => {
		const turnId = await pilot.say(`${name} task`);
		await model.holding(`${name} task`);
		return turnId;
	};
	const ended = async (name: string, turnId: string): Promise<void> => {
		model.release(`${name} task`);
		await pilot.turnEnded(turnId);
	};

	// It ended: nothing is started in its place before a second Enter.
	const first = await begun('First');
	await compose(seat, 'note one', 'steer turn 2 ▸');
	await ended('First', first);
	await seat.waitFor('turn 2 · completed');
	seat.press('enter');
	await seat.waitFor('Turn 2 is over. Enter now starts a new turn.');
	await seat.waitFor(/start ▸ note one/);
	expect(sentCount(tripwire, 'turn/steer') + sentCount(tripwire, 'turn/start')).toBe(0);
	seat.press('enter');
	await seat.waitFor('turn 3 · completed');

	// Another one runs.
	const second = await begun('Second');
	await write(seat, 'note two', 'steer turn 4 ▸');
	await ended('Second', second);
	const third = await begun('Third');
	await seat.waitFor(/steer turn 5 ▸ note two/);
	seat.press('enter');
	await seat.waitFor('Turn 4 is over, and another one runs. Enter now steers turn 5.');
	expect(sentCount(tripwire, 'turn/steer')).toBe(0);
	seat.press('enter');
	await sawSent(tripwire, 'turn/steer');
	await ended('Third', third);
	await seat.waitFor('turn 5 · completed');

	// It ended on the server's side, and the news is still on the way: the server compares.
	const fourth = await begun('Fourth');
	await write(seat, 'note three', 'steer turn 6 ▸');
	tripwire.stall();
	await ended('Fourth', fourth);
	seat.press('enter');
	await tripwire.waitFor(() => sentCount(tripwire, 'turn/steer') === 2);
	await seat.waitFor('sending…');
	tripwire.flow();
	await seat.waitFor('Turn 6 is over. Enter now starts a new turn.');
	await seat.waitFor(/start ▸ note three/);
	seat.press('enter');
	await seat.waitFor('turn 7 · completed');

	// The same, and another one runs.
	const fifth = await begun('Fifth');
	expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
		'Good morning',
		'First task',
		'note one',
		'Second task',
		'Third task',
		'note two',
		'Fourth task',
		'note three',
		'Fifth task',
	]);
	await ended('Fifth', fifth);
	const steers = tripwire.sent().filter(({frame}) => frame?.method === 'turn/steer');
	expect(steers.map(({frame}) => asRecord(frame?.params)?.expectedTurnId)).toEqual([third, fourth]);
});

test('an interrupt asks once more and names the turn, only y does it, and a bare Esc never', async () => {
	const scenario = await begin([title, held('Work on it', 'on it.')]);
	const tui = await beginStockTui(scenario);
	await tui.say('Work on it');
	await scenario.model.holding('Work on it');
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Work on it');
	const question = 'Interrupt turn 1? y stops it for everybody; any other key: no.';
	await compose(seat, 'a draft', 'steer turn 1 ▸');
	// As CSI u, which needs no waiting for what may follow; the first one as most terminals send it.
	seat.press('escape');
	await seat.waitFor(lines => !lines.join('\n').includes('Enter sends'));
	seat.type('\u001B[27u'.repeat(3));
	seat.type('i');
	await seat.waitFor('Enter sends');
	seat.press('ctrl-u');
	for (const key of ['\u001B[27u', '\u001B', 'n', 'Y', '\r', ' ', '\t', '\u001B[A']) {
		await write(seat, '/interrupt', 'steer turn 1 ▸');
		seat.press('enter');
		await seat.waitFor(question);
		seat.type(key);
		await seat.waitFor('Nothing was done.');
		seat.type('i');
		await seat.waitFor('Enter sends');
	}

	expect(sentCount(tripwire, 'turn/interrupt')).toBe(0);
	await write(seat, '/interrupt', 'steer turn 1 ▸');
	seat.press('enter');
	await seat.waitFor(question);
	seat.type('y');
	await sawSent(tripwire, 'turn/interrupt');
	await seat.waitFor(/turn 1 · interrupted/);
	await tui.pty.waitFor(/interrupted/i);
	await compose(seat, '/interrupt', 'start ▸');
	seat.press('enter');
	await seat.waitFor('No turn is running.');
	expect(sentCount(tripwire, 'turn/interrupt')).toBe(1);
	await tui.quit();
});

test('a compaction and a review cannot be steered: the sentence says so, and the text stays', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('Good morning', [say('Good morning.')]),
			rule(/[\s\S]/, [{do: 'message', text: ['So ', {hold: 'held'}, 'it is.']}]),
		],
	);
	const {pilot, model} = scenario;
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	seat.type('i');
	await seat.waitFor('Enter sends');
	const threadId = pilot.threadId();
	const ended = () => seat.waitFor(/start ▸ /);
	for (const [method, params, sentence] of [
		['thread/compact/start', {}, 'The context is being compacted; that cannot be steered. It can be queued.'],
		[
			'review/start',
			{target: {type: 'custom', instructions: 'look'}, delivery: 'inline'},
			'A review is running; it cannot be steered. It can be queued.',
		],
	] as const) {
		await pilot.client.call(method, {threadId, ...params});
		await model.holding('held');
		await seat.waitFor('nothing ▸');
		await write(seat, 'hurry up', 'nothing ▸');
		seat.press('enter');
		await seat.waitFor(sentence);
		await seat.waitFor(/nothing ▸ hurry up/);
		model.release('held');
		await ended();
		await seat.waitFor(/start ▸ hurry up/);
		seat.press('ctrl-u');
		await seat.waitFor('a message starts a turn');
	}

	expect(sentCount(tripwire, 'turn/steer') + sentCount(tripwire, 'turn/start')).toBe(0);
});

test('pastes of many lines, emoji and CJK are edited whole and arrive as written; history brings them back', async () => {
	const scenario = await beginWith(['Good morning']);
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	seat.type('i');
	await seat.waitFor('Enter sends');
	seat.type(pasteOf('one\r\ntwo\r\u001B[31mthree'));
	await seat.waitFor('three');
	expect(sentCount(tripwire, 'turn/start')).toBe(0);
	seat.press('enter');
	await seat.waitFor('turn 2 · completed');

	seat.type('日本語');
	await seat.waitFor(/start ▸ 日本語/);
	const column = seat.cursor().column;
	seat.press('left');
	await eventually(seat, () => expect(seat.cursor().column).toBe(column - 2));
	seat.press('backspace');
	await seat.waitFor(/start ▸ 日語/);
	seat.press('end');
	seat.type('👩‍💻👍🏽');
	await seat.waitFor(/日語.*👩/u);
	seat.press('backspace');
	seat.type('e\u0301!');
	await seat.waitFor(/日語👩💻é!/u);
	seat.press('home');
	seat.type('> ');
	await seat.waitFor(/start ▸ > 日語/);
	seat.press('enter');
	await seat.waitFor('turn 3 · completed');

	seat.press('up');
	await seat.waitFor(/start ▸ > 日語/);
	seat.press('up');
	await seat.waitFor(/start ▸ one/);
	seat.press('enter');
	await seat.waitFor('turn 4 · completed');
	const {pilot} = scenario;
	expect(await userMessages(pilot.client, pilot.threadId())).toEqual([
		'Good morning',
		'one\ntwo\nthree',
		'> 日語👩‍💻e\u0301!',
		'one\ntwo\nthree',
	]);
});

test('a message that is too long is refused with the limit, and what was there stays', async () => {
	const scenario = await beginWith(['Good morning']);
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning');
	await compose(seat, 'my draft', 'start ▸');
	seat.type(pasteOf('x'.repeat(1_048_576 - 'my draft'.length + 1)));
	await seat.waitFor(/longer than 1,048,576 characters/, 20_000);
	await seat.waitFor(/start ▸ my draft/);
	seat.type(', short');
	await seat.waitFor(/start ▸ my draft, short/);
	seat.press('enter');
	await seat.waitFor('turn 2 · completed');
	const {pilot} = scenario;
	expect(await userMessages(pilot.client, pilot.threadId())).toEqual(['Good morning', 'my draft, short']);
});

test('a server that is too busy is not asked twice: its sentence is shown, and the text comes back', async () => {
	const server = await startFakeServer();
	onTestFinished(() => server.stop());
	serveThread(server, 'aa11');
	server.on('thread/list', reply({data: [thread('aa11')], nextCursor: null}));
	server.on('thread/loaded/list', reply({data: ['aa11']}));
	server.on('thread/queue/list', reply({data: [], nextCursor: null}));
	server.on('turn/start', refuse('Server overloaded; retry later.', -32_001));
	const seat = openPty(process.execPath, [program, '--connect', server.endpoint.display, 'aa11'], {
		columns: 120,
		rows: 30,
		env: personEnv(),
	});
	onTestFinished(() => seat.kill());
	await seat.waitFor('● live');
	await compose(seat, 'are you there?', 'start ▸');
	seat.press('enter');
	await seat.waitFor('The server is busy and did not take it. Enter now starts a new turn.');
	await seat.waitFor(/start ▸ are you there\?/);
	expect(server.methods.filter(method => method === 'turn/start')).toHaveLength(1);
	server.on('turn/start', reply({turn: {id: 'T2', status: 'inProgress', items: []}}));
	seat.press('enter');
	await seat.waitFor('accepted…');
	const ids = server.calls.flatMap(({method, params}) =>
		method === 'turn/start' ? [params.clientUserMessageId] : [],
	);
	expect(new Set(ids).size).toBe(2);
});

test('the commands do what they say, a wrong one sends nothing, and // sends a slash', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Good morning', [say('A *fine* morning.')])]);
	const {pilot} = scenario;
	const first = pilot.threadId();
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'A fine morning.', {columns: 160});
	await pilot.client.call('thread/name/set', {threadId: first, name: 'the morning'});
	const run = async (command: string, sight: Parameters<typeof seat.waitFor>[0]): Promise<void> => {
		await write(seat, command, '▸');
		seat.press('enter');
		await seat.waitFor(sight);
	};
	seat.type('i');
	await seat.waitFor('Enter sends');
	await run(
		'/foo',
		'There is no command "/foo"; /help shows them, // at the beginning sends a literal slash.',
	);
	await seat.waitFor(/start ▸ \/foo/);
	seat.press('ctrl-u');
	await run('/quit now', '/quit takes nothing after it');
	seat.press('ctrl-u');
	expect(sentCount(tripwire, 'turn/start')).toBe(0);

	await run('/copy', 'Copied 17 characters (OSC 52).');
	expect(seat.output()).toContain(`\u001B]52;c;${Buffer.from('A *fine* morning.').toString('base64')}`);

	const file = path.join(scenario.workdir, 'out.md');
	await run('/export out.md', 'Written: out.md in ');
	await eventually(seat, () => expect(readFileSync(file, 'utf8')).toContain('A *fine* morning.'));
	writeFileSync(file, 'mine');
	await run('/export out.md', 'is there already: give another name.');
	expect(readFileSync(file, 'utf8')).toBe('mine');

	await run('//etc/hosts is empty', 'turn 2 · completed');
	expect(await userMessages(pilot.client, first)).toEqual(['Good morning', '/etc/hosts is empty']);

	await run('/help', /Esc closes|close/);
	seat.press('escape');
	await seat.waitFor('╭ Thread');

	await pilot.startThread();
	await pilot.play('Good evening');
	await pilot.client.call('thread/name/set', {threadId: pilot.threadId(), name: 'the evening'});
	seat.type('i');
	await seat.waitFor('Enter sends');
	await run('/thread', 'thread ▸');
	await seat.waitFor('the evening');
	seat.type('evening');
	await seat.waitFor(/thread ▸ evening/);
	seat.press('enter');
	await seat.waitFor('Good evening');
	await seat.waitFor('● live');
	seat.type('i');
	await seat.waitFor('Enter sends');
	await run('/thread morning', 'A fine morning.');
	await seat.waitFor('● live');
	seat.type('i');
	await seat.waitFor('Enter sends');
	await write(seat, '/quit', '▸');
	seat.press('enter');
	expect((await seat.exit).code).toBe(0);
	await sawSent(tripwire, 'thread/unsubscribe');
});

test('after /observe nothing but reads leaves, whatever is pressed', async () => {
	const scenario = await beginWith(
		['Good morning'],
		[
			rule(
				'Push it',
				[{do: 'command', command: 'echo pushed', justification: 'It needs the network.'}],
				[say('Done.')],
			),
		],
	);
	const {pilot} = scenario;
	const tripwire = await beginWatched(scenario);
	const seat = await openSeat(scenario, tripwire, 'Good morning', {columns: 160});
	const turnId = await pilot.say('Push it');
	const {id} = await pilot.asked('item/commandExecution/requestApproval');
	await seat.waitFor(/echo pushed/);
	for (const text of ['one', 'two'])
		await pilot.client.call('thread/queue/add', {
			threadId: pilot.threadId(),
			input: [{type: 'text', text, text_elements: []}],
			clientUserMessageId: text,
		});
	await compose(seat, '/observe', 'steer turn 2 ▸');
	const before = tripwire.sent().length;
	seat.press('enter');
	await seat.waitFor('OBSERVE');
	await seat.waitFor('Read-only from now on, until Jumpseat ends.');
	seat.type('7');
	await seat.waitFor(/primary {2}one/);
	for (const [key, sight] of [
		['e', 'Read-only: the queue can only be looked at.'],
		['d', 'Read-only: the queue can only be looked at.'],
		['K', 'Read-only: the queue can only be looked at.'],
		['J', 'Read-only: the queue can only be looked at.'],
		['s', 'Read-only: the queue can only be looked at.'],
		['i', 'Read-only: nothing can be sent in observe mode.'],
	] as const) {
		seat.type(key);
		await seat.waitFor(sight);
	}

	// A message, a queued one, an interrupt, and every key that a card could take.
	seat.type('hello\r\u0014hello\r/interrupt\ry\u001B[27u');
	seat.type('1aypncPsd1\r\t\r a  y');
	seat.type(pasteOf('/interrupt\ry'));
	seat.press('ctrl-c');
	await seat.waitFor('Press Ctrl+C again');
	const left = tripwire.sent().slice(before);
	const reads: Readonly<Record<string, {readonly modes: readonly string[]}>> = outgoing;
	expect(left.filter(({frame}) => reads[frame?.method ?? '']?.modes.includes('observe') !== true)).toEqual(
		[],
	);
	expect(left.length).toBeGreaterThan(0);
	pilot.client.respond(id, {decision: 'accept'});
	await pilot.turnEnded(turnId);
	await seat.waitFor('Done.');
	expect(tripwire.sentMethods().filter(method => method.includes('answer'))).toEqual([]);
});

test('keys reach the screen while 10,000 deltas stream (measured, not judged)', async ({task}) => {
	const deltas = 10_000;
	const scenario = await beginWith(
		['Good morning'],
		[rule('Tell me', [{do: 'message', text: 'word '.repeat(deltas), deltaChars: 5}])],
	);
	// Without the tripwire, whose work would count. What this process does besides (model, emulator) still does.
	const seat = await openLive(scenario, 'Good morning', {args: ['--name', 'Ada']});
	seat.type('i');
	await seat.waitFor('Enter sends');
	let isOver = false;
	const turnId = await scenario.pilot.say('Tell me');
	void scenario.pilot.turnEnded(turnId).then(() => {
		isOver = true;
	});
	await seat.waitFor('word word');
	const delaysMs: number[] = [];
	const longest = 40;
	let text = '';
	while (!isOver) {
		const key = String.fromCharCode(97 + (delaysMs.length % 26));
		text = text.length >= longest ? key : text + key;
		if (text.length === 1) seat.press('ctrl-u');
		const fromMs = performance.now();
		seat.type(key);
		const wanted = `▸ ${text}`;
		await seat.waitFor(lines => lines.some(line => line.endsWith(wanted)));
		if (!isOver) delaysMs.push(performance.now() - fromMs);
	}

	await seat.waitFor('turn 2 · completed');
	const sorted = delaysMs.toSorted((left, right) => left - right);
	const quantile = (part: number) => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN);
	const measured = {samples: sorted.length, p50Ms: quantile(0.5), p95Ms: quantile(0.95)};
	Object.assign(task.meta, {keyToScreen: measured});
	console.info(`Key to screen under ${deltas} deltas: ${JSON.stringify(measured)}`);
	expect(sorted.length).toBeGreaterThan(0);
});
