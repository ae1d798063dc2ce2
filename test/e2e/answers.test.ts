/**
 * Every kind of request, answered from our screen with every answer that its card offers, and once by the first
 * client while the card is open. The proof is the server's: what the model is told next, and what becomes of the item.
 */
import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {
	answerElsewhere,
	askFor,
	command,
	expectAnswered,
	fileOutside,
	methods,
	playUnasked,
	type Seat,
	takeSeat,
	untilReady,
} from './ask-scripts.ts';

const beside = ({scenario}: Seat, name: string): string => path.join(scenario.workdir, '..', name);

test('a command is answered with each answer that its card offers', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat} = seat;
	const amendment = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['printf', 'two']}};
	const cases = [
		{key: 'y', word: 'one', label: 'accept', decision: 'accept', told: /code 0.*one/, status: 'completed'},
		{
			key: 'p',
			word: 'two',
			label: 'always allow',
			decision: amendment,
			told: /code 0.*two/,
			status: 'completed',
		},
		{key: 'n', word: 'three', label: 'decline', decision: 'decline', told: /reject/, status: 'declined'},
	];
	for (const {key, word, label, decision, told, status} of cases) {
		const asked = await askFor(scenario, methods.command, command(`printf ${word}`));
		await untilReady(jumpseat, 'approve? · command', `-c 'printf ${word}'`, 'y runs it once');
		// The server did not offer it, so the card has no such key.
		jumpseat.type('a');
		jumpseat.type(key);
		await expectAnswered(seat, asked, label, {decision});
		expect(await asked.ended()).toBe('completed');
		expect(asked.told()).toMatch(told);
		expect(await asked.itemStatus()).toBe(status);
	}
	expect(await playUnasked(scenario, command('printf two'))).toMatch(/code 0.*two/);

	const cancelled = await askFor(scenario, methods.command, command('printf four'));
	await untilReady(jumpseat, 'printf four', 'c declines and ends the turn');
	jumpseat.type('c');
	await expectAnswered(seat, cancelled, 'cancel', {decision: 'cancel'});
	expect(await cancelled.ended()).toBe('interrupted');

	const elsewhere = await askFor(scenario, methods.command, command('printf five'));
	await untilReady(jumpseat, 'printf five');
	await answerElsewhere(seat, elsewhere, {decision: 'accept'});
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).toMatch(/code 0.*five/);
	expect(cancelled.told()).toMatch(/abort|reject/);
});

test('input to a running program is answered with each answer, and so is a command that wants more rights', async () => {
	const seat = await takeSeat({serverArgs: ['-c', 'features.write_stdin_approval=true']});
	const {scenario, jumpseat} = seat;
	const starts = await askFor(scenario, methods.command, {
		do: 'tool',
		name: 'exec_command',
		arguments: {
			cmd: 'cat',
			login: false,
			tty: true,
			yield_time_ms: 300,
			sandbox_permissions: 'require_escalated',
			justification: 'It talks.',
		},
	});
	await untilReady(jumpseat, '-c cat');
	jumpseat.type('y');
	expect(await starts.ended()).toBe('completed');
	const sessionId = Number(/session ID (\d+)/.exec(starts.told())?.[1]);
	const input = (word: string) =>
		({
			do: 'tool',
			name: 'write_stdin',
			arguments: {session_id: sessionId, chars: `${word}\n`, yield_time_ms: 300},
		}) as const;
	const cases = [
		{key: 'y', word: 'uno', label: 'accept', decision: 'accept', told: /uno\\r\\nuno/},
		{key: 'n', word: 'due', label: 'decline', decision: 'decline', told: /reject|denied|declined/},
	];
	for (const {key, word, label, decision, told} of cases) {
		const asked = await askFor(scenario, methods.command, input(word));
		await untilReady(jumpseat, 'input to a command', word, 'y types it once');
		jumpseat.type(key);
		await expectAnswered(seat, asked, label, {decision});
		expect(await asked.ended()).toBe('completed');
		expect(asked.told()).toMatch(told);
	}
	const elsewhere = await askFor(scenario, methods.command, input('tre'));
	await untilReady(jumpseat, 'input to a command', 'tre');
	await answerElsewhere(seat, elsewhere, {decision: 'decline'});
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).not.toContain('tre\\r\\ntre');

	const cancelled = await askFor(scenario, methods.command, input('quattro'));
	await untilReady(jumpseat, 'input to a command', 'quattro');
	jumpseat.type('c');
	await expectAnswered(seat, cancelled, 'cancel', {decision: 'cancel'});
	expect(await cancelled.ended()).toBe('interrupted');

	const file = beside(seat, 'more');
	const more = await askFor(scenario, methods.command, {
		do: 'tool',
		name: 'exec_command',
		arguments: {
			cmd: `touch ${file}`,
			login: false,
			sandbox_permissions: 'with_additional_permissions',
			additional_permissions: {file_system: {write: [path.dirname(file)]}},
			justification: 'It writes beside.',
		},
	});
	await untilReady(jumpseat, 'touch', 'also write');
	jumpseat.type('y');
	await expectAnswered(seat, more, 'accept', {decision: 'accept'});
	expect(await more.ended()).toBe('completed');
	expect(more.told()).toContain('code 0');
	expect(existsSync(file)).toBe(true);
});

test('a file change is answered with each answer, by the whole diff', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat} = seat;
	const cases = [
		{key: 'y', name: 'one.txt', label: 'accept', decision: 'accept', written: true},
		{key: 'a', name: 'two.txt', label: 'accept for the session', decision: 'acceptForSession', written: true},
		{key: 'n', name: 'three.txt', label: 'decline', decision: 'decline', written: false},
	];
	for (const {key, name, label, decision, written} of cases) {
		const asked = await askFor(
			scenario,
			methods.fileChange,
			fileOutside(name, 'first line', `of ${name}`, 'last line'),
		);
		await untilReady(jumpseat, 'approve? · file change', name, 'first line', `of ${name}`, 'last line');
		jumpseat.type(key);
		await expectAnswered(seat, asked, label, {decision});
		expect(await asked.ended()).toBe('completed');
		expect(asked.told()).toMatch(written ? /Success/ : /reject/);
		expect(await asked.itemStatus()).toBe(written ? 'completed' : 'declined');
		expect(existsSync(beside(seat, name))).toBe(written);
	}
	const patch = [
		'*** Begin Patch',
		'*** Update File: ../two.txt',
		'@@',
		'-last line',
		'+the end',
		'*** End Patch',
	];
	await playUnasked(scenario, {do: 'patch', patch: patch.join('\n')});
	expect(readFileSync(beside(seat, 'two.txt'), 'utf8')).toContain('the end');

	const cancelled = await askFor(scenario, methods.fileChange, fileOutside('four.txt', 'x'));
	await untilReady(jumpseat, 'four.txt');
	jumpseat.type('c');
	await expectAnswered(seat, cancelled, 'cancel', {decision: 'cancel'});
	expect(await cancelled.ended()).toBe('interrupted');
	expect(existsSync(beside(seat, 'four.txt'))).toBe(false);

	const elsewhere = await askFor(scenario, methods.fileChange, fileOutside('five.txt', 'x'));
	await untilReady(jumpseat, 'five.txt');
	await answerElsewhere(seat, elsewhere, {decision: 'decline'});
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).toMatch(/reject/);
	expect(existsSync(beside(seat, 'five.txt'))).toBe(false);
});

/** The server tells what was not granted by `null` or not at all. */
const dropNulls = (_key: string, value: unknown): unknown => value ?? undefined;

test('permissions are granted whole, in part, for the session, or not at all', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat} = seat;
	const fileSystem = {read: ['/srv/a'], write: ['/srv/b']};
	const ask = () =>
		askFor(scenario, methods.permissions, {
			do: 'permissions',
			reason: 'To look things up.',
			permissions: {network: {enabled: true}, file_system: fileSystem},
		});
	const entry = (access: 'read' | 'write', place: string) => ({path: {type: 'path', path: place}, access});
	const cases = [
		{
			keys: ['space', 'y'],
			result: {permissions: {network: {enabled: true}}, scope: 'turn'},
			told: {permissions: {network: {enabled: true}}, scope: 'turn'},
			label: 'grant',
		},
		{
			keys: ['down', 'down', 'space', 'down', 'right', 'y'],
			result: {
				permissions: {fileSystem: {read: null, write: ['/srv/b'], entries: [entry('write', '/srv/b')]}},
				scope: 'session',
			},
			told: {permissions: {file_system: {write: ['/srv/b']}}, scope: 'session'},
			label: 'grant',
		},
		{
			keys: ['a', 'y'],
			result: {
				permissions: {
					network: {enabled: true},
					fileSystem: {...fileSystem, entries: [entry('read', '/srv/a'), entry('write', '/srv/b')]},
				},
				scope: 'turn',
			},
			told: {permissions: {network: {enabled: true}, file_system: fileSystem}, scope: 'turn'},
			label: 'grant',
		},
		{
			keys: ['n'],
			result: {permissions: {}, scope: 'turn'},
			told: {permissions: {}, scope: 'turn'},
			label: 'decline',
		},
	] as const;
	for (const {keys, result, told, label} of cases) {
		const asked = await ask();
		await untilReady(jumpseat, 'approve? · permissions', 'use the network', 'read /srv/a', 'write /srv/b');
		// Nothing is chosen yet, so there is nothing to grant.
		jumpseat.type('y');
		await jumpseat.waitFor('Nothing is chosen yet');
		for (const key of keys) {
			if (key.length === 1) jumpseat.type(key);
			else jumpseat.press(key as 'space' | 'down' | 'right');
		}
		await expectAnswered(seat, asked, label, result);
		expect(await asked.ended()).toBe('completed');
		const [granted = ''] = asked.outputs();
		expect(JSON.parse(String(granted), dropNulls)).toEqual(told);
	}
	const elsewhere = await ask();
	await untilReady(jumpseat, 'approve? · permissions');
	await answerElsewhere(seat, elsewhere, {permissions: {network: {enabled: true}}, scope: 'turn'});
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).toContain('enabled');
});
