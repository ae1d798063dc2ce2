/** `/` commands: parsed, completed, or refused with the way out. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {completions, parseSlash, slashCommands} from '../../source/composer/slash.ts';

describe('a text', () => {
	it.each([
		['hello /quit', 'hello /quit'],
		[' /quit', ' /quit'],
		['//quit now', '/quit now'],
		['///', '//'],
	])('%j is the message %j', (text, message) => {
		expect(parseSlash(text)).toEqual({kind: 'message', text: message});
	});

	it.each([
		['/interrupt', {name: 'interrupt'}],
		['/queue ', {name: 'queue'}],
		['/thread', {name: 'thread', query: undefined}],
		['/thread  fix the test ', {name: 'thread', query: 'fix the test'}],
		['/observe', {name: 'observe'}],
		['/copy', {name: 'copy'}],
		['/export my file.md', {name: 'export', file: 'my file.md'}],
		['/help\n', {name: 'help'}],
		['/quit', {name: 'quit'}],
	])('%j is a command', (text, command) => {
		expect(parseSlash(text)).toEqual({kind: 'command', command});
	});

	it.each([
		['/etc/hosts is broken', 'no command "/etc/hosts"'],
		['/Quit', 'no command "/Quit"'],
		['/', 'A command is missing'],
		['/quit now', '/quit takes nothing after it'],
		['/thread a\nb', '/thread takes one line'],
		[`/${'x'.repeat(1000)}`, 'x…"'],
	])('%j is an error that says how to send it', (text, why) => {
		const parsed = parseSlash(text);
		expect(parsed).toMatchObject({kind: 'error', why: expect.stringContaining(why)});
		expect(parsed).toMatchObject({why: expect.stringContaining('// at the beginning sends a literal slash')});
		expect(parsed.kind === 'error' && parsed.why.length).toBeLessThan(160);
	});

	it('is never a command by mistake', () => {
		fc.assert(
			fc.property(fc.string(), text => {
				const parsed = parseSlash(text);
				if (text.startsWith('/') && !text.startsWith('//')) expect(parsed.kind).not.toBe('message');
				else expect(parsed.kind).toBe('message');
			}),
		);
	});
});

describe('completion', () => {
	it('offers what may follow, with what it does', () => {
		expect(completions('/', 'owner').map(({usage}) => usage)).toHaveLength(slashCommands.length);
		expect(completions('/e')).toEqual([
			{text: '/export ', usage: '/export [file]', does: 'write the thread to a file'},
		]);
		expect(completions('/q').map(({text}) => text)).toEqual(['/queue', '/quit']);
		expect(completions('/QU').map(({text}) => text)).toEqual(['/queue', '/quit']);
	});

	it.each(['', 'quit', '//', '/quit ', '/x', 'say /q'])('offers nothing for %j', text => {
		expect(completions(text)).toEqual([]);
	});

	it.each([undefined, 'guest'] as const)('offers the commands of an owner to no other (%s)', seat => {
		expect(completions('/', seat)).toHaveLength(slashCommands.length - 4);
		expect(completions('/inv', seat)).toEqual([]);
		expect(completions('/inv', 'owner').map(({text}) => text)).toEqual(['/invite ']);
	});

	it('offers only what parses', () => {
		for (const {text} of completions('/')) expect(parseSlash(text).kind).toBe('command');
	});
});

describe('a command of the owner of a share', () => {
	it.each([
		['/invite ada', {name: 'invite', guest: 'ada', role: 'observe', lifetimeMs: undefined, once: false}],
		['/invite ada steer', {name: 'invite', guest: 'ada', role: 'steer', lifetimeMs: undefined, once: false}],
		[
			'/invite "Ada L." once 90m answer',
			{name: 'invite', guest: 'Ada L.', role: 'answer', lifetimeMs: 5_400_000, once: true},
		],
		['/role ada answer', {name: 'role', guest: 'ada', role: 'answer'}],
		['/remove ada', {name: 'remove', guest: 'ada'}],
		['/endshare', {name: 'endshare'}],
	])('%j', (text, command) => {
		expect(parseSlash(text, 'owner')).toEqual({kind: 'command', command});
	});

	it.each([
		['/invite', 'Whom?'],
		['/invite ada 20', 'a time (90m, 2h, 7d)'],
		['/invite ada owner', 'a role (observe, steer, answer)'],
		['/role ada', 'a name and a role'],
		['/role ada owner', 'a name and a role'],
		['/role ada steer now', 'a name and a role'],
		['/remove', 'the name of one guest'],
		['/remove ada bob', 'the name of one guest'],
		['/endshare now', 'takes nothing after it'],
	])('%j is refused with how it is written', (text, why) => {
		expect(parseSlash(text, 'owner')).toMatchObject({kind: 'error', why: expect.stringContaining(why)});
	});

	it.each([
		['guest', 'is for the owner of the share'],
		[undefined, 'works in a shared thread only'],
	] as const)('is refused to everybody else (%s)', (seat, why) => {
		for (const text of ['/invite ada', '/role ada steer', '/remove ada', '/endshare'])
			expect(parseSlash(text, seat)).toMatchObject({kind: 'error', why: expect.stringContaining(why)});
	});
});
