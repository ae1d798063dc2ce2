import {expect, test} from 'vitest';
import {withoutPaths} from '../../source/share/forward.ts';

test.each([
	['failed to read /home/olga/.codex/sessions/x.jsonl: no such file', 'failed to read … no such file'],
	['no rollout in [/home/olga/a] or {/home/olga/b}, </home/olga/c>', 'no rollout in […] or {…}, <…>'],
	['bad path "/etc/passwd", (~/.ssh/id), `C:\\Users\\olga`, \\\\host\\share', 'bad path "…", (…), `…`, …'],
	['file:///home/olga/x is gone', 'file:… is gone'],
	['thread/read: this and/or that; see turn/start', 'thread/read: this and/or that; see turn/start'],
	[
		'thread not loaded: 019a0000-0000-7000-8000-000000000001',
		'thread not loaded: 019a0000-0000-7000-8000-000000000001',
	],
])('an error tells a guest nothing of the folders of the owner: %s', (message, told) => {
	expect(withoutPaths(message)).toBe(told);
});
