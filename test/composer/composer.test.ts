/** The composer as a whole: what a person types, what leaves, and what comes back. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {
	type Composer,
	type ComposerCommand,
	complete,
	emptyComposer,
	heard,
	press,
	type Situation,
	toggleQueue,
} from '../../source/composer/composer.ts';
import {presentComposer} from '../../source/composer/present.ts';
import type {ThreadState} from '../../source/thread/state.ts';
import {completed, empty, fold, notified, turnCompleted, turnStarted, user} from '../thread/make.ts';
import {anyInput, key, paste} from './keys.ts';

const statusIs = (type: string) => notified('thread/status/changed', {status: {type}});
const running = fold(empty, statusIs('active'), turnStarted());
const ended = fold(running, statusIs('idle'), turnCompleted());
const next = fold(ended, statusIs('active'), turnStarted('T2'));
const at = (thread: ThreadState): Situation => ({
	thread,
	capabilities: {queue: true, observe: false, live: true},
	columns: 60,
});

const desk = (first: Composer = emptyComposer) => {
	let composer = first;
	let ids = 0;
	const commands: ComposerCommand[] = [];
	const act = (input: Parameters<typeof press>[1], situation: Situation): void => {
		const pressed = press(composer, input, situation, () => `id${ids++}`);
		composer = pressed.composer;
		if (pressed.command !== undefined) commands.push(pressed.command);
	};
	return {
		act,
		write: (text: string, thread: ThreadState) => act(paste(text), at(thread)),
		enter: (thread: ThreadState) => act(key('enter'), at(thread)),
		hear: (event: Parameters<typeof heard>[1], thread: ThreadState) => {
			composer = heard(composer, event, at(thread));
		},
		change: (step: (composer: Composer) => Composer) => {
			composer = step(composer);
		},
		commands,
		get text() {
			return composer.editor.text;
		},
		get notice() {
			return composer.notice;
		},
		shown: (thread: ThreadState) => presentComposer(composer, at(thread), 'focused'),
	};
};

describe('a message', () => {
	it('is steered into the turn that the label named, and the composer is empty again', () => {
		const seat = desk();
		seat.write('keep the API', running);
		expect(seat.shown(running).label).toBe('steer turn 1 ▸ ');
		seat.enter(running);
		expect(seat.commands).toEqual([
			{
				kind: 'send',
				submission: {
					id: 'id0',
					threadId: 't',
					text: 'keep the API',
					aim: {kind: 'steer', turnId: 'T1', turnNumber: 1},
				},
			},
		]);
		expect(seat.text).toBe('');
		expect(seat.shown(running).messages).toEqual([{text: 'keep the API', state: 'sending…', tone: 'going'}]);
		seat.hear({type: 'accepted', messageId: 'id0', turnId: 'T1'}, running);
		seat.hear(
			{type: 'threadChanged', thread: fold(running, completed(user('u', 'keep the API', 'id0')))},
			running,
		);
		expect(seat.shown(running).messages).toEqual([]);
	});

	it('does not leave when the turn ended while it was written; a second Enter starts a turn', () => {
		const seat = desk();
		seat.write('keep the API', running);
		seat.enter(ended);
		expect(seat.commands).toEqual([]);
		expect(seat.text).toBe('keep the API');
		expect(seat.notice).toBe('Turn 1 is over. Enter now starts a new turn.');
		seat.enter(ended);
		expect(seat.commands).toMatchObject([{submission: {aim: {kind: 'start'}}}]);
	});

	it('does not leave when another turn runs by now', () => {
		const seat = desk();
		seat.write('keep the API', running);
		seat.enter(next);
		expect(seat.commands).toEqual([]);
		expect(seat.notice).toBe('Turn 1 is over, and another one runs. Enter now steers turn 2.');
		seat.act(key('!'), at(next));
		expect(seat.notice).toBeUndefined();
		seat.enter(next);
		expect(seat.commands).toMatchObject([{submission: {text: 'keep the API!', aim: {turnId: 'T2'}}}]);
	});

	it('stays, with the reason, where nothing can be sent', () => {
		const seat = desk();
		seat.write('hello', empty);
		const readOnly: Situation = {...at(empty), capabilities: {queue: true, observe: true, live: true}};
		seat.act(key('enter'), readOnly);
		expect(seat.commands).toEqual([]);
		expect(seat.text).toBe('hello');
		expect(seat.notice).toContain('Read-only');
	});

	it('comes back with the reason when the server refuses it', () => {
		const seat = desk();
		seat.write('keep the API', running);
		seat.enter(running);
		seat.hear({type: 'refused', messageId: 'id0', why: 'no active turn to steer'}, ended);
		expect(seat.text).toBe('keep the API');
		expect(seat.notice).toBe('Turn 1 is over. Enter now starts a new turn.');
		expect(seat.shown(ended).messages).toEqual([]);
		seat.enter(ended);
		expect(seat.commands.map(each => each.kind === 'send' && each.submission.id)).toEqual(['id0', 'id1']);
	});

	it('waits in its line when something else is being written, until Enter in the empty composer', () => {
		const seat = desk();
		seat.write('first', running);
		seat.enter(running);
		seat.write('second', running);
		seat.hear({type: 'refused', messageId: 'id0', why: 'no'}, running);
		expect(seat.text).toBe('second');
		expect(seat.shown(running).messages).toMatchObject([{text: 'first', tone: 'bad'}]);
		seat.act(key('ctrl+u'), at(running));
		seat.enter(running);
		expect(seat.text).toBe('first');
		expect(seat.commands).toHaveLength(1);
	});

	it('whose delivery is unknown is offered by Enter after the look-up only, and sent again by a second Enter', () => {
		const seat = desk();
		seat.write('first', running);
		seat.enter(running);
		seat.hear({type: 'connectionLost'}, running);
		seat.enter(running);
		expect(seat.text).toBe('');
		seat.hear({type: 'rehydrated', thread: ended, queue: []}, ended);
		expect(seat.shown(ended).messages).toMatchObject([{state: 'not delivered: Enter offers it again'}]);
		seat.enter(ended);
		expect(seat.text).toBe('first');
		expect(seat.commands).toHaveLength(1);
		seat.enter(ended);
		expect(seat.commands).toHaveLength(2);
	});

	it('that arrives after it was given up is pointed out', () => {
		const seat = desk();
		seat.write('first', running);
		seat.enter(running);
		seat.hear({type: 'connectionLost'}, running);
		seat.hear({type: 'rehydrated', thread: ended, queue: []}, ended);
		seat.enter(ended);
		seat.hear({type: 'threadChanged', thread: fold(ended, completed(user('u', 'first', 'id0')))}, ended);
		expect(seat.notice).toContain('did arrive');
		expect(seat.text).toBe('first');
	});
});

describe('keys', () => {
	it('walk through the history where the text has no more rows', () => {
		const seat = desk();
		for (const text of ['one', 'two']) {
			seat.write(text, running);
			seat.enter(running);
		}
		seat.write('draft\nof two rows', running);
		seat.act(key('up'), at(running));
		expect(seat.text).toBe('draft\nof two rows');
		seat.act(key('up'), at(running));
		expect(seat.text).toBe('two');
		seat.act(key('ctrl+p'), at(running));
		expect(seat.text).toBe('one');
		seat.act(key('p'), at(running));
		expect(seat.text).toBe('onep');
		for (let index = 0; index < 3; index++) seat.act(key('down'), at(running));
		expect(seat.text).toBe('draft\nof two rows');
	});

	it('run commands, complete them, and refuse what is none', () => {
		const seat = desk();
		seat.write('/interrupt', running);
		seat.enter(running);
		expect(seat.commands).toEqual([{kind: 'run', command: {name: 'interrupt'}}]);
		expect(seat.text).toBe('');
		seat.write('/exp', running);
		expect(seat.shown(running).candidates).toMatchObject([{usage: '/export [file]'}]);
		seat.change(composer => complete(composer, at(running)));
		expect(seat.text).toBe('/export ');
		seat.write('\nno', running);
		seat.enter(running);
		expect(seat.notice).toContain('one line');
		expect(seat.commands).toHaveLength(1);
	});

	it('send nothing when there is nothing to send', () => {
		const seat = desk();
		seat.enter(running);
		seat.write(' \n ', running);
		seat.enter(running);
		expect(seat.commands).toEqual([]);
	});

	it('queue when that was chosen', () => {
		const seat = desk();
		seat.change(composer => toggleQueue(composer, at(running)));
		seat.write('later', running);
		expect(seat.shown(running).label).toBe('queue ▸ ');
		seat.enter(running);
		expect(seat.commands).toMatchObject([{submission: {aim: {kind: 'queue'}}}]);
		seat.hear({type: 'accepted', messageId: 'id0', turnId: undefined}, running);
		expect(seat.shown(running).messages).toMatchObject([{state: 'queued'}]);
	});

	it('name the limit when a paste is too long', () => {
		const seat = desk();
		seat.write('kept', running);
		seat.write('x'.repeat(1_048_576), running);
		expect(seat.text).toBe('kept');
		expect(seat.notice).toContain('1,048,576');
	});
});

it('whatever is pressed while turns come and go, a message leaves with the aim seen when it was last touched', () => {
	const threads = [empty, running, ended, next];
	const step = fc.record({
		input: fc.oneof({weight: 3, arbitrary: anyInput}, fc.constant(key('enter'))),
		thread: fc.constantFrom(...threads),
	});
	fc.assert(
		fc.property(fc.array(step, {maxLength: 40}), steps => {
			let composer = emptyComposer;
			let ids = 0;
			for (const {input, thread} of steps) {
				const before = composer;
				const label = presentComposer(before, at(thread), 'focused').label;
				const pressed = press(composer, input, at(thread), () => `id${ids++}`);
				composer = pressed.composer;
				if (pressed.command?.kind !== 'send') continue;
				const {aim} = pressed.command.submission;
				expect(before.seen?.kind).toBe(aim.kind);
				expect(label.startsWith(aim.kind)).toBe(true);
				expect(pressed.command.submission.text.trim()).not.toBe('');
			}
		}),
		{numRuns: 300},
	);
});
