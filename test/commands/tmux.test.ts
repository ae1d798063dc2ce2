/** What `jumpseat tmux` hands to tmux, and what it keeps from it; the pane itself is tried in test/e2e/tmux.test.ts. */
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, onTestFinished, test} from 'vitest';
import {type Given, noOptions, readCommandLine} from '../../source/commands/line/command-line.ts';
import {flagsOf} from '../../source/commands/line/flags.ts';
import {parseSize, type Split, seatWords, splitWords} from '../../source/commands/tmux/split.ts';
import {tmux} from '../../source/commands/tmux/tmux.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {testContext} from './make.ts';

const split: Split = {
	pane: '%3',
	below: false,
	size: undefined,
	environment: {},
	command: ['node', 'jumpseat'],
	format: '#{pane_id}',
};

describe('the words for tmux', () => {
	test('a pane to the right, half as wide, without the focus', () => {
		expect(splitWords(split).join(' ')).toBe('split-window -d -P -F #{pane_id} -t %3 -h -- node jumpseat');
	});

	test('below, with a size and an environment', () => {
		const words = splitWords({...split, below: true, size: '40%', environment: {A: 'b c', EMPTY: ''}});
		expect(words).toEqual(expect.arrayContaining(['-v', '-l', '40%', '-e', 'A=b c', '-e', 'EMPTY=']));
		expect(words).not.toContain('-h');
	});

	test('no word ends the command for tmux, whatever it ends with', () => {
		const words = splitWords({...split, environment: {A: 'x;'}, command: ['node', ';', 'a\\;', 'b;c']});
		expect(words.filter(word => word.endsWith(';') && !word.endsWith('\\;'))).toEqual([]);
		expect(words.slice(-4)).toEqual(['node', '\\;', 'a\\\\;', 'b;c']);
		expect(words).toContain('A=x\\;');
	});

	test.each(['1', '30', '200', '5%', '99%'])('%s is a size', text => {
		expect(parseSize(text)).toBe(text);
	});

	test.each(['', '0', '-1', '0%', '100%', '1.5', '40 %', '12345', '#{x}', '30;', 'half'])(
		'"%s" is none',
		text => {
			expect(parseSize(text)).toBeUndefined();
		},
	);
});

describe('the options of the new seat', () => {
	const valued = flagsOf('attach').filter(({takes}) => takes !== undefined);

	test('are those of this command line, read the same again', () => {
		const values = fc.dictionary(
			fc.constantFrom(...valued.map(({name}) => name)),
			fc.string({minLength: 1}),
			{noNullPrototype: true},
		);
		fc.assert(
			fc.property(values, fc.boolean(), (texts, observe) => {
				const given: Given = {...texts, observe};
				const again = readCommandLine(['attach', ...seatWords(given, file => file), '--', 'thread']);
				expect(again.words).toEqual(['thread']);
				const said = Object.entries(again.given).filter(
					([, value]) => value !== undefined && !Array.isArray(value),
				);
				expect(Object.fromEntries(said)).toEqual(given);
			}),
		);
	});

	test('those of the pane stay here, and files are found from any directory', () => {
		const given: Given = {'tls-ca': 'ca.pem', 'token-file': '/abs', name: 'ca.pem', below: true, size: '30'};
		expect(seatWords(given, file => path.resolve('/app', file))).toEqual([
			'--token-file=/abs',
			'--tls-ca=/app/ca.pem',
			'--name=ca.pem',
		]);
	});
});

const unix = parseEndpoint('unix:///nowhere/at.all');

/** A tmux that answers with this script. */
const withTmux = (script: string): NodeJS.ProcessEnv => {
	const folder = mkdtempSync(path.join(tmpdir(), 'jumpseat-tmux-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	writeFileSync(path.join(folder, 'tmux'), `#!/bin/sh\n${script}\n`);
	chmodSync(path.join(folder, 'tmux'), 0o755);
	return {TMUX: '/somewhere,1,0', PATH: `${folder}:/usr/bin:/bin`};
};

describe('refusals', () => {
	test('not inside tmux', async () => {
		for (const env of [{}, {TMUX: ''}]) {
			await expect(tmux(testContext(unix, {env}), undefined)).rejects.toMatchObject({
				exitCode: 2,
				message: expect.stringContaining('This is not inside tmux.'),
			});
		}
	});

	test('no tmux to run', async () => {
		const context = testContext(unix, {env: {TMUX: '1', PATH: '/nowhere'}, cwd: '/'});
		await expect(tmux(context, undefined)).rejects.toMatchObject({
			exitCode: 1,
			message: 'tmux cannot be run: spawn tmux ENOENT',
		});
	});

	test('what tmux says of its own failure is shown, and made harmless', async () => {
		const env = withTmux('printf "no \\033[31mserver\\n" >&2; exit 1');
		await expect(tmux(testContext(unix, {env, cwd: '/'}), undefined)).rejects.toMatchObject({
			exitCode: 1,
			message: expect.stringMatching(/^tmux said no: no [^\u001B]*server$/),
		});
	});

	test('a size, before tmux is asked for anything', async () => {
		const env = withTmux('exit 9');
		const context = testContext(unix, {env, options: {...noOptions, size: '1;'}});
		await expect(tmux(context, undefined)).rejects.toMatchObject({
			exitCode: 2,
			message: '--size is columns (or rows), or a share such as 40%, and got: 1;',
		});
	});

	test('a token from the settings counts as one that was given', async () => {
		const env = {...withTmux('[ "$2" = show-environment ] && exit 1; exit 9'), T: 'hunter2'};
		const context = testContext(parseEndpoint('ws://127.0.0.1:1'), {
			env,
			cwd: '/',
			settings: {'token-env': 'T'},
		});
		const refusal = await tmux(context, undefined).catch((error: unknown) => error);
		expect(refusal).toMatchObject({
			exitCode: 2,
			message: expect.stringContaining('The token in T cannot reach'),
		});
		expect(String(refusal)).not.toContain('hunter2');
	});

	test('an endpoint of the environment with a query, which may be a secret', async () => {
		const env = {...withTmux('exit 9'), JUMPSEAT_CONNECT: 'ws://127.0.0.1:1/rpc?key=hunter2'};
		const refusal = await tmux(testContext(unix, {env}), undefined).catch((error: unknown) => error);
		expect(refusal).toMatchObject({exitCode: 2});
		expect(String(refusal)).not.toContain('hunter2');
	});
});
