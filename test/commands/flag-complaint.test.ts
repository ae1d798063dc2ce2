import {expect, test} from 'vitest';
import {flagComplaint} from '../../source/commands/line/flag-complaint.ts';

test('options as they should be written are not complained about', () => {
	for (const argv of [
		[],
		['ls', '--json'],
		['--connect', 'unix://', '--observe', 'a thread'],
		['--connect=ws://x:1', '-o', '-n', 'Ada'],
		['-oc', 'ws://x:1'],
		['-cws://x:1'],
		['--no-observe'],
		['--observe=true'],
		['--', '--a thread named like an option'],
		['-'],
	]) {
		expect(flagComplaint(argv)).toBeUndefined();
	}
});

test('anything else gets a sentence that names it', () => {
	for (const [argv, name] of [
		[['--bogus'], '--bogus'],
		[['--bogus=1'], '--bogus'],
		[['-x'], '-x'],
		[['-ox'], '-x'],
		[['--tokenEnv', 'X'], '--tokenEnv'],
		[['--no-connect'], '--no-connect'],
		[['--observe=yes'], '--observe'],
		[['--connect'], '--connect'],
		[['--connect', '--observe'], '--connect'],
		[['-oc'], '-c'],
		[['--\u001B[31mred'], '--'],
	] as const) {
		const complaint = flagComplaint(argv);
		expect(complaint).toContain(name);
		expect(complaint).not.toContain('\u001B');
	}
});
