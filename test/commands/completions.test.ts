/** The completions in the real shells, with a `jumpseat` that knows two threads, one of them with a hostile title. */
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {bashCompletions} from '../../source/commands/completions/bash.ts';
import {completions} from '../../source/commands/completions/completions.ts';
import {fishCompletions} from '../../source/commands/completions/fish.ts';
import {zshCompletions} from '../../source/commands/completions/zsh.ts';
import {flags, flagsOf} from '../../source/commands/line/flags.ts';
import {verbs} from '../../source/commands/line/verbs.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {testContext} from './make.ts';

const endpoint = {kind: 'unix', path: '/nowhere', display: 'unix:///nowhere'} as const;
const ids = ['0199aaaa-0000-7000-8000-000000000001', '0199bbbb-0000-7000-8000-000000000002'];

const scripts = {bash: bashCompletions(), zsh: zshCompletions(), fish: fishCompletions()};
type Shell = keyof typeof scripts;
const shells = Object.keys(scripts) as readonly Shell[];

let folder = '';
const fileOf = (shell: Shell): string => path.join(folder, `jumpseat.${shell}`);

beforeAll(() => {
	folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'jumpseat-completions-'));
	for (const shell of shells) writeFileSync(fileOf(shell), `${scripts[shell]}\n`);
	mkdirSync(path.join(folder, 'bin'));
	mkdirSync(path.join(folder, 'home'));
	writeFileSync(path.join(folder, 'home', 'a token *'), '');
	const fake = path.join(folder, 'bin', 'jumpseat');
	writeFileSync(
		fake,
		`#!/bin/sh
[ "$1 $JUMPSEAT_CONNECT" = "ls unix:///here" ] || { echo "wrong: $*" >&2; exit 3; }
cat <<'END'
running             ${ids[0]}  3 m  ~/src/app  fix: the \`flaky\` $(touch ran) "test" 'a'
waits for a person  ${ids[1]}  5 m  ~/src/b-c  after ${ids[0]}
END
`,
	);
	chmodSync(fake, 0o755);
});
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const env = (): NodeJS.ProcessEnv => ({
	PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
	HOME: path.join(folder, 'home'),
	JUMPSEAT_CONNECT: 'unix:///here',
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
});

const run = (shell: Shell, ...args: readonly string[]): string => {
	const {stdout, stderr, status} = spawnSync(shell, args, {
		env: env(),
		cwd: path.join(folder, 'home'),
		encoding: 'utf8',
	});
	expect(stderr, shell).toBe('');
	expect(status, shell).toBe(0);
	return stdout;
};

const isHere = (shell: Shell): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;
const skipWithout = (shell: Shell): void =>
	beforeEach(context => {
		if (!isHere(shell)) context.skip(`there is no ${shell} on this machine`);
	});

/** One command line and what may stand at its end; the words as a person has typed them. */
const cases: ReadonlyArray<readonly [words: readonly string[], offers: readonly string[]]> = [
	[['se'], ['send']],
	[['-o', '--name', 'send', 'sta'], ['status']],
	[
		['tail', '--since', ''],
		['turn', 'start', 'now'],
	],
	[['tail', '--until', ''], ['idle']],
	[['wait', '--for', 'a'], ['attention']],
	[['share', '--for', 'a'], []],
	[
		['share', '--role', ''],
		['observe', 'steer', 'answer'],
	],
	[['share', '--thread', '0199b'], ids.slice(1)],
	[['join', '--br'], ['--bridge']],
	[
		['completions', ''],
		['bash', 'zsh', 'fish'],
	],
	[['completions', 'fish', ''], []],
	[['tmux', '--si'], ['--size']],
	[['ls', '--si'], []],
	[['--token-env', 'JUMPSEAT_'], ['JUMPSEAT_CONNECT']],
	[['--token-file', 'a '], ['a token *']],
	[['tail', ''], ids],
	[['send', '0199b'], ids.slice(1)],
	[['tail', '--name', ''], []],
	[['--connect', 'wss'], ['wss://']],
];

/** What each verb offers after `--`. */
const optionsOfVerbs = verbs.map(({name}) => [
	[name, '--'],
	flagsOf(name).map(flag => `--${flag.name}`),
]) as typeof cases;

const sorted = (words: readonly string[]): readonly string[] => [...words].sort();

test.each(shells)('jumpseat completions %s prints the script and nothing else', async shell => {
	const context = testContext(endpoint);
	expect(await completions(context, shell)).toBe(0);
	expect(context.out()).toBe(`${scripts[shell]}\n`);
	expect(context.err()).toBe('');
});

test.each(['powershell', 'toString', ''])('for the shell "%s" there are none: a usage error', async shell => {
	await expect(completions(testContext(endpoint), shell)).rejects.toMatchObject({
		exitCode: 2,
		message: `There are completions for bash, zsh, fish, and none for: ${shell}`,
	});
});

test('every verb and every option is in every script', () => {
	for (const shell of shells) {
		for (const {name} of verbs) expect(scripts[shell], shell).toMatch(new RegExp(`\\b${name}\\b`));
		for (const {name} of flags) expect(scripts[shell], shell).toMatch(new RegExp(`(?:--|-l )${name}\\b`));
	}
});

describe('bash', () => {
	skipWithout('bash');

	const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
	const completed = (lines: ReadonlyArray<readonly string[]>): ReadonlyArray<readonly string[]> => {
		const script = [
			`source ${quoted(fileOf('bash'))}`,
			...lines.map(words => {
				const all = ['jumpseat', ...words];
				return [
					`COMP_WORDS=(${all.map(quoted).join(' ')}); COMP_CWORD=${words.length}; COMP_LINE=${quoted(all.join(' '))}`,
					`COMPREPLY=(); _jumpseat; for word in "\${COMPREPLY[@]}"; do echo "$word"; done; echo =`,
				].join('\n');
			}),
		].join('\n');
		const answers = run('bash', '--norc', '-c', script).split('=\n').slice(0, -1);
		return answers.map(answer => answer.split('\n').slice(0, -1));
	};

	test('is understood by the shell', () => {
		expect(run('bash', '-n', fileOf('bash'))).toBe('');
	});

	test('offers what fits, and nothing else', () => {
		const all = [...cases, ...optionsOfVerbs];
		const found = completed(all.map(([words]) => words));
		expect(found).toHaveLength(all.length);
		for (const [index, [words, offers]] of all.entries())
			expect(sorted(found[index] ?? []), words.join(' ')).toEqual(sorted(offers));
	});

	test('takes lines as the shell cuts them: at the = of an option, and at the colons of an endpoint', () => {
		expect(
			completed([
				['tail', '--since', '=', 's'],
				['tail', '--since', '='],
				['-c', 'unix', ':', '///somewhere', 'se'],
				['--connect', '=', 'ws', ':', '//127.0.0.1', ':', '4500', 'wait', '--for', 'i'],
			]),
		).toEqual([['start'], ['turn', 'start', 'now'], ['send'], ['idle']]);
	});

	test('a word without a verb may be a thread', () => {
		expect(completed([['0199a'], ['x']])).toEqual([[ids[0]], []]);
	});
});

describe('fish', () => {
	skipWithout('fish');

	test('is understood by the shell', () => {
		expect(run('fish', '-N', '-n', fileOf('fish'))).toBe('');
	});

	test('offers what fits, and nothing else', () => {
		const all = [...cases, ...optionsOfVerbs];
		const lines = all.map(([words]) =>
			['jumpseat', ...words].map(word => word.replaceAll(' ', '\\ ')).join(' '),
		);
		const script = [
			`source ${fileOf('fish')}`,
			...lines.map(line => `complete -C '${line.replaceAll('\\', '\\\\')}'; echo =`),
		].join('\n');
		const found = run('fish', '-N', '-c', script).split('=\n').slice(0, -1);
		expect(found).toHaveLength(all.length);
		for (const [index, [words, offers]] of all.entries()) {
			const offered = (found[index] ?? '').split('\n').slice(0, -1);
			const plain = offered.map(line => line.split('\t')[0]?.replaceAll('\\', '') ?? '');
			expect(sorted(plain), words.join(' ')).toEqual(sorted(offers));
		}
	});

	test('tells the threads by their status and title, which run nothing', () => {
		const text = run('fish', '-N', '-c', `source ${fileOf('fish')}; complete -C 'jumpseat tail 0199a'; ls`);
		expect(text).toBe(
			`${ids[0]}\trunning, 3 m  ~/src/app  fix: the \`flaky\` $(touch ran) "test" 'a'\na token *\n`,
		);
	});
});

describe('zsh', () => {
	skipWithout('zsh');

	const prompt = 'ready> ';

	/** An interactive one, completions loaded. */
	const open = async (): Promise<Pty> => {
		const pty = openPty('zsh', ['-f'], {
			columns: 160,
			rows: 45,
			env: {...env(), PS1: prompt},
			cwd: path.join(folder, 'home'),
		});
		onTestFinished(() => pty.kill());
		await pty.waitFor(prompt.trimEnd());
		// Menus wait for keys; a bell and a question at many matches would as well.
		pty.type(
			`unsetopt automenu beep; LISTMAX=0; autoload -Uz compinit; compinit -D -u; source '${fileOf('zsh')}'; clear; echo loaded\r`,
		);
		await pty.waitFor(lines => lines[0] === 'loaded' && lines[1]?.startsWith('ready>') === true);
		return pty;
	};

	test('is understood by the shell', () => {
		expect(run('zsh', '-f', '-n', fileOf('zsh'))).toBe('');
	});

	test('completes a verb, an option, its values and a thread in place', async () => {
		const pty = await open();
		for (const [typed, becomes] of [
			['jumpseat se\t', 'jumpseat send '],
			['jumpseat tail --si\t', 'jumpseat tail --since='],
			['jumpseat tail --since=tu\t', 'jumpseat tail --since=turn '],
			['jumpseat -o --name send wait --for a\t', 'jumpseat -o --name send wait --for attention '],
			['jumpseat completions f\t', 'jumpseat completions fish '],
			['jumpseat --token-file a\t', 'jumpseat --token-file a\\ token\\ \\* '],
			['jumpseat --token-env JUMPSEAT_C\t', 'jumpseat --token-env JUMPSEAT_CONNECT '],
			['jumpseat -c wss\t', 'jumpseat -c wss://'],
			['jumpseat tail 0199b\t', `jumpseat tail ${ids[1]} `],
			['jumpseat 0199a\t', `jumpseat ${ids[0]} `],
		] as const) {
			pty.type(`${typed}x`);
			await pty.waitFor(`${prompt}${becomes}x`);
			pty.press('ctrl-u');
			pty.type('clear\r');
			await pty.waitFor(lines => lines[0]?.trimEnd() === prompt.trimEnd());
		}
	});

	test('lists verbs, options and threads with what they do; titles run nothing', async () => {
		const pty = await open();
		pty.type('jumpseat \t');
		for (const {name, does} of verbs) await pty.waitFor(new RegExp(`^${name} +-- ${does.slice(0, 20)}`, 'm'));
		pty.type('tail --\t');
		for (const {name} of flagsOf('tail')) await pty.waitFor(new RegExp(`^(?:-\\w  )?--${name} +-- `, 'm'));
		pty.type('\u0015jumpseat tail \t\t');
		await pty.waitFor(`${ids[0]}  -- running, 3 m  ~/src/app  fix: the \`flaky\` $(touch ran) "test" 'a'`);
		await pty.waitFor(`${ids[1]}  -- waits for a person, 5 m`);
		pty.type('\u0015echo *\r');
		await pty.waitFor(/^a token \*$/m);
	});
});
