/** What is written on the command line of a share, and what is said of it: pure parts. */
import {expect, test} from 'vitest';
import {isPermanent} from '../../source/app-server/failures.ts';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {readCommandLine} from '../../source/commands/line/command-line.ts';
import {chooseShare, orderOf} from '../../source/commands/share/control.ts';
import {groupId} from '../../source/commands/share/group.ts';
import {joinFailure} from '../../source/commands/share/join-words.ts';
import {parsePlace, parseRelay} from '../../source/commands/share/listen.ts';
import {newsSentence} from '../../source/commands/share/news-words.ts';
import {share} from '../../source/commands/share/share.ts';
import {descriptionLines, joinLine} from '../../source/commands/share/share-words.ts';
import type {ShareNews} from '../../source/share/news.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {fromHttpStatus, TransportError} from '../../source/transport/errors.ts';
import {testContext} from './make.ts';

const refusal = (work: () => unknown): string => {
	try {
		work();
	} catch (error) {
		if (error instanceof CommandError) return `${error.exitCode} ${error.message}`;
		throw error;
	}
	throw new Error('It was understood.');
};

test('places to listen are read as people write them', () => {
	expect(parsePlace('unix://')).toEqual({kind: 'unix', path: undefined});
	expect(parsePlace('unix:///run/a b.sock')).toEqual({kind: 'unix', path: '/run/a b.sock'});
	expect(parsePlace('ws://127.0.0.1:0')).toEqual({kind: 'ws', host: '127.0.0.1', port: 0});
	expect(parsePlace('WSS://[::]:4500')).toEqual({kind: 'wss', host: '::', port: 4500});
	expect(parsePlace('wss://my-host.example:1')).toEqual({kind: 'wss', host: 'my-host.example', port: 1});
	expect(parseRelay('relay.example:4711')).toEqual({host: 'relay.example', port: 4711});
});

test.each([
	'tcp://x:1',
	'ws://127.0.0.1',
	'wss://host:70000',
	'wss://-host:1',
	'wss://user@host:1',
	'unix://relative',
	'unix:///folder/',
	'unix:///a\u001Bb',
	'ws://192.168.0.1:1',
	'ws://0.0.0.0:0',
])('%j is no place to listen', text => {
	expect(refusal(() => parsePlace(text))).toMatch(/^2 --listen /);
});

test.each(['relay', 'relay:0', 'relay:x', 'http://relay:1', ''])('%j is no relay', text => {
	expect(refusal(() => parseRelay(text))).toMatch(/^2 --via /);
});

const orderFor = (...argv: readonly string[]) => {
	const line = readCommandLine(['share', '--control', ...argv]);
	return orderOf(line.words, line);
};

test('each word of --control is one call, and nothing else is understood', () => {
	expect(orderFor()).toEqual({method: 'jumpseat/share/read', params: {}});
	expect(orderFor('end')).toEqual({method: 'jumpseat/share/end', params: {}});
	expect(orderFor('invite', 'Ada')).toEqual({
		method: 'jumpseat/share/invite',
		params: {name: 'Ada', role: 'observe', expiresInMs: 86_400_000, once: false},
	});
	expect(orderFor('invite', 'Ada', 'steer', '--once', '--expires', '2h').params).toEqual({
		name: 'Ada',
		role: 'steer',
		expiresInMs: 7_200_000,
		once: true,
	});
	expect(orderFor('invite', 'Ada', '--role', 'answer').params).toMatchObject({role: 'answer'});
	expect(orderFor('role', 'Ada', 'answer').params).toEqual({name: 'Ada', role: 'answer'});
	expect(orderFor('remove', 'Ada').params).toEqual({name: 'Ada'});
	for (const words of [
		['kick', 'Ada'],
		['invite'],
		['remove'],
		['remove', 'Ada', 'steer'],
		['role', 'Ada'],
		['guests', 'Ada'],
		['end', '--once'],
		['invite', 'Ada', 'steer', '--role', 'answer'],
	])
		expect(
			refusal(() => orderFor(...words)),
			words.join(' '),
		).toMatch(/^2 .*guests · invite NAME \[ROLE\]/);
	expect(refusal(() => orderFor('invite', 'Ada', 'owner'))).toMatch(
		/^2 A role is one of observe, steer, answer/,
	);
});

test('of several shares one must be meant', () => {
	const running = (threadId: string) => ({
		pid: 1,
		threadId,
		server: 's',
		startedAtMs: 1,
		protocol: 1,
		ownerSocket: '/o',
	});
	const [one, two] = [running('0199aaaa'), running('0199bbbb')];
	expect(chooseShare([one], undefined)).toBe(one);
	expect(chooseShare([one, two], 'BBBB')).toBe(two);
	expect(refusal(() => chooseShare([one, two], undefined))).toMatch(/^2 Several shares run here/);
	expect(refusal(() => chooseShare([one], 'cccc'))).toMatch(/^3 No share of a thread "cccc" runs here/);
	expect(refusal(() => chooseShare([], undefined))).toMatch(/^3 No share runs here/);
});

test('what belongs to --control or to a share is not taken for the other', async () => {
	const unread = async (...argv: readonly string[]) => {
		const {words, options} = readCommandLine(['share', ...argv]);
		await expect(
			share(testContext(parseEndpoint('unix:///nowhere'), {options}), words),
		).rejects.toMatchObject({
			exitCode: 2,
		});
	};
	await unread('invite', 'Ada');
	await unread('--thread', 'x');
	await unread('--listen', 'tcp://x:1');
});

test('a group is known by its name or number', async () => {
	expect(await groupId('4242')).toBe(4242);
	expect(await groupId('root')).toBe(0);
	await expect(groupId('no such:group')).rejects.toMatchObject({exitCode: 2});
});

const hostile = 'A\u001B]0;x\u0007\u202Eda';

test('every kind of news is one harmless line that names who it is about', () => {
	const all: readonly ShareNews[] = [
		{type: 'came', name: hostile, role: 'steer', client: 'codex', again: false},
		{type: 'left', name: hostile},
		{type: 'invited', name: hostile, role: 'observe'},
		{type: 'roleChanged', name: hostile, role: 'answer'},
		{type: 'removed', name: hostile},
		{type: 'cutOff', name: hostile, why: hostile},
		{type: 'answered', name: hostile, deed: 'approved', subject: `rm\n-rf ${hostile}`},
		{type: 'answerDropped', name: hostile, why: hostile},
		{type: 'spoke', name: hostile, how: 'steer'},
		{type: 'refused', name: hostile, method: hostile, times: 3},
		{type: 'upstreamLost', why: hostile},
		{type: 'upstreamBack'},
		{type: 'threadClosed'},
		{type: 'ended', why: hostile},
	];
	for (const news of all) {
		const sentence = newsSentence(news);
		expect(sentence, news.type).not.toMatch(/[\p{Cc}\u202E]/u);
		if ('name' in news) expect(sentence, news.type).toContain('da');
	}
	expect(newsSentence({type: 'refused', name: 'Ada', method: 'fs/readFile', times: 3})).toBe(
		'Ada was refused fs/readFile, 3 times.',
	);
});

test('a share is described: where guests come in, who is here, who is invited and for how long', () => {
	const lines = descriptionLines(
		{
			threadId: 'T',
			startedAtMs: 0,
			doors: ['unix:///run/x'],
			people: [{id: '1', name: 'Ada', role: 'steer', client: 'codex', at: 'back', typing: true}],
			invitations: [
				{name: hostile, role: 'observe', expiresAtMs: 90 * 60_000, once: true, state: 'open'},
				{name: 'Bob', role: 'answer', expiresAtMs: 1, once: false, state: 'expired'},
				{name: 'Cleo', role: 'answer', expiresAtMs: 5 * 86_400_000, once: false, state: 'open'},
			],
		},
		0,
	);
	expect(lines.slice(0, 5)).toEqual([
		'Shared: T',
		'Doors:',
		'  unix:///run/x',
		'Here:',
		'  Ada · steer · the Codex TUI · reads further back · types',
	]);
	expect(lines[6]).toMatch(/· observe · open · once · 1 h 30 m left$/);
	expect(lines.slice(7)).toEqual(['  Bob · answer · expired', '  Cleo · answer · open · 5 d left']);
	expect(lines.join('')).not.toMatch(/[\p{Cc}\u202E]/u);
	expect(
		descriptionLines({threadId: 'T', startedAtMs: 0, doors: [], people: [], invitations: []}, 0),
	).toEqual(['Shared: T', 'Doors: none', 'Here: none', 'Invited: none']);
});

test('a join line is one word to a shell', () => {
	expect(joinLine('jumpseat+unix:///a%20b#1.x')).toBe("jumpseat join 'jumpseat+unix:///a%20b#1.x'");
	expect(joinLine("jumpseat+unix:///it's#1.x")).toBe("jumpseat join 'jumpseat+unix:///it%27s#1.x'");
});

test('a failure to join keeps its code and is said in the words of a guest', () => {
	const endpoint = parseEndpoint('ws://127.0.0.1:1');
	const told = (code: TransportError['code']) =>
		joinFailure(new TransportError(code, 'of a server'), endpoint);
	const codes = [
		'unauthorised',
		'forbidden',
		'unavailable',
		'no-server',
		'permission',
		'tls',
		'not-codex',
	] as const;
	for (const code of codes) {
		expect(told(code).code).toBe(code);
		expect(told(code).sentence).not.toMatch(/of a server|--token|App Server/);
	}
	expect(told('timeout').sentence).toBe('of a server');
	// As the door answers whoever finds no place.
	const full = joinFailure(fromHttpStatus(503, endpoint.display, {hasToken: true}), endpoint);
	expect(full.sentence).toMatch(/^The share at ws:\S+ has no room for you now: .* Try again later\.$/);
	expect(isPermanent(full)).toBe(false);
});
