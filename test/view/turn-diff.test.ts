import {expect, test} from 'vitest';
import {turnDiffRows} from '../../source/view/turn-diff.ts';
import {item, lines, message, thread, turn} from './samples.ts';

const diff = '--- a/x.ts\n+++ b/x.ts\n@@ -1,1 +1,2 @@\n-old\n+new\n+newer\n';

test('the diff of the whole turn', () => {
	const shown = lines(turnDiffRows(thread([turn('A', [], {diff})]), 50));
	expect(shown[0]).toBe('± turn 1 · the running turn                  +2 −1');
	expect(shown.join('\n')).toContain('newer');
});

test('without one, the patches of the last turn, save the declined ones', () => {
	const patch = (id: string, path: string, status: string) =>
		item(id, {
			type: 'fileChange',
			status,
			changes: [{path, kind: {type: 'add'}, diff: `content of ${id}\n`}],
		});
	const items = [
		message('u', 'go'),
		patch('f', '/home/ada/app/a.md', 'completed'),
		patch('g', '/b.md', 'declined'),
	];
	const shown = lines(turnDiffRows(thread([turn('A', items, {status: 'completed'})]), 50));
	expect(shown.slice(0, 3)).toEqual([
		'turn 1 · the last turn · patch by patch',
		'',
		'✎ a.md                                          +1',
	]);
	expect(shown.join('\n')).toContain('content of f');
	expect(shown.join('\n')).not.toContain('b.md');
});

test('nothing to show is said in words', () => {
	expect(lines(turnDiffRows(thread([]), 80))).toEqual(['No turn yet, so no file has changed.']);
	expect(lines(turnDiffRows(thread([turn('A', [])]), 80))).toEqual([
		'No file has changed in the running turn so far.',
	]);
	expect(lines(turnDiffRows(thread([turn('A', [], {status: 'completed'})]), 80))).toEqual([
		'No file changed in the last turn.',
	]);
});

test('a huge diff is bounded and says so', () => {
	const huge = `--- a/x\n+++ b/x\n@@ -0,0 +1,9000 @@\n${'+line\n'.repeat(9000)}`;
	const rows = turnDiffRows(thread([turn('A', [], {diff: huge})]), 50);
	expect(rows.length).toBeLessThan(5100);
	expect(lines(rows).at(-1)).toMatch(/^… \d+ lines more$/);
});

test('a frame without news gets the same rows', () => {
	const at = (text: string) => turnDiffRows(thread([turn('A', [message('u', text)], {diff})]), 50);
	expect(at('one')).toBe(at('two'));
});
