import {describe, expect, test} from 'vitest';
import {createTerminal} from '../../source/screen/driver.ts';
import type {Frame, Size} from '../../source/screen/frame.ts';
import type {InputEvent} from '../../source/screen/input.ts';
import type {Row} from '../../source/view/row.ts';
import {createFakeClock, createFakeOutput, FakeInput} from './fake-terminal.ts';

const size: Size = {columns: 20, rows: 3};
const fence = '\u001B[5n';
const answer = '\u001B[0n';
const row = (text: string): Row => [{text, sgr: ''}];
const frame = (...texts: readonly string[]): Frame => ({
	size,
	rows: Array.from({length: size.rows}, (_, index) => row(texts[index] ?? '')),
	cursor: undefined,
});
const tall: Size = {columns: 120, rows: 60};
const tallFrame = (mark: string): Frame => ({
	size: tall,
	rows: Array.from({length: tall.rows}, (_, index) => row(`${index} ${mark.repeat(110)}`)),
	cursor: undefined,
});

const start = (env: Record<string, string> = {}, initial = size) => {
	const clock = createFakeClock();
	const input = new FakeInput();
	const output = createFakeOutput(initial);
	const terminal = createTerminal({input, output, env, clock});
	const last = (): string => output.written.at(-1) ?? '';
	return {clock, input, output, terminal, last};
};

/** Entered, with a first frame that the terminal has confirmed. */
const startFenced = (initial = size, first: Frame = frame('first')) => {
	const all = start({}, initial);
	all.terminal.enter();
	all.terminal.show(first, 'stream');
	all.clock.advance(10);
	all.input.type(answer);
	all.clock.advance(100);
	return all;
};

describe('entering and leaving', () => {
	test('leaving undoes in the terminal all that entering did', () => {
		const {terminal, output, input} = start();
		terminal.enter();
		terminal.setMouse('wheel');
		terminal.setTitle('a thread');
		const entered = output.written.join('');
		terminal.leaveSync([row('last line')]);
		const left = output.writtenSync.join('');
		for (const [on, off] of [
			['\u001B[?1049h', '\u001B[?1049l'],
			['\u001B[?7l', '\u001B[?7h'],
			['\u001B[?2004h', '\u001B[?2004l'],
			['\u001B[?1004h', '\u001B[?1004l'],
			['\u001B[?25l', '\u001B[?25h'],
			['\u001B[?1000h', '\u001B[?1000l'],
			['\u001B[?1006h', '\u001B[?1006l'],
			['\u001B[22;2t', '\u001B[23;2t'],
		] as const) {
			expect(entered).toContain(on);
			expect(left).toContain(off);
		}

		expect(left.indexOf('\u001B[?1049l')).toBeLessThan(left.indexOf('last line\r\n'));
		expect(input.rawModes).toEqual([true, false]);
		expect(input.isPaused).toBe(true);
		expect(input.listenerCount('data')).toBe(0);
	});

	test('leaves once, however often and in whatever way it is told', async () => {
		const {terminal, output} = startFenced();
		await terminal.leave();
		await terminal.leave();
		terminal.leaveSync();
		terminal.show(frame('too late'), 'input');
		terminal.bell();
		expect(output.writtenSync).toHaveLength(1);
		expect(output.written.join('')).not.toContain('too late');
	});

	test('has nothing to restore before it entered', () => {
		const {terminal, output, input} = start();
		terminal.leaveSync();
		expect(output.writtenSync).toEqual([]);
		expect(input.rawModes).toEqual([]);
	});

	test('waits for the answer that is due, so that it does not end up in the shell', async () => {
		const {terminal, output, input} = startFenced();
		terminal.show(frame('second'), 'stream');
		const left = terminal.leave();
		expect(output.writtenSync).toEqual([]);
		input.type(answer);
		await left;
		expect(output.writtenSync).toHaveLength(1);
	});

	test('does not wait for an answer forever', async () => {
		const {terminal, output, clock} = startFenced();
		terminal.show(frame('second'), 'stream');
		const left = terminal.leave();
		clock.advance(300);
		await left;
		expect(output.writtenSync).toHaveLength(1);
	});

	test('closes a sequence that a cut write may have left open', () => {
		const {terminal, output} = startFenced();
		output.drainsAtOnce = false;
		terminal.show(frame('cut'), 'input');
		terminal.leaveSync();
		expect(output.writtenSync[0]?.startsWith('\u001B\\')).toBe(true);
	});

	test('the lines left behind carry their looks and nothing hostile', () => {
		const {terminal, output} = start();
		terminal.enter();
		terminal.leaveSync([[{text: 'red\u001B[2J', sgr: '31'}]]);
		expect(output.writtenSync[0]).toContain('\u001B[31mred\uFFFD[2J\u001B[m\r\n');
	});

	test('suspending gives the screen back and resuming takes it again, whole', async () => {
		const {terminal, output, input, last} = startFenced();
		terminal.setMouse('wheel');
		expect(await terminal.suspend()).toBe(true);
		expect(output.writtenSync[0]).toContain('\u001B[?1049l');
		terminal.show(frame('meanwhile'), 'input');
		expect(last()).not.toContain('meanwhile');
		terminal.resume();
		const resumed = output.written.slice(-2).join('');
		expect(resumed).toContain('\u001B[?1049h');
		expect(resumed).toContain('\u001B[?1000h');
		expect(resumed).toContain('meanwhile');
		expect(input.rawModes).toEqual([true, false, true]);
		expect(input.listenerCount('data')).toBe(1);
	});

	test('suspending waits for the answer that is due, and gives way to leaving', async () => {
		const {terminal, output, input, clock} = startFenced();
		terminal.show(frame('second'), 'stream');
		const suspended = terminal.suspend();
		expect(output.writtenSync).toEqual([]);
		input.type(answer);
		expect(await suspended).toBe(true);
		expect(output.writtenSync).toHaveLength(1);
		terminal.resume();
		terminal.show(frame('third'), 'input');
		const interrupted = terminal.suspend();
		await terminal.leave();
		clock.advance(300);
		expect(await interrupted).toBe(false);
		expect(output.writtenSync).toHaveLength(2);
	});
});

describe('the fence', () => {
	test('holds the next frame back until the terminal has answered', () => {
		const {terminal, input, last} = startFenced();
		terminal.show(frame('second'), 'stream');
		expect(last()).toContain('second');
		expect(last().endsWith(fence)).toBe(true);
		terminal.show(frame('third'), 'stream');
		expect(last()).not.toContain('third');
		input.type(answer);
		expect(last()).not.toContain('third');
	});

	test('lets the newest frame through, and only that, once it opens', () => {
		const {terminal, input, clock, output} = startFenced();
		terminal.show(frame('first', 'a'), 'stream');
		for (const text of ['b', 'c', 'd']) terminal.show(frame('first', text), 'stream');
		clock.advance(100);
		input.type(answer);
		const all = output.written.join('');
		expect(all.slice(all.lastIndexOf('a'))).toBe(`a${fence}\rd${fence}`);
		expect(terminal.stats().framesSkipped).toBe(2);
	});

	test('lets input through at once', () => {
		const {terminal, last} = startFenced();
		terminal.show(frame('stream'), 'stream');
		terminal.show(frame('stream', 'typed'), 'input');
		expect(last()).toContain('typed');
	});

	test('keeps input urgent when a stream frame replaces it before it is painted', () => {
		const {terminal, output, last} = startFenced();
		output.drainsAtOnce = false;
		terminal.show(frame('stream'), 'stream');
		terminal.show(frame('typed'), 'input');
		terminal.show(frame('typed', 'streamed'), 'stream');
		output.drain();
		expect(last()).toContain('streamed');
	});

	test('makes even input wait behind more than the terminal has taken', () => {
		const {terminal, last, input} = startFenced(tall, tallFrame('a'));
		terminal.show(tallFrame('b'), 'input');
		terminal.show(tallFrame('c'), 'input');
		expect(last()).toContain('bbb');
		input.type(answer);
		expect(last()).toContain('ccc');
	});

	test('is given up when no answer comes in the first second', () => {
		const {terminal, clock, last, output} = start();
		terminal.enter();
		terminal.show(frame('first'), 'stream');
		terminal.show(frame('second'), 'stream');
		clock.advance(999);
		expect(last()).not.toContain('second');
		clock.advance(2);
		expect(last()).toContain('second');
		expect(last()).not.toContain(fence);
		expect(terminal.stats().fence).toBe('drainOnly');
		clock.advance(40);
		terminal.show(frame('third'), 'stream');
		expect(output.written.at(-1)).toContain('third');
	});

	test('comes back with a late first answer', () => {
		const {terminal, clock, input} = start();
		terminal.enter();
		terminal.show(frame('first'), 'stream');
		terminal.show(frame('second'), 'stream');
		clock.advance(1500);
		input.type(answer);
		expect(terminal.stats().fence).toBe('fenced');
	});

	test('does not hold frames for good when answers stop', () => {
		const {terminal, clock, last, input} = startFenced();
		terminal.show(frame('second'), 'stream');
		terminal.show(frame('third'), 'stream');
		clock.advance(5000);
		expect(last()).toContain('third');
		expect(terminal.stats().fence).toBe('drainOnly');
		input.type(answer);
		expect(terminal.stats().fence).toBe('fenced');
	});

	test('measures the round trip and slows the stream down on a slow link', () => {
		const {terminal, clock, last, input} = startFenced();
		for (let count = 0; count < 10; count++) {
			terminal.show(frame(`slow ${count}`), 'stream');
			clock.advance(200);
			input.type(answer);
			clock.advance(200);
		}

		expect(terminal.stats().fenceRoundTripMs).toBeGreaterThan(150);
		terminal.show(frame('now'), 'stream');
		input.type(answer);
		terminal.show(frame('later'), 'stream');
		clock.advance(90);
		expect(last()).not.toContain('later');
		clock.advance(20);
		expect(last()).toContain('later');
	});
});

describe('writing', () => {
	test('streams at most thirty frames a second', () => {
		const {terminal, clock, input} = startFenced();
		const before = terminal.stats().frames;
		for (let millisecond = 0; millisecond < 1000; millisecond++) {
			terminal.show(frame(`tick ${millisecond}`), 'stream');
			clock.advance(1);
			input.type(answer);
		}

		expect(terminal.stats().frames - before).toBeGreaterThan(25);
		expect(terminal.stats().frames - before).toBeLessThanOrEqual(31);
	});

	test('never starts a frame while one is not drained, not even for input', () => {
		const {terminal, output, last} = startFenced();
		output.drainsAtOnce = false;
		terminal.show(frame('stuck'), 'input');
		terminal.show(frame('older'), 'input');
		terminal.show(frame('newest'), 'input');
		expect(last()).toContain('stuck');
		output.drain();
		expect(last()).toContain('newest');
		expect(output.written.join('')).not.toContain('older');
	});

	test('keeps control sequences in order with the frames', () => {
		const {terminal, output, last} = startFenced();
		output.drainsAtOnce = false;
		terminal.show(frame('one'), 'input');
		terminal.bell();
		terminal.setTitle('t');
		expect(last()).toContain('one');
		output.drain();
		expect(last()).toBe('\u0007\u001B[22;2t\u001B]2;t\u0007');
	});

	test('a repaint writes every row again', () => {
		const {terminal, last, input} = startFenced(size, frame('first', 'second'));
		terminal.repaint();
		expect(last()).toContain('first');
		expect(last()).toContain('second');
		input.type(`${answer}\u001B[O\u001B[I`);
		expect(last()).toContain('second');
	});

	test('a frame that does not fit the terminal is not painted', () => {
		const {terminal, output, last} = startFenced();
		const sizes: Size[] = [];
		terminal.onResize(next => sizes.push(next));
		output.resize({columns: 10, rows: 2});
		terminal.show(frame('too wide'), 'input');
		expect(last()).not.toContain('too wide');
		expect(sizes).toEqual([{columns: 10, rows: 2}]);
		terminal.show({size: {columns: 10, rows: 2}, rows: [row('fits')], cursor: undefined}, 'input');
		expect(last()).toContain('fits');
	});

	test('uses synchronized output once the terminal says that it knows it', () => {
		const {terminal, input, last} = startFenced();
		input.type('\u001B[?2026;2$y');
		expect(terminal.stats().synchronized).toBe(true);
		terminal.repaint();
		expect(last()).toContain('\u001B[?2026h');
	});

	test('does not use it where the terminal does not know it', () => {
		const {terminal, input} = startFenced();
		input.type('\u001B[?2026;0$y');
		expect(terminal.stats().synchronized).toBe(false);
	});
});

describe('a terminal that goes away', () => {
	test.each(['EIO', 'EPIPE'])('is reported once when writing fails with %s', code => {
		const {terminal, output} = startFenced();
		let times = 0;
		terminal.onGone(() => times++);
		output.drainsAtOnce = false;
		terminal.show(frame('into the void'), 'input');
		output.drain(Object.assign(new Error(code), {code}));
		terminal.show(frame('more'), 'input');
		terminal.leaveSync([row('nobody reads this')]);
		expect(times).toBe(1);
		expect(output.writtenSync).toEqual([]);
	});

	test('is reported when reading ends', () => {
		const {terminal, input} = startFenced();
		let times = 0;
		terminal.onGone(() => times++);
		input.emit('end');
		input.emit('close');
		expect(times).toBe(1);
	});
});

describe('input', () => {
	const collect = (terminal: ReturnType<typeof start>['terminal']): InputEvent[] => {
		const events: InputEvent[] = [];
		terminal.onInput(event => events.push(event));
		return events;
	};

	test('keys reach every listener until it is disposed of; answers reach none', () => {
		const {terminal, input} = startFenced();
		const events = collect(terminal);
		const dispose = terminal.onInput(() => {
			throw new Error('disposed of');
		});
		dispose();
		input.type(`a${answer}b`);
		expect(events.map(event => event.type === 'key' && event.text)).toEqual(['a', 'b']);
	});

	test('a lone Escape is a key after a moment, and the start of a sequence before', () => {
		const {terminal, input, clock} = startFenced();
		const events = collect(terminal);
		input.type('\u001B');
		clock.advance(30);
		expect(events).toEqual([]);
		input.type('[A');
		expect(events.map(event => event.type === 'key' && event.name)).toEqual(['up']);
		input.type('\u001B');
		clock.advance(300);
		expect(events.map(event => event.type === 'key' && event.name)).toEqual(['up', 'escape']);
	});

	test('a character cut between two reads stays whole', () => {
		const {terminal, input} = startFenced();
		const events = collect(terminal);
		const bytes = Buffer.from('世');
		input.emit('data', bytes.subarray(0, 1));
		input.emit('data', bytes.subarray(1));
		expect(events.map(event => event.type === 'key' && event.text)).toEqual(['世']);
	});
});

describe('who looks', () => {
	const focusIn = (env: Record<string, string>) => {
		const {terminal, input} = start(env);
		const told: boolean[] = [];
		terminal.onInput(event => {
			if (event.type === 'focus') told.push(event.focused);
		});
		terminal.enter();
		return {terminal, input, told};
	};

	test('in tmux nobody is known to look until tmux says so: with focus-events off it never does', () => {
		const {input, told} = focusIn({TMUX: '1'});
		expect(told).toEqual([false]);
		input.type('\u001B[I');
		expect(told).toEqual([false, true]);
	});

	test('what tmux has said is not doubted when its name comes later', () => {
		const {input, told} = focusIn({TERM: 'screen'});
		input.type('\u001B[I\u001BP>|tmux 3.5\u001B\\');
		expect(told).toEqual([true]);
		const silent = focusIn({TERM: 'screen'});
		silent.input.type('\u001BP>|tmux 3.5\u001B\\');
		expect(silent.told).toEqual([false]);
	});

	test('elsewhere a terminal says only what changes, and whoever began looks', () => {
		expect(focusIn({}).told).toEqual([]);
	});
});

describe('messages to the terminal', () => {
	test('texts cannot break out of their sequence', () => {
		const {terminal, output} = start({TMUX: '/tmp/tmux'});
		terminal.enter();
		const before = output.written.length;
		terminal.setTitle('a\u0007\u001B]52;c;AAAA\u0007');
		terminal.notify('b\u001B\\\u009C');
		const sent = output.written.slice(before).join('');
		expect(sent).toContain('\u001B]2;a\uFFFD\uFFFD]52;c;AAAA\uFFFD\u0007');
		expect(sent).toContain('\u001BPtmux;\u001B\u001B]9;b\uFFFD\\\uFFFD\u0007\u001B\\');
	});

	test('a notification cannot be a ConEmu command', () => {
		const {terminal, last} = start();
		terminal.enter();
		terminal.notify('4;1;50');
		expect(last()).toBe('\u001B]9; 4;1;50\u0007');
	});

	test('copying sends base64, also past tmux, and refuses what terminals refuse', () => {
		const plain = start();
		plain.terminal.enter();
		expect(plain.terminal.copy('héllo')).toBe('sent');
		expect(plain.last()).toBe(`\u001B]52;c;${Buffer.from('héllo').toString('base64')}\u0007`);
		expect(plain.terminal.copy('x'.repeat(60_000))).toBe('tooLarge');
		const tmux = start({TMUX: '1'});
		tmux.terminal.enter();
		tmux.terminal.copy('x');
		expect(tmux.last()).toBe('\u001B]52;c;eA==\u0007\u001BPtmux;\u001B\u001B]52;c;eA==\u0007\u001B\\');
	});

	test('a tmux on the other side of ssh is known by its TERM, or by its answer', () => {
		const wrapped = '\u001BPtmux;\u001B\u001B]9;x\u0007\u001B\\';
		for (const env of [{TERM: 'tmux-256color'}, {TERM: 'screen-256color'}]) {
			const {terminal, input, output, last} = start(env);
			terminal.enter();
			const isAsked = output.written.join('').includes('\u001B[>q');
			expect(isAsked).toBe(env.TERM === 'screen-256color');
			if (isAsked) input.type('\u001BP>|tmux 3.5\u001B\\');
			terminal.notify('x');
			expect(last()).toBe(wrapped);
		}
	});

	test('GNU screen, and a terminal of another name, get no sequence of tmux', () => {
		for (const env of [{TERM: 'screen', STY: '1.tty'}, {TERM: 'screen'}, {TERM: 'xterm-256color'}]) {
			const {terminal, input, last} = start(env);
			terminal.enter();
			input.type('\u001BP>|XTerm(380)\u001B\\');
			terminal.notify('x');
			expect(last()).toBe('\u001B]9;x\u0007');
		}
	});

	test('the same title is not sent twice', () => {
		const {terminal, output} = start();
		terminal.enter();
		terminal.setTitle('same');
		const count = output.written.length;
		terminal.setTitle('same');
		expect(output.written).toHaveLength(count);
	});
});
