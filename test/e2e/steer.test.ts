/** Writing from the second seat, against the real server: where it lands, under whose name, and what it never does. */
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {asRecord} from '../../source/protocol/fields.ts';
import {refuse, reply, serveThread, startFakeServer, thread} from '../app-server/fake-server.ts';
import {openPty} from '../support/pty.ts';
import {
	begin,
	beginStockTui,
	beginWith,
	eventually,
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
