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
		expect(completions('/').map(({usage}) => usage)).toHaveLength(slashCommands.length);
		expect(completions('/e')).toEqual([
			{text: '/export ', usage: '/export [file]', does: 'write the thread to a file'},
		]);
		expect(completions('/q').map(({text}) => text)).toEqual(['/queue', '/quit']);
		expect(completions('/QU').map(({text}) => text)).toEqual(['/queue', '/quit']);
	});

	it.each(['', 'quit', '//', '/quit ', '/x', 'say /q'])('offers nothing for %j', text => {
		expect(completions(text)).toEqual([]);
	});

	it('offers only what parses', () => {
		for (const {text} of completions('/')) expect(parseSlash(text).kind).toBe('command');
	});
});
