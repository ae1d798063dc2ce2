import {expect, test} from 'vitest';
import {readSettings} from '../../source/commands/access/settings.ts';
import {CommandError} from '../../source/commands/exit-codes.ts';
import {flags} from '../../source/commands/line/flags.ts';

const read = (text: string) => readSettings({}, '/home/me', () => text);
const failure = (work: () => unknown): CommandError => {
	try {
		work();
	} catch (error) {
		if (error instanceof CommandError) return error;
		throw error;
	}
	throw new Error('nothing was thrown');
};
const coded = (code: string) => () => {
	throw Object.assign(new Error(code), {code});
};

test('all keys are the long names of flags', () => {
	expect(read('{"connect": "ws://h:1", "token-env": "T", "observe": true, "name": "Ada"}')).toEqual({
		connect: 'ws://h:1',
		'token-env': 'T',
		observe: true,
		name: 'Ada',
	});
	const values: Readonly<Record<string, unknown>> = {observe: true};
	for (const {name, inSettings} of flags) {
		const text = JSON.stringify({[name]: values[name] ?? 'x'});
		if (inSettings) expect(() => read(text), name).not.toThrow();
		else expect(() => read(text), name).toThrow(CommandError);
	}
});

test('no file and an empty object are no settings', () => {
	const none = {};
	expect(readSettings({}, '/home/me', coded('ENOENT'))).toEqual(none);
	expect(readSettings({}, '/home/me', coded('ENOTDIR'))).toEqual(none);
	expect(read('{}')).toEqual(none);
});

test('the place follows XDG_CONFIG_HOME, unless that is relative', () => {
	const place = (env: NodeJS.ProcessEnv) => {
		let asked = '';
		readSettings(env, '/home/me', file => {
			asked = file;
			return '{}';
		});
		return asked;
	};
	expect(place({})).toBe('/home/me/.config/jumpseat/config.json');
	expect(place({XDG_CONFIG_HOME: '/etc/xdg'})).toBe('/etc/xdg/jumpseat/config.json');
	expect(place({XDG_CONFIG_HOME: 'here'})).toBe('/home/me/.config/jumpseat/config.json');
	expect(place({XDG_CONFIG_HOME: ''})).toBe('/home/me/.config/jumpseat/config.json');
});

test.each([
	['{"observed": true}', '"observed"'],
	['{"observe": "yes"}', '"observe"'],
	['{"connect": 7}', '"connect"'],
	['[]', 'a list'],
	['null', 'Expected Object'],
	['{', 'JSON'],
	['', 'JSON'],
])('%s is a usage error that names the file and %s', (text, where) => {
	const {message, exitCode} = failure(() => read(text));
	expect(exitCode).toBe(2);
	expect(message).toContain('/home/me/.config/jumpseat/config.json');
	expect(message).toContain(where);
	expect(message.split('\n')).toHaveLength(1);
});

test('a file that cannot be read is a failure, not a default', () => {
	const {message, exitCode} = failure(() => readSettings({}, '/home/me', coded('EACCES')));
	expect(exitCode).toBe(1);
	expect(message).toBe('The settings file /home/me/.config/jumpseat/config.json cannot be read: EACCES.');
});
