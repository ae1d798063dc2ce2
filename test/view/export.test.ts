import {expect, test} from 'vitest';
import {initialThreadState} from '../../source/thread/state.ts';
import {threadMarkdown} from '../../source/view/export.ts';
import {command, fold, hydrated, message, turn, user} from '../thread/make.ts';

const written = (...items: Parameters<typeof turn>[1]): string =>
	threadMarkdown(fold(initialThreadState, hydrated([turn('T1', items)])));

test('a thread is its title, who said what, and how each turn ended', () => {
	expect(written(user('u', 'fix it', 'jumpseat:ada:1'), user('v', 'please'), message('a', 'done'))).toBe(
		'# hello\n\n`t`\n\n**ada**\n\nfix it\n\n**primary**\n\nplease\n\n**agent**\n\ndone\n\n---\n\n*turn completed*\n',
	);
});

test('a command is fenced with its output, by a fence that is longer than any in it', () => {
	const text = written(command('c', 'cat a.md', {aggregatedOutput: '````\nx\n````\n', exitCode: 1}));
	expect(text).toContain('`````console\n$ cat a.md\n\n````\nx\n````\n`````\n\nExit 1.');
});

test('older turns that were not loaded are named as missing', () => {
	const text = threadMarkdown(fold(initialThreadState, hydrated([turn('T9', [])], 'older')));
	expect(text).toContain('Older turns were not loaded');
});

test('nothing in it can be executed by a terminal that shows the file', () => {
	const evil = '\u001B]0;x\u0007\u001B[2J\u009B31m\u202Eevil';
	const text = written(user('u', evil), message('a', evil), command('c', evil, {aggregatedOutput: evil}), {
		type: 'fileChange',
		id: 'f',
		status: 'completed',
		changes: [{path: evil, kind: {type: 'update', move_path: null}, diff: evil}],
	});
	expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
});
