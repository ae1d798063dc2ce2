import {expect, test} from 'vitest';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {readCommandLine} from '../../source/commands/line/command-line.ts';
import {didYouMean, withQuestion} from '../../source/commands/line/did-you-mean.ts';
import {parseDuration} from '../../source/commands/line/duration.ts';

const refusal = (argv: readonly string[]): string => {
	try {
		readCommandLine(argv);
	} catch (error) {
		if (error instanceof CommandError) {
			expect(error.exitCode).toBe(2);
			return error.message;
		}
		throw error;
	}
	throw new Error(`${argv.join(' ')} was understood`);
};

test('without a verb it is attach, with the words as they stand', () => {
	expect(readCommandLine([])).toMatchObject({verb: {name: 'attach'}, isNamed: false, words: []});
	expect(readCommandLine(['login'])).toMatchObject({verb: {name: 'attach'}, words: ['login']});
	expect(readCommandLine(['attach', 'ls'])).toMatchObject({
		verb: {name: 'attach'},
		isNamed: true,
		words: ['ls'],
	});
});

test('the word help is --help, of everything or of one verb; a thread of that name takes the verb', () => {
	expect(readCommandLine(['help'])).toMatchObject({isNamed: false, given: {help: true}});
	expect(readCommandLine(['help', 'tail'])).toMatchObject({
		verb: {name: 'tail'},
		isNamed: true,
		given: {help: true},
	});
	expect(readCommandLine(['attach', 'help'])).toMatchObject({words: ['help'], given: {help: undefined}});
});

test.each([
	['tial', 'tail'],
	['l', 'ls'],
	['intrrupt', 'interrupt'],
	['comletoins', 'completions'],
	['sends', 'send'],
])('for %s the verb %s is offered', (word, verb) => {
	expect(didYouMean(word)).toBe(` Did you mean \`jumpseat ${verb}\`?`);
	expect(refusal([word, 'login'])).toContain(`login. Did you mean \`jumpseat ${verb}\`?`);
	expect(readCommandLine([word])).toMatchObject({verb: {name: 'attach'}, words: [word]});
});

test.each(['login', 'x', '', 'taaiil', 'fix the login test'])('for %j no verb is offered', word => {
	expect(didYouMean(word)).toBe('');
});

test('the offer goes to what a lone word has come to, and to no other error', () => {
	const asked = (error: unknown, argv: readonly string[]) => withQuestion(error, readCommandLine(argv));
	const none = new CommandError(3, 'There is none.');
	expect(asked(none, ['tial'])).toMatchObject({
		exitCode: 3,
		message: 'There is none. Did you mean `jumpseat tail`?',
	});
	expect(asked(none, ['attach', 'tial'])).toBe(none);
	expect(asked(none, [])).toBe(none);
	for (const other of [new CommandError(5, 'Lost.'), new CommandError(2, 'Which?', ['tial 1'])])
		expect(asked(other, ['tial'])).toBe(other);
});

test('options may stand before, between and after the words', () => {
	for (const argv of [
		['--json', 'send', 'login', 'be quick', '--queue'],
		['send', '--json', '--queue', 'login', 'be quick'],
		['send', 'login', 'be quick', '--queue', '--json'],
	]) {
		const line = readCommandLine(argv);
		expect(line).toMatchObject({verb: {name: 'send'}, words: ['login', 'be quick']});
		expect(line.options).toMatchObject({json: true, queue: true, steer: false});
	}
});

test('what a verb takes is understood', () => {
	expect(
		readCommandLine(['tail', '--since', 'start', '--until=idle', '--events', 'item/*', '--events', 'turn/*'])
			.options,
	).toMatchObject({since: 'start', until: 'idle', events: ['item/*', 'turn/*']});
	expect(readCommandLine(['wait', '--for', 'request', '--timeout', '15m']).options).toMatchObject({
		for: 'request',
		timeoutMs: 900_000,
	});
	expect(
		readCommandLine(['answer', '3', 'send', '--field', 'a=1', '--field', 'b=x=y']).options.fields,
	).toEqual([
		['a', '1'],
		['b', 'x=y'],
	]);
	expect(readCommandLine(['send', '--', '--not-an-option']).words).toEqual(['--not-an-option']);
	expect(readCommandLine(['send', '-']).words).toEqual(['-']);
	expect(readCommandLine(['send', '7']).words).toEqual(['7']);
});

test('what is not understood is said, with what would be', () => {
	expect(refusal(['ls', 'this'])).toContain('no words');
	expect(refusal(['send'])).toContain('[thread] TEXT');
	expect(refusal(['send', 'a', 'b', 'c'])).toContain('3: a · b · c');
	expect(refusal(['send', 'x', '--since', 'now'])).toContain('no option --since');
	expect(refusal(['--queue'])).toContain('`jumpseat attach` has no option --queue');
	expect(refusal(['tail', '--since', 'ever'])).toContain('turn, start, now');
	expect(refusal(['wait', '--timeout', 'soon'])).toContain('90s');
	expect(refusal(['answer', 'accept', '--field', 'novalue'])).toContain('KEY=VALUE');
	expect(refusal(['answer', 'accept', '--field', '=x'])).toContain('KEY=VALUE');
	expect(refusal(['wait', '--for', 'idle', '--for', 'turn'])).toMatch(/for/);
});

test('one name may be a choice for one verb and a list for another', () => {
	expect(readCommandLine(['wait', '--for', 'turn'])).toMatchObject({
		given: {for: 'turn'},
		options: {for: 'turn', guests: []},
	});
	expect(readCommandLine(['share', '--for', 'Ada', '--for=Bob', '--role', 'steer']).options).toMatchObject({
		for: 'idle',
		guests: ['Ada', 'Bob'],
		role: 'steer',
	});
	expect(
		readCommandLine(['share', '--listen', 'unix://', '--listen', 'wss://[::1]:0']).options.listen,
	).toEqual(['unix://', 'wss://[::1]:0']);
	expect(readCommandLine(['relay', '--listen', '0.0.0.0:1']).options.relayAt).toBe('0.0.0.0:1');
	expect(refusal(['wait', '--for', 'Ada'])).toContain('idle, attention, turn, request');
	expect(refusal(['relay', '--listen', 'a:1', '--listen', 'b:2'])).toBe(
		'--listen was given 2 times, and is for once.',
	);
	expect(refusal(['share', '--expires', 'never'])).toContain('--expires is a time such as');
	expect(refusal(['share', '--role', 'owner'])).toContain('observe, steer, answer');
	expect(refusal(['join', '--role', 'steer'])).toContain('no option --role');
});

test('whoever asks for help gets it, whatever else was written', () => {
	expect(readCommandLine(['send', '--help'])).toMatchObject({verb: {name: 'send'}, given: {help: true}});
	expect(readCommandLine(['-v', 'ls', 'too', 'many'])).toMatchObject({given: {version: true}});
});

test('times are read as people write them', () => {
	expect(['90s', '15m', '2h', '1d', '250ms', '0.5s', '30'].map(parseDuration)).toEqual([
		90_000, 900_000, 7_200_000, 86_400_000, 250, 500, 30_000,
	]);
	// Longer than a timer can count, and it would go off at once.
	expect(['1000h', '999999999999d'].map(parseDuration)).toEqual([2_147_483_647, 2_147_483_647]);
	for (const text of ['', '0', '-1', 's', '1w', '1e3', 'NaN', '1 s'])
		expect(parseDuration(text), text).toBeUndefined();
});
