import {expect, test} from 'vitest';
import {createOutlet, type DescriptorWriter} from '../../source/screen/outlet.ts';
import {createFakeClock} from './fake-terminal.ts';

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), {code});

/** A descriptor that gives the listed answers in turn: so many bytes taken, or an error. */
const createDescriptor = (answers: ReadonlyArray<number | string>) => {
	const taken: string[] = [];
	const left = [...answers];
	const next = (buffer: Buffer, offset: number, length: number): number => {
		const answer = left.shift() ?? length;
		if (typeof answer === 'string') throw failure(answer);
		const written = Math.min(answer, length);
		taken.push(buffer.toString('utf8', offset, offset + written));
		return written;
	};
	const writer: DescriptorWriter = {
		write(_, buffer, offset, length, done) {
			try {
				done(null, next(buffer, offset, length));
			} catch (error) {
				done(error as NodeJS.ErrnoException, 0);
			}
		},
		writeSync: (_, buffer, offset, length) => next(buffer, offset, length),
	};
	return {writer, taken};
};

const createOutletOn = (writer: DescriptorWriter) => {
	const clock = createFakeClock();
	const outlet = createOutlet({
		descriptor: 1,
		clock,
		writer,
		size: () => ({columns: 80, rows: 24}),
		onResize: () => () => {},
	});
	return {clock, outlet};
};

test('writes on where the terminal stopped taking, and again when it was busy', () => {
	const {writer, taken} = createDescriptor([3, 'EAGAIN', 'EAGAIN', 2]);
	const {clock, outlet} = createOutletOn(writer);
	const ends: Array<Error | undefined> = [];
	outlet.write('abcdefgh', error => ends.push(error));
	expect(taken).toEqual(['abc']);
	expect(ends).toEqual([]);
	clock.advance(10);
	expect(taken).toEqual(['abc', 'de', 'fgh']);
	expect(ends).toEqual([undefined]);
});

test('reports a terminal that is gone', () => {
	const {outlet} = createOutletOn(createDescriptor(['EIO']).writer);
	const ends: Array<Error | undefined> = [];
	outlet.write('x', error => ends.push(error));
	expect(ends).toMatchObject([{code: 'EIO'}]);
});

test('the synchronous way out drops what was under way and tries again while the terminal is busy', () => {
	const {writer, taken} = createDescriptor(['EAGAIN', 'EAGAIN', 2, 'EAGAIN', 9]);
	const {clock, outlet} = createOutletOn(writer);
	let ended = false;
	outlet.write('frame', () => {
		ended = true;
	});
	outlet.writeSync('restore');
	clock.advance(1000);
	expect(taken).toEqual(['re', 'store']);
	expect(ended).toBe(false);
});

test('the synchronous way out gives up on a terminal that takes nothing, or is gone', () => {
	const stuck = createDescriptor(Array.from({length: 1000}, () => 'EAGAIN'));
	createOutletOn(stuck.writer).outlet.writeSync('restore');
	const lost = createDescriptor(['EIO', 100]);
	createOutletOn(lost.writer).outlet.writeSync('restore');
	expect([...stuck.taken, ...lost.taken]).toEqual([]);
});
