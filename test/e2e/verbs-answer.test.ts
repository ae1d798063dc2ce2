/**
 * `jumpseat requests` and `jumpseat answer`, built, against the real server: each kind of request is listed with the
 * words that answer it, and answered from a shell. The proof is the server's: what the model is told next.
 */
import {existsSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {type CliOptions, runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import type {RecordedFrame} from '../support/tripwire.ts';
import {
	askedAgain,
	askFor,
	colour,
	command,
	fileOutside,
	mcpServers,
	mcpTool,
	methods,
	playUnasked,
	questions,
} from './ask-scripts.ts';
import {beginTripwire, beginWith} from './support.ts';

const beginAsking = (options?: Parameters<typeof beginWith>[2]): Promise<Scenario> =>
	beginWith(['Good morning'], [], options);

const cli = ({endpoint}: Pick<Scenario, 'endpoint'>, words: readonly string[], options?: CliOptions) =>
	runCli([...words, '--connect', endpoint], options);

type Listed = {
	readonly id: number | string;
	readonly kind: string;
	readonly choices: ReadonlyArray<{readonly word: string; readonly needsFields: boolean}>;
	readonly fields: ReadonlyArray<{readonly key: string; readonly secret: boolean}>;
	readonly params: Readonly<Record<string, unknown>>;
};

const list = async (scenario: Scenario): Promise<readonly Listed[]> => {
	const {code, stdout, stderr} = await cli(scenario, ['requests', '--json']);
	expect({code, stderr}).toEqual({code: 0, stderr: stdout === '' ? 'Nothing waits for a person.\n' : ''});
	return stdout
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as Listed);
};

const answered = async (
	scenario: Scenario,
	words: readonly string[],
	options?: CliOptions,
): Promise<unknown> => {
	const {code, stdout, stderr} = await cli(scenario, ['answer', ...words, '--json'], options);
	expect({code, stderr}).toEqual({code: 0, stderr: ''});
	return JSON.parse(stdout);
};

const refusedWith = async (
	scenario: Pick<Scenario, 'endpoint'>,
	words: readonly string[],
	code: number,
	said: RegExp,
	options?: CliOptions,
): Promise<void> => {
	const ran = await cli(scenario, words, options);
	expect(ran).toEqual({code, stdout: '', stderr: expect.stringMatching(said)});
	expect(ran.stderr.endsWith('\n')).toBe(true);
};

test('commands and file changes are listed whole, and answered by their words', async () => {
	const scenario = await beginAsking();
	expect(await list(scenario)).toEqual([]);

	const one = await askFor(scenario, methods.command, command('printf one'));
	const text = (await cli(scenario, ['requests'])).stdout;
	expect(text).toMatch(/^0 {2}command · asked /);
	for (const part of [
		"-c 'printf one'",
		'It needs to leave the sandbox.',
		'accept ',
		'always-allow ',
		'decline ',
		'cancel ',
	])
		expect(text).toContain(part);
	expect(await list(scenario)).toMatchObject([{id: 0, kind: 'command', params: one.params}]);
	expect(await answered(scenario, ['accept'])).toEqual({
		jumpseat: 1,
		type: 'jumpseat/answered',
		id: 0,
		word: 'accept',
		outcome: 'here',
	});
	expect(await one.ended()).toBe('completed');
	expect(one.told()).toMatch(/code 0.*one/);

	const two = await askFor(scenario, methods.command, command('printf two'));
	expect(await answered(scenario, ['only', 'always-allow'])).toMatchObject({id: two.id});
	expect(await two.ended()).toBe('completed');
	expect(await playUnasked(scenario, command('printf two'))).toMatch(/code 0.*two/);

	const three = await askFor(scenario, methods.command, command('printf three'));
	expect(await answered(scenario, [scenario.pilot.threadId(), String(three.id), 'decline'])).toMatchObject({
		word: 'decline',
	});
	expect(await three.ended()).toBe('completed');
	expect(three.told()).toMatch(/reject/);

	const four = await askFor(scenario, methods.command, command('printf four'));
	await answered(scenario, ['cancel']);
	expect(await four.ended()).toBe('interrupted');

	const beside = path.join(scenario.workdir, '..', 'five.txt');
	const five = await askFor(scenario, methods.fileChange, fileOutside('five.txt', 'first', 'last'));
	const diff = (await cli(scenario, ['requests'])).stdout;
	for (const part of ['five.txt', '+first', '+last']) expect(diff).toContain(part);
	await answered(scenario, ['accept']);
	expect(await five.ended()).toBe('completed');
	expect(existsSync(beside)).toBe(true);

	const six = await askFor(scenario, methods.fileChange, fileOutside('six.txt', 'x'));
	await answered(scenario, ['decline']);
	expect(await six.ended()).toBe('completed');
	expect(six.told()).toMatch(/reject/);
	expect(existsSync(path.join(scenario.workdir, '..', 'six.txt'))).toBe(false);
});

test('permissions are granted line by line, and questions answered field by field', async () => {
	const scenario = await beginAsking();
	const permissions = () =>
		askFor(scenario, methods.permissions, {
			do: 'permissions',
			reason: 'To look things up.',
			permissions: {network: {enabled: true}, file_system: {read: ['/srv/a'], write: ['/srv/b']}},
		});
	const told = (outputs: readonly unknown[]): unknown =>
		JSON.parse(String(outputs[0]), (_key, value: unknown) => value ?? undefined);

	const part = await permissions();
	const [listed] = await list(scenario);
	expect(listed?.fields.map(({key}) => key)).toEqual(['network', 'read /srv/a', 'write /srv/b', 'scope']);
	expect(listed?.choices).toMatchObject([
		{word: 'grant', needsFields: true},
		{word: 'decline', needsFields: false},
	]);
	await refusedWith(scenario, ['answer', 'grant'], 2, /^Request 0: no line of it is granted yet.*\n$/);
	await answered(scenario, ['grant', '--field', 'write /srv/b=yes', '--field', 'scope=session']);
	expect(await part.ended()).toBe('completed');
	expect(told(part.outputs())).toEqual({permissions: {file_system: {write: ['/srv/b']}}, scope: 'session'});

	const network = await permissions();
	await answered(scenario, ['grant', '--field', 'network=yes', '--field', 'read /srv/a=no']);
	expect(await network.ended()).toBe('completed');
	expect(told(network.outputs())).toEqual({permissions: {network: {enabled: true}}, scope: 'turn'});

	const none = await permissions();
	await answered(scenario, ['decline']);
	expect(await none.ended()).toBe('completed');
	expect(told(none.outputs())).toEqual({permissions: {}, scope: 'turn'});

	const secret = 'hunter2-and-more';
	const several = await askFor(
		scenario,
		methods.question,
		questions(
			colour,
			{...colour, id: 'shape', header: 'Shape', question: 'Which shape?'},
			{...colour, id: 'key', header: 'Key', question: 'Which key?', isSecret: true},
		),
	);
	const id = String(several.id);
	const text = (await cli(scenario, ['requests'])).stdout;
	for (const said of ['Which shape?', 'Like a rose', "--field 'colour=blue|red'", "'key:other=-'"])
		expect(text).toContain(said);
	const others = ['--field', 'colour=red', '--field', 'shape:other=yes: grün 🟢'];
	await refusedWith(scenario, ['answer', id, 'send', '--field', 'colour=green'], 2, /is one of: blue, red/);
	await refusedWith(
		scenario,
		['answer', 'send', '--field', 'colour=red'],
		2,
		/“Shape: Which shape\?” needs a choice/,
	);
	await refusedWith(
		scenario,
		['answer', 'send', '--field', 'size=1'],
		2,
		/no such field.*colour, colour:other, shape/,
	);
	await refusedWith(scenario, ['answer', 'decline', ...others], 2, /takes no --field with decline/);
	const spoken = await cli(scenario, ['answer', 'send', ...others, '--field', `key:other=${secret}`]);
	expect(spoken).toMatchObject({code: 2, stdout: ''});
	expect(spoken.stderr).toMatch(/--field key:other=- reads it from standard input/);
	expect(spoken.stderr).not.toContain(secret);
	await answered(scenario, [id, 'send', ...others, '--field', 'key:other=-'], {stdin: `${secret}\n`});
	expect(await several.ended()).toBe('completed');
	expect(JSON.parse(String(several.outputs()[0]))).toEqual({
		answers: {colour: {answers: ['red']}, shape: {answers: ['yes: grün 🟢']}, key: {answers: [secret]}},
	});

	const declined = await askFor(scenario, methods.question, questions(colour));
	await answered(scenario, ['decline']);
	expect(await declined.ended()).toBe('completed');
	expect(declined.told()).not.toMatch(/blue|red/);
});

test('the tool of an MCP server, its form and its address are answered', async () => {
	const scenario = await beginAsking(mcpServers('asks'));
	const look = await askFor(scenario, methods.elicitation, mcpTool('asks', 'look'));
	await answered(scenario, ['decline']);
	expect(await look.ended()).toBe('completed');
	expect(look.told()).toMatch(/reject|declin|denied/);

	const book = await askFor(scenario, methods.elicitation, mcpTool('asks', 'book'));
	await answered(scenario, ['accept-for-session']);
	const form = await askedAgain(scenario, methods.elicitation, book.turnId);
	const fields = (values: Readonly<Record<string, string>>): readonly string[] =>
		Object.entries(values).flatMap(([key, value]) => ['--field', `${key}=${value}`]);
	const good = {guest: 'Ada', nights: '2', room: 'double', breakfast: 'yes', mail: 'ada@example.org'};
	await refusedWith(
		scenario,
		['answer', 'send', ...fields({...good, mail: 'nonsense'})],
		2,
		/“Mail” must be an e-mail address/,
	);
	await refusedWith(
		scenario,
		['answer', 'send', ...fields({...good, nights: '2.5'})],
		2,
		/“Nights” must be a whole number/,
	);
	await answered(scenario, ['send', ...fields(good)]);
	expect(await form.ended()).toBe('completed');
	for (const said of ['Ada', 'double', '\\"nights\\":2']) expect(book.told()).toContain(said);

	const visit = await askFor(scenario, methods.elicitation, mcpTool('asks', 'visit'));
	await answered(scenario, ['accept']);
	const address = await askedAgain(scenario, methods.elicitation, visit.turnId);
	expect((await cli(scenario, ['requests'])).stdout).toContain('leads to example.org');
	await answered(scenario, ['accept']);
	expect(await address.ended()).toBe('completed');
	expect(visit.told()).toContain('accept');
});

test('of two requests at once one has to be named, and of two seats one is first', async () => {
	const scenario = await beginAsking();
	const first = await askFor(scenario, methods.command, command('printf uno'), command('printf due'));
	const second = await askedAgain(scenario, methods.command, first.turnId);
	const listed = await list(scenario);
	expect(listed.map(({id}) => id)).toEqual([first.id, second.id]);
	for (const words of [['accept'], ['only', 'accept']]) {
		const ran = await cli(scenario, ['answer', ...words]);
		expect(ran).toMatchObject({code: 2, stdout: ''});
		const [sentence, ...candidates] = ran.stderr.trimEnd().split('\n');
		expect(sentence).toBe('Several requests wait. Say which, by its id:');
		expect(candidates).toEqual([
			expect.stringMatching(/^ {2}0 {2}command {2}.*printf (uno|due)/),
			expect.stringMatching(/^ {2}1 {2}command {2}.*printf (uno|due)/),
		]);
	}
	await answered(scenario, [String(second.id), 'decline']);
	await refusedWith(scenario, ['answer', String(second.id), 'accept'], 4, /^Request 1 is not open: .*\n$/);
	await answered(scenario, ['accept']);
	expect(await first.ended()).toBe('completed');
	// They are asked in any order.
	const [word] = /uno|due/.exec(String(first.params.command)) ?? [];
	expect(first.told()).toMatch(new RegExp(`code 0.*${word}`));
	expect(first.told()).toMatch(/reject/);

	// The first client is faster.
	const elsewhere = await askFor(scenario, methods.command, command('printf tre'));
	scenario.pilot.client.respond(elsewhere.id, {decision: 'accept'});
	await elsewhere.ended();
	await refusedWith(scenario, ['answer', String(elsewhere.id), 'decline'], 4, /^Request 2 is not open/);
	await refusedWith(scenario, ['answer', 'decline'], 4, /^Nothing waits for an answer\.\n$/);

	// Two seats at the same time: what becomes of the file says whose answer counted.
	for (const name of ['a.txt', 'b.txt', 'c.txt']) {
		const raced = await askFor(scenario, methods.fileChange, fileOutside(name, 'x'));
		const words = ['accept', 'decline'] as const;
		const both = await Promise.all(words.map(word => cli(scenario, ['answer', String(raced.id), word])));
		await raced.ended();
		const isWritten = existsSync(path.join(scenario.workdir, '..', name));
		expect(both.map(({code}) => code)).toEqual(isWritten ? [0, 4] : [4, 0]);
	}
});

test('what cannot be is refused with its code, in one line, and nothing is printed', async () => {
	const scenario = await beginAsking({listen: 'tcp'});
	const asked = await askFor(scenario, methods.command, command('printf one'));
	const asking = scenario.pilot.threadId();
	await refusedWith({endpoint: 'unix:///nowhere/at/all.sock'}, ['requests'], 3, /^[^\n]+\n$/);
	await refusedWith({endpoint: 'unix:///nowhere/at/all.sock'}, ['answer', 'accept'], 3, /^[^\n]+\n$/);
	for (const words of [
		['requests', 'nonesuch'],
		['answer', 'nonesuch', 'only', 'accept'],
	])
		await refusedWith(scenario, words, 3, /^There is no thread "nonesuch"[^\n]+\n$/);
	await refusedWith(scenario, ['answer', 'acept'], 2, /^"acept" is no answer\. [^\n]+\n$/);
	await refusedWith(
		scenario,
		['answer', 'grant'],
		4,
		/^Request 0 does not offer grant\. It offers accept, [^\n]+\n$/,
	);
	await refusedWith(scenario, ['answer', '7', 'accept'], 4, /^Request 7 is not open[^\n]+\n$/);
	await refusedWith(scenario, ['answer', 'accept', '--observe'], 4, /^Read-only[^\n]+\n$/);
	await refusedWith(
		scenario,
		['answer', 'accept', '--field', 'a=-', '--field', 'b=-'],
		2,
		/^Only one [^\n]+\n$/,
	);
	await refusedWith(
		scenario,
		['answer', 'accept', '--field', 'a=b'],
		2,
		/^Request 0 takes no --field[^\n]+\n$/,
	);
	// Nothing of all that has answered it.
	expect((await list(scenario)).map(({id}) => id)).toEqual([asked.id]);

	await scenario.pilot.startThread();
	await scenario.pilot.play('Good evening');
	for (const words of [['requests'], ['answer', 'accept']])
		await refusedWith(scenario, words, 2, /^Several threads are live\./);
	await answered(scenario, [asking, 'only', 'cancel']);
	expect(await asked.ended()).toBe('interrupted');
});

test('an answer that is lost with its connection is not known, and is not sent again', async () => {
	const scenario = await beginAsking();
	const tripwire = await beginTripwire(scenario);
	const asked = await askFor(scenario, methods.command, command('printf one'));
	const through = {endpoint: tripwire.endpoint};
	const isAnswer = ({from, frame}: RecordedFrame): boolean =>
		from === 'client' && frame?.result !== undefined;

	expect(await cli(through, ['requests'])).toMatchObject({code: 0});
	expect(new Set(tripwire.sentMethods())).toEqual(
		new Set([
			'initialize',
			'initialized',
			'thread/list',
			'thread/resume',
			'thread/backgroundTerminals/list',
			'thread/queue/list',
			'thread/unsubscribe',
		]),
	);

	const lost = /^The connection was lost after the answer to request 0 was sent: [^\n]+\n$/;
	tripwire.judge(frame => (isAnswer(frame) ? 'cutBefore' : 'pass'));
	await refusedWith(through, ['answer', 'accept'], 5, lost);
	expect((await list(scenario)).map(({id}) => id)).toEqual([asked.id]);

	tripwire.judge(frame => (isAnswer(frame) ? 'cutAfter' : 'pass'));
	await refusedWith(through, ['answer', 'accept'], 5, lost);
	expect(await asked.ended()).toBe('completed');
	expect(asked.told()).toMatch(/code 0.*one/);
	expect(tripwire.frames().filter(isAnswer)).toHaveLength(2);
});
