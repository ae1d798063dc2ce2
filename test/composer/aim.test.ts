/** What Enter does in which state of the thread, and the sentences when that is no longer what was seen. */
import {describe, expect, it} from 'vitest';
import {
	type Aim,
	aimLabel,
	aimOf,
	type Capabilities,
	interruptTarget,
	judgeChange,
	judgeRefusal,
	type SendAim,
	sameAim,
} from '../../source/composer/aim.ts';
import {initialThreadState, type ThreadState, type TurnId} from '../../source/thread/state.ts';
import {
	completed,
	disconnected,
	empty,
	fold,
	hydrated,
	message,
	notified,
	started,
	turn,
	turnCompleted,
	turnStarted,
	user,
} from '../thread/make.ts';

const able: Capabilities = {queue: true, observe: false, live: true};
const statusIs = (type: string, activeFlags: readonly string[] = []) =>
	notified('thread/status/changed', {status: {type, activeFlags}});
const begun = (id = 'T1') => [statusIs('active'), turnStarted(id)];
const running = fold(empty, ...begun());
const steer = (turnId: string, turnNumber: number | undefined): SendAim => ({
	kind: 'steer',
	turnId: turnId as TurnId,
	turnNumber,
});
const auto = (thread: ThreadState, more: Partial<Capabilities> = {}): Aim =>
	aimOf(thread, 'auto', {...able, ...more});
const why = (aim: Aim): string => (aim.kind === 'nothing' ? aim.why : `it is ${aim.kind}`);

describe('Enter', () => {
	it('starts a turn when the thread is idle, and steers the one that runs', () => {
		expect(auto(empty)).toEqual({kind: 'start'});
		expect(auto(running)).toEqual(steer('T1', 1));
		expect(auto(fold(running, statusIs('idle'), turnCompleted()))).toEqual({kind: 'start'});
		expect(auto(fold(running, statusIs('active', ['waitingOnApproval'])))).toEqual(steer('T1', 1));
	});

	it('starts a turn after a failure of the system', () => {
		expect(auto(fold(empty, statusIs('systemError')))).toEqual({kind: 'start'});
	});

	it('does not know the number of a turn while older ones are missing', () => {
		const thread = fold(initialThreadState, hydrated([turn('T8', [])], 'more'), ...begun('T9'));
		expect(auto(thread)).toEqual(steer('T9', undefined));
		expect(aimLabel(auto(thread))).toBe('steer ▸ ');
	});

	it('queues when that was chosen, also while nothing runs', () => {
		expect(aimOf(running, 'queue', able)).toEqual({kind: 'queue'});
		expect(aimOf(empty, 'queue', able)).toEqual({kind: 'queue'});
		expect(why(aimOf(running, 'queue', {...able, queue: false}))).toContain('has no queue');
	});

	it('does nothing, and says why, when nothing can be sent', () => {
		expect(why(auto(empty, {observe: true}))).toContain('Read-only');
		expect(why(auto(empty, {live: false}))).toContain('no live connection');
		expect(why(auto(fold(running, disconnected)))).toContain('no live connection');
		expect(why(auto(initialThreadState))).toContain('not read yet');
		expect(why(auto(fold(empty, statusIs('notLoaded'))))).toContain('closed');
		expect(why(auto(fold(empty, statusIs('active'))))).toContain('just starting');
		expect(why(aimOf(empty, 'queue', {...able, observe: true}))).toContain('Read-only');
	});

	it('does not steer a compaction, but an ordinary turn that compacts on its way', () => {
		const compacting = fold(running, started({type: 'contextCompaction', id: 'c'}));
		expect(why(auto(compacting))).toContain('compacted');
		expect(why(auto(compacting))).toContain('queued');
		expect(why(auto(compacting, {queue: false}))).not.toContain('queued');
		const onTheWay = fold(running, completed(user('u', 'hi')), started({type: 'contextCompaction', id: 'c'}));
		expect(auto(onTheWay)).toEqual(steer('T1', 1));
	});

	it('does not steer a review, nor the second turn that a review announces and never ends', () => {
		const entered = {type: 'enteredReviewMode', id: 'r', review: 'look'};
		const review = fold(running, completed(entered), turnStarted('T2'));
		expect(why(auto(review))).toContain('review');
		const over = fold(
			review,
			completed({type: 'exitedReviewMode', id: 'x', review: 'fine'}),
			statusIs('idle'),
			turnCompleted(),
		);
		expect(auto(over)).toEqual({kind: 'start'});
		expect(auto(fold(over, ...begun('T3')))).toEqual(steer('T3', 3));
	});
});

describe('the interrupt', () => {
	it('names the turn that it would stop, or says that there is none', () => {
		expect(interruptTarget(running, able)).toEqual({turnId: 'T1', turnNumber: 1});
		const review = fold(
			empty,
			statusIs('active'),
			completed({type: 'enteredReviewMode', id: 'r', review: 'look'}, 'A'),
			notified('turn/started', {turn: {id: 'B', rootTurnId: 'A', items: [], status: 'inProgress'}}),
		);
		expect(interruptTarget(review, able)).toEqual({turnId: 'B', turnNumber: 1});
		expect(interruptTarget(empty, able)).toEqual({why: 'No turn is running.'});
		expect(interruptTarget(running, {...able, observe: true})).toHaveProperty('why');
	});
});

describe('when the turn moved on', () => {
	it('says what happened and what Enter does now', () => {
		expect(judgeChange(steer('T7', 7), {kind: 'start'})).toBe('Turn 7 is over. Enter now starts a new turn.');
		expect(judgeChange(steer('T7', 7), steer('T8', 8))).toBe(
			'Turn 7 is over, and another one runs. Enter now steers turn 8.',
		);
		expect(judgeChange({kind: 'start'}, steer('T8', undefined))).toBe(
			'A turn has started meanwhile. Enter now steers the running turn.',
		);
		expect(judgeChange({kind: 'queue'}, {kind: 'start'})).toBe('Enter now starts a new turn.');
		expect(judgeChange({kind: 'start'}, {kind: 'nothing', why: 'Closed.'})).toBe('Closed.');
		expect(judgeChange({kind: 'nothing', why: 'Closed.'}, {kind: 'start'})).toBe(
			'Enter now starts a new turn.',
		);
	});

	it('says nothing while it is the same turn, whose number may have become known', () => {
		expect(judgeChange(steer('T7', undefined), steer('T7', 7))).toBeUndefined();
		expect(judgeChange({kind: 'start'}, {kind: 'start'})).toBeUndefined();
		expect(sameAim(steer('T7', 7), steer('T8', 7))).toBe(false);
	});

	// The sentences are those of the real server, 0.169.
	it.each([
		[
			'expected active turn id `a` but found `b`',
			'Turn 7 is over, and another one runs. Enter now starts a new turn.',
		],
		['no active turn to steer', 'Turn 7 is over. Enter now starts a new turn.'],
		[
			'cannot steer a compact turn',
			'The context is being compacted; that cannot be steered. Enter now starts a new turn.',
		],
		['cannot steer a review turn', 'A review is running; it cannot be steered. Enter now starts a new turn.'],
		[
			'failed to submit turn input: ActiveTurnNotSteerable { turn_kind: Compact }',
			'The context is being compacted; that cannot be steered. Enter now starts a new turn.',
		],
		[
			'cannot steer a dream turn',
			'A dream turn is running; it cannot be steered. Enter now starts a new turn.',
		],
		[
			'Input exceeds the maximum length of 1048576 characters.',
			'The message is longer than 1,048,576 characters, the most that the server takes. Enter now starts a new turn.',
		],
		[
			'Server overloaded; retry later.',
			'The server is busy and did not take it. Enter now starts a new turn.',
		],
		['so\u001b[31m no\nlines', 'It was not taken: so no lines. Enter now starts a new turn.'],
		['', 'The server refused it. Enter now starts a new turn.'],
	])('the refusal %j is said in words', (refusal, sentence) => {
		expect(judgeRefusal(steer('T7', 7), refusal, {kind: 'start'})).toBe(sentence);
	});

	it('does not say the same twice', () => {
		const review: Aim = {
			kind: 'nothing',
			why: 'A review is running; it cannot be steered. It can be queued.',
		};
		expect(judgeRefusal(steer('T7', 7), 'cannot steer a review turn', review)).toBe(
			'A review is running; it cannot be steered. It can be queued.',
		);
	});
});

it('the label names the turn', () => {
	expect(aimLabel(auto(running))).toBe('steer turn 1 ▸ ');
	expect(aimLabel(auto(empty))).toBe('start ▸ ');
	expect(aimLabel({kind: 'queue'})).toBe('queue ▸ ');
	expect(aimLabel(auto(fold(running, completed(message('m', 'hi'))), {observe: true}))).toBe('nothing ▸ ');
});
