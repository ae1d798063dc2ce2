/** The quick reader of `jumpseat status` reads what it reads as meow does, and leaves the rest to it. */
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {readCommandLine} from '../../source/commands/line/command-line.ts';
import {flags} from '../../source/commands/line/flags.ts';
import type {CommandLine} from '../../source/commands/line/options.ts';
import {readPlainLine} from '../../source/commands/status/plain-line.ts';

const outcome = (read: () => CommandLine | undefined) => {
	try {
		const line = read();
		if (line === undefined) return undefined;
		const given = Object.entries(line.given).filter(
			([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
		);
		return {...line, given: Object.fromEntries(given)};
	} catch (error) {
		if (error instanceof CommandError) return {exitCode: error.exitCode, message: error.message};
		throw error;
	}
};

test.each([
	['ls'],
	['status', '--json=true'],
	['status', '-oc', 'unix://'],
	['status', '--no-json'],
	['status', '--json', '--json'],
	['status', '--'],
	['status', '-'],
	['status', '--nope'],
	['status', '--format'],
	['status', '--format', '--json'],
	['status', '--events', 'x'],
])('leaves %s to the parser', (...argv) => {
	expect(readPlainLine(argv)).toBeUndefined();
});

test('reads the usual ones', () => {
	expect(readPlainLine(['status'])).toMatchObject({verb: {name: 'status'}, isNamed: true, words: []});
	expect(readPlainLine(['status', '-o', 'login', '-c', 'unix:///s', '--format', '{title}'])).toMatchObject({
		words: ['login'],
		given: {observe: true, connect: 'unix:///s'},
		options: {format: '{title}'},
	});
});

test('what it reads, meow reads alike', () => {
	const names = flags.flatMap(({name, short}) => [
		`--${name}`,
		...(short === undefined ? [] : [`-${short}`]),
	]);
	const word = fc.oneof(
		fc.constantFrom(...names),
		fc.constantFrom(
			'login',
			'a b',
			'12',
			'1e3',
			'true',
			'{title} #[x]',
			'',
			'-',
			'--',
			'--x',
			'-ox',
			'--json=true',
		),
	);
	let read = 0;
	fc.assert(
		fc.property(fc.array(word, {maxLength: 6}), words => {
			const argv = ['status', ...words];
			const plain = outcome(() => readPlainLine(argv));
			if (plain === undefined) return;
			read += 1;
			expect(plain).toEqual(outcome(() => readCommandLine(argv)));
		}),
		{numRuns: 500},
	);
	expect(read).toBeGreaterThan(20);
});
