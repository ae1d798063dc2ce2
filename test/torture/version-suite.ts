/**
 * What must hold with an App Server of any version: attach, watch, steer, approve, interrupt, come back, and shrug at
 * what is not known. Each check has a real server of its own; what an old one cannot do is one sentence, not a failure.
 *
 * Invariant: a check passes (`yes`), or the seat said what is missing (`degraded`, with the words), or it failed.
 * Called by versions.ts for every installed version and by test/e2e for the pinned one. docs/servers.md is the table.
 */
import assert from 'node:assert/strict';
import {aimOf} from '../../source/composer/aim.ts';
import {openSeat, type TestSeat} from './seat.ts';
import {acceptFirst, expectFresh, modelHeard, oddities, statusOf, texts} from './version-facts.ts';
import {openStage, type Programs, type Stage} from './version-stage.ts';

export type Verdict =
	| {readonly kind: 'yes'}
	/** What a person sees in place of what this server cannot do. */
	| {readonly kind: 'degraded'; readonly saw: string}
	| {readonly kind: 'failed'; readonly why: string};

const yes: Verdict = {kind: 'yes'};

const running = (seat: TestSeat): boolean => statusOf(seat.state()) === 'inProgress';
const ended = (seat: TestSeat, what: string, status = 'completed'): Promise<void> =>
	seat.until(`${what}: the turn is ${status}`, state => statusOf(state) === status);
const idle = (seat: TestSeat): Promise<void> =>
	seat.until('the thread is idle', state => state.thread.info?.status.kind === 'idle');

/** Counts the lists of turns that came after the joining. */
const relists = (seat: TestSeat): number =>
	seat.events().filter(event => event.type === 'threadEvent' && event.event.type === 'turnsRelisted').length;
const relist = async (seat: TestSeat): Promise<void> => {
	const before = relists(seat);
	seat.session.relistTurns();
	await seat.until('the turns are listed again', () => relists(seat) > before);
};

/** More turns than one page has. */
const turnsPlayed = 22;

const attachesById = async ({scenario, seat, fresh}: Stage): Promise<Verdict> => {
	const played = ['Hello', 'Noted.'];
	for (let count = 1; count <= turnsPlayed; count += 1) {
		await scenario.pilot.play(`Begin ${count}`);
		played.push(`Begin ${count}`, 'Begun.');
	}
	const ours = await seat();
	const others = await fresh();
	for (const each of [ours, others]) {
		assert.deepEqual(texts(each.state()), played.slice(-2 * each.state().thread.turns.length));
		const {olderCursor} = each.state().thread;
		assert.ok(typeof olderCursor === 'string', 'the first page is all there is');
		each.session.loadOlder(olderCursor);
		await each.until('the older turns are there', ({thread}) => thread.olderCursor === null);
		assert.deepEqual(texts(each.state()), played);
	}
	await relist(ours);
	await expectFresh(ours, others);
	assert.equal(ours.state().thread.turns.length, turnsPlayed + 1);
	return yes;
};

/** The first turn makes a thread that can be joined: it is waited for, and joined by itself. */
const waitsForTheFirstTurn = async ({scenario}: Stage): Promise<Verdict> => {
	const threadId = await scenario.pilot.startThread();
	const seat = openSeat(scenario.endpoint, threadId);
	try {
		await seat.until('it waits for a turn', ({connection}) => connection.kind === 'waiting');
		await scenario.pilot.play('Begin');
		await seat.until('it is live', ({connection}) => connection.kind === 'live');
		await ended(seat, 'the first turn');
		await seat.until('the turn is whole', state => texts(state).length === 2);
		assert.deepEqual(texts(seat.state()), ['Begin', 'Begun.']);
		return yes;
	} finally {
		await seat.leave();
	}
};

/** Ids in an old server's history are not those of its stream: nothing may be doubled by joining or listing again. */
const joinsInTheMiddle = async ({scenario, seat, fresh}: Stage): Promise<Verdict> => {
	const {pilot, model} = scenario;
	const first = await seat();
	const turnId = await pilot.say('Work');
	await model.holding('middle');
	await first.until('the message streams', state => texts(state).at(-1) === 'Half of it ');
	const soFar = ['Hello', 'Noted.', 'Work', 'I will look.'];
	const late = await seat();
	assert.deepEqual(texts(late.state()), soFar);
	for (const watcher of [first, late]) await relist(watcher);
	assert.deepEqual(texts(late.state()), soFar);
	assert.deepEqual(texts(first.state()), [...soFar, 'Half of it ']);
	assert.ok(running(first) && running(late), 'a list taken in mid-turn ended the turn');
	await pilot.steer(turnId, 'Mind the gap');
	model.release('middle');
	for (const watcher of [first, late]) await ended(watcher, 'the steered turn');
	// Of a message that is being written when the steer comes, some servers keep the whole and some nothing.
	const whole = texts(first.state()).filter(text => !text.startsWith('Half of it'));
	assert.deepEqual(whole, [...soFar, 'Mind the gap', 'I mind it.']);
	for (const watcher of [first, late]) {
		await relist(watcher);
		await expectFresh(watcher, await fresh());
		const all = texts(watcher.state());
		assert.deepEqual([...new Set(all)], all, 'something is there twice');
	}
	return yes;
};

const streams = async ({scenario, seat}: Stage): Promise<Verdict> => {
	const ours = await seat();
	await scenario.pilot.say('Tell');
	await scenario.model.holding('middle');
	await ours.until('the beginning', state => texts(state).at(-1) === 'Once upon ');
	assert.ok(running(ours));
	scenario.model.release('middle');
	await ours.until('the whole', state => texts(state).at(-1) === 'Once upon a time.');
	await ended(ours, 'the told turn');
	assert.deepEqual(texts(ours.state()), ['Hello', 'Noted.', 'Tell', 'Once upon a time.']);
	return yes;
};

const times = (seat: TestSeat, text: string): number =>
	texts(seat.state()).filter(each => each === text).length;

const steersAndStarts = async ({scenario, seat, fresh}: Stage): Promise<Verdict> => {
	const ours = await seat();
	const turnId = await scenario.pilot.say('Tell');
	await scenario.model.holding('middle');
	await ours.until('the turn runs', () => running(ours));
	ours.session.sendMessage('jumpseat:Ann:1', {kind: 'steer', turnId}, 'Mind the gap');
	await ours.until('the steer is taken', () =>
		ours.events().some(event => event.type === 'messageAccepted' && event.messageId === 'jumpseat:Ann:1'),
	);
	scenario.model.release('middle');
	await ended(ours, 'the steered turn');
	assert.equal(times(ours, 'Mind the gap'), 1);
	assert.equal(modelHeard(scenario, 'Mind the gap'), 1);
	await idle(ours);
	ours.session.sendMessage('jumpseat:Ann:2', {kind: 'start'}, 'Begin');
	await ours.until('the turn is there', state => texts(state).at(-1) === 'Begun.');
	await ended(ours, 'the started turn');
	assert.equal(times(ours, 'Begin'), 1);
	const authors = ours
		.state()
		.thread.turns.flatMap(({items}) =>
			items.flatMap(({content}) => (content.type === 'userMessage' ? [content.clientId ?? null] : [])),
		);
	assert.deepEqual(authors, [null, null, 'jumpseat:Ann:1', 'jumpseat:Ann:2']);
	// A steer at the turn that is over is refused by the server, and told.
	ours.session.sendMessage('jumpseat:Ann:3', {kind: 'steer', turnId}, 'Too late');
	await ours.until('the late steer is refused', () =>
		ours.events().some(event => event.type === 'messageRefused' && event.messageId === 'jumpseat:Ann:3'),
	);
	await expectFresh(ours, await fresh());
	return yes;
};

const queues = async ({scenario, seat}: Stage): Promise<Verdict> => {
	const ours = await seat();
	await ours.until('the queue is known', ({queue}) => queue !== 'unread');
	await scenario.pilot.say('Tell');
	await scenario.model.holding('middle');
	await ours.until('the turn runs', () => running(ours));
	if (ours.state().queue === 'none') {
		const aim = aimOf(ours.state().thread, 'queue', {queue: false, observe: false, live: true});
		assert.equal(aim.kind, 'nothing');
		scenario.model.release('middle');
		return {kind: 'degraded', saw: aim.kind === 'nothing' ? aim.why : ''};
	}
	ours.session.sendMessage('jumpseat:Ann:1', {kind: 'queue'}, 'Later');
	await ours.until('the queue shows it', ({queue}) => Array.isArray(queue) && queue.length === 1);
	scenario.model.release('middle');
	await ours.until('it ran', state => texts(state).at(-1) === 'Now it is later.');
	await ended(ours, 'the queued turn');
	await ours.until('the queue is empty', ({queue}) => Array.isArray(queue) && queue.length === 0);
	assert.deepEqual(texts(ours.state()).slice(2), ['Tell', 'Once upon a time.', 'Later', 'Now it is later.']);
	return yes;
};

const approves = async ({scenario, seat, fresh}: Stage): Promise<Verdict> => {
	const ours = await seat();
	await scenario.pilot.say('Ask first');
	await ours.until('the card is there', ({cards}) => cards.open.length === 1);
	// Whoever comes late is asked as well, under the same id.
	const late = await fresh();
	await late.until('the card is there for the late one', ({cards}) => cards.open.length === 1);
	assert.deepEqual(late.state().cards.open[0]?.ask.id, ours.state().cards.open[0]?.ask.id);
	acceptFirst(ours, 'printf allowed');
	await ended(ours, 'the approved turn');
	await late.until('the card goes', ({cards}) => cards.open.length === 0);
	assert.equal(texts(ours.state()).at(-1), 'It was allowed.');
	assert.equal(modelHeard(scenario, 'allowed', 'function_call_output'), 1);
	assert.deepEqual(ours.state().cards.open, []);
	return yes;
};

const interrupts = async ({scenario, seat, fresh}: Stage): Promise<Verdict> => {
	const ours = await seat();
	const turnId = await scenario.pilot.say('Tell');
	await scenario.model.holding('middle');
	await ours.until('the message streams', state => texts(state).at(-1) === 'Once upon ');
	ours.session.interrupt(turnId);
	await ended(ours, 'the stopped turn', 'interrupted');
	await idle(ours);
	assert.deepEqual(
		ours
			.state()
			.thread.turns.at(-1)
			?.items.filter(({phase}) => phase === 'started' || phase === 'streaming'),
		[],
	);
	await expectFresh(ours, await fresh());
	return yes;
};

const resynchronises = async ({scenario, tripwire, seat, fresh}: Stage): Promise<Verdict> => {
	const {pilot, model} = scenario;
	const ours = await seat();
	const turnId = await pilot.say('Work');
	await model.holding('middle');
	await ours.until('the message streams', state => texts(state).at(-1) === 'Half of it ');
	tripwire.cut();
	await ours.until('the loss is seen', ({connection}) => connection.kind === 'reconnecting');
	await ours.until('it is back', ({connection}) => connection.kind === 'live');
	const soFar = ['Hello', 'Noted.', 'Work', 'I will look.', 'Half of it '];
	assert.deepEqual(texts(ours.state()), soFar);
	assert.ok(running(ours), 'the turn does not run any more');
	tripwire.cut();
	await ours.until('the second loss is seen', ({connection}) => connection.kind === 'reconnecting');
	model.release('middle');
	await pilot.turnEnded(turnId);
	await ours.until('it is back again', ({connection}) => connection.kind === 'live');
	await ended(ours, 'the turn that ended meanwhile');
	await expectFresh(ours, await fresh());
	assert.deepEqual(texts(ours.state()), [...soFar.slice(0, -1), 'Half of it and all of it.']);
	return yes;
};

const survivesTheServer = async ({scenario, threadId, seat, fresh}: Stage): Promise<Verdict> => {
	const ours = await seat();
	await scenario.pilot.say('Work');
	await scenario.model.holding('middle');
	await ours.until('the message streams', state => texts(state).at(-1) === 'Half of it ');
	await scenario.server.kill('SIGKILL');
	await ours.until('the loss is seen', ({connection}) => connection.kind === 'reconnecting');
	await scenario.server.restart();
	const client = await scenario.connect('resumer');
	await client.call('thread/resume', {threadId, excludeTurns: true});
	await ours.until('it is back', ({connection}) => connection.kind === 'live');
	await client.call('turn/start', {threadId, input: [{type: 'text', text: 'Go on', text_elements: []}]});
	await ours.until('it goes on', state => texts(state).at(-1) === 'Here we are again.');
	await ended(ours, 'the next turn');
	await expectFresh(ours, await fresh());
	assert.deepEqual(texts(ours.state()), [
		'Hello',
		'Noted.',
		'Work',
		'I will look.',
		'Half of it ',
		'Go on',
		'Here we are again.',
	]);
	return yes;
};

const shrugs = async ({scenario, tripwire, seat, fresh}: Stage): Promise<Verdict> => {
	const ours = await seat();
	const turnId = await scenario.pilot.say('Tell');
	await scenario.model.holding('middle');
	await ours.until('the message streams', state => texts(state).at(-1) === 'Once upon ');
	for (const frame of oddities(scenario.pilot.threadId(), turnId)) tripwire.inject(JSON.stringify(frame));
	scenario.model.release('middle');
	await ended(ours, 'the told turn');
	assert.ok(
		ours
			.state()
			.thread.turns.some(({items}) =>
				items.some(({content}) => content.type === 'unknown' && content.typeName === 'dreamReport'),
			),
		'the item of an unknown kind is not there',
	);
	assert.deepEqual(texts(ours.state()), ['Hello', 'Noted.', 'Tell', 'Once upon a time.']);
	assert.equal(ours.state().connection.kind, 'live');
	await fresh();
	return yes;
};

const stages = {
	'attach by id': attachesById,
	'wait for the first turn': waitsForTheFirstTurn,
	'join in mid-turn': joinsInTheMiddle,
	stream: streams,
	'steer and start': steersAndStarts,
	queue: queues,
	approve: approves,
	interrupt: interrupts,
	'lost connection': resynchronises,
	'killed server': survivesTheServer,
	'unknown words': shrugs,
} as const satisfies Record<string, (stage: Stage) => Promise<Verdict>>;

export type CheckName = keyof typeof stages;
export const checkNames = Object.keys(stages) as readonly CheckName[];

/** Runs one check with a server of its own. Never rejects. */
export const runCheck = async (name: CheckName, programs: Programs = {}): Promise<Verdict> => {
	const undo: Array<() => Promise<void>> = [];
	try {
		return await stages[name](await openStage(programs, undo));
	} catch (error) {
		return {kind: 'failed', why: error instanceof Error ? error.message : String(error)};
	} finally {
		for (const step of undo.toReversed()) await step().catch(() => undefined);
	}
};
