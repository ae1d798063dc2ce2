/**
 * In a real tmux: the pane that `jumpseat tmux` opens, and what reaches the terminal outside — title, bell and OSC 9 —
 * and when. tmux runs with a socket and a configuration of the test's own, and one terminal is attached to it.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest';
import {runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {beginWith, eventually, personEnv, program, rule, say, startTurn} from './support.ts';

/** As in `tmux 3.3a`; 0 where there is none. Passthrough is an option since 3.3. */
const version = Number.parseFloat(
	/[\d.]+/.exec(spawnSync('tmux', ['-V'], {encoding: 'utf8'}).stdout ?? '')?.[0] ?? '0',
);
beforeEach(context => {
	if (version < 3.3) context.skip('there is no tmux 3.3 or later on this machine');
});

type Tmux = {
	/** The terminal outside. */
	readonly outside: Pty;
	/** A command of tmux; what it prints. */
	readonly run: (...words: readonly string[]) => string;
	/** Types a command line into the first pane; resolves with what it printed and its exit code. */
	readonly shell: (line: string) => Promise<{readonly text: string; readonly code: number}>;
};

type TmuxOptions = {
	readonly configure?: ReadonlyArray<readonly string[]>;
	readonly env?: NodeJS.ProcessEnv;
	readonly columns?: number;
};

let count = 0;

/** A server of its own with one session, whose first window runs a shell in the scenario's folder. */
const startTmux = async (scenario: Scenario, options: TmuxOptions = {}): Promise<Tmux> => {
	// Its sockets are in a folder of its own: a path of ours may be too long for one.
	const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'jst-'));
	const {TMUX_PANE: _pane, ...person} = personEnv(scenario);
	const env = {...person, TMUX_TMPDIR: folder, ENV: '', ...options.env};
	count += 1;
	const server = ['-u', '-L', `jumpseat-test-${process.pid}-${count}`, '-f', '/dev/null'];
	const run = (...words: readonly string[]): string =>
		execFileSync('tmux', [...server, ...words], {
			env,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		}).trim();
	const size = {columns: options.columns ?? 170, rows: 40};
	run(
		...['new-session', '-d', '-x', `${size.columns}`, '-y', `${size.rows}`, '-c', scenario.workdir, 'sh'],
		...(options.configure ?? []).flatMap(words => [';', ...words]),
	);
	const outside = openPty('tmux', [...server, 'attach'], {...size, env, cwd: scenario.workdir});
	onTestFinished(async () => {
		spawnSync('tmux', [...server, 'kill-server'], {env});
		await outside.kill();
		rmSync(folder, {recursive: true, force: true});
	});
	await outside.waitFor(/^[#$]/m);
	let lines = 0;
	return {
		outside,
		run,
		async shell(line) {
			lines += 1;
			const out = path.join(folder, `out-${lines}`);
			outside.type(`${line} >${out} 2>&1; echo "ended-${lines} with $?"\r`);
			const done = new RegExp(`ended-${lines} with (\\d+)`);
			const screen = await outside.waitFor(done, 30_000);
			return {
				text: readFileSync(out, 'utf8'),
				code: Number(done.exec(screen.join('\n'))?.[1]),
			};
		},
	};
};

const quoted = (words: readonly string[]): string =>
	words.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');

const jumpseat = (...words: readonly string[]): string => quoted([process.execPath, program, ...words]);

/** Jumpseat in a pane beside the shell; its id. */
const openSeat = async (tmux: Tmux, scenario: Scenario): Promise<string> => {
	const {text, code} = await tmux.shell(jumpseat('tmux', '--connect', scenario.endpoint, '--observe'));
	expect(text).toMatch(/^%\d+\n$/);
	expect(code).toBe(0);
	await tmux.outside.waitFor('● live');
	return text.trim();
};

const show = (tmux: Tmux, pane: string, format: string): string =>
	tmux.run('display-message', '-p', '-t', pane, format);

const passthrough = ['set-option', '-g', 'allow-passthrough', 'on'];
const focusEvents = ['set-option', '-g', 'focus-events', 'on'];

/** One turn that says hello, and one that waits in the middle of its message. */
const beginScenario = (): Promise<Scenario> =>
	beginWith(
		['Good morning'],
		[
			rule('Work', [{do: 'message', text: ['I begin. ', {hold: 'work'}, 'I end.']}]),
			rule('Good morning', [say('Hello.')]),
		],
	);

/** Runs a turn to its end, with a stop in its middle. */
const work = async (
	scenario: Scenario,
	inTheMiddle: () => Promise<void> | void = () => {},
): Promise<void> => {
	const turnId = await scenario.pilot.say('Work');
	await scenario.model.holding('work');
	await inTheMiddle();
	scenario.model.release('work');
	await scenario.pilot.turnEnded(turnId);
};

const titleOf = (tmux: Tmux, pane: string): string => show(tmux, pane, '#{pane_title}');

/** Resolves once the seat has drawn the end of the turn; whoever is called has been called by then. */
const untilIdle = (tmux: Tmux, pane: string): Promise<void> =>
	expect.poll(() => titleOf(tmux, pane), {timeout: 10_000}).toMatch(/^[^◐]*Good morning · jumpseat$/);

const bells = (text: string): number =>
	text.replace(/\u001B\][^\u0007\u001B]*\u0007/g, '').split('\u0007').length - 1;
const notifications = (text: string): number =>
	text.match(/\u001B\]9;Good morning: turn completed\u0007/g)?.length ?? 0;

/** What the terminal outside gets while a turn runs to its end. */
const heardOf = async (tmux: Tmux, pane: string, scenario: Scenario) => {
	const before = tmux.outside.output().length;
	await work(scenario, () => expect.poll(() => titleOf(tmux, pane)).toMatch(/^◐ /));
	await untilIdle(tmux, pane);
	// tmux may still be writing: what it prints now comes after it.
	const mark = `[${before}]`;
	tmux.run('set-option', '-g', 'status-left', mark);
	await tmux.outside.waitFor(mark);
	const heard = tmux.outside.output().slice(before);
	return {bells: bells(heard), notifications: notifications(heard)};
};

describe('the pane', () => {
	test('stands beside the one that asked for it, on its thread, and leaves the keys where they are', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const pane = await openSeat(tmux, scenario);
		await tmux.outside.waitFor('OBSERVE');
		expect(tmux.run('list-panes', '-F', '#{pane_id} #{pane_active} #{pane_at_left}')).toBe(
			`%0 1 1\n${pane} 0 0`,
		);
		expect(show(tmux, pane, '#{pane_current_path}')).toBe(scenario.workdir);
		tmux.run('send-keys', '-t', pane, 'q');
		await eventually(tmux.outside, () => expect(tmux.run('list-panes', '-F', '#{pane_id}')).toBe('%0'));
	});

	test('is of the size and on the side that were said, and gets the options and variables that were given', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario, {env: {JUMPSEAT_CONNECT: 'unix:///stale'}});
		const line = jumpseat('tmux', '--below', '--size', '15', '--name', 'Sam;');
		const {text, code} = await tmux.shell(`JUMPSEAT_CONNECT='${scenario.endpoint}' ${line}`);
		expect(text).toMatch(/^%\d+\n$/);
		expect(code).toBe(0);
		const pane = text.trim();
		expect(show(tmux, pane, '#{pane_height} #{pane_at_bottom}')).toBe('15 1');
		await tmux.outside.waitFor('● live');
		tmux.run('send-keys', '-t', pane, 'i', 'h', 'i', 'Enter');
		await expect.poll(() => tmux.run('capture-pane', '-p', '-t', pane)).toContain('Sam;');
	});

	test('is on the thread of the directory; where several fit and none is there, the candidates are named', async () => {
		const scenario = await beginScenario();
		const elsewhere = path.join(scenario.workdir, 'é #{pid} #(id);');
		mkdirSync(elsewhere);
		const other = await scenario.connect('other pilot');
		const {thread} = await other.call('thread/start', {cwd: elsewhere});
		const {id} = thread as {readonly id: string};
		const turn = await startTurn(other, id, 'Good evening');
		await turn.ended();
		const tmux = await startTmux(scenario);
		const ask = jumpseat('tmux', '--connect', scenario.endpoint);
		const ambiguous = await tmux.shell(`cd /; ${ask}`);
		expect(ambiguous.code).toBe(2);
		expect(ambiguous.text).toContain(id);
		expect(tmux.run('list-panes')).not.toContain('\n');
		const found = await tmux.shell(`cd ${quoted([elsewhere])}; ${ask}`);
		expect(found.code).toBe(0);
		const pane = found.text.trim();
		expect(show(tmux, pane, '#{pane_start_command}')).toContain(id);
		expect(show(tmux, pane, '#{pane_current_path}')).toBe(elsewhere);
	});

	test('opens from a key binding, which runs in no pane', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const command = `cd /; TMUX_PANE=#{pane_id} ${jumpseat('tmux', '--connect', scenario.endpoint)}`;
		tmux.run('bind-key', 'J', 'run-shell', '-b', command);
		tmux.outside.type('\u0002J');
		await tmux.outside.waitFor('● live');
		expect(tmux.run('list-panes', '-F', '#{pane_active} #{pane_current_path}')).toBe(
			`1 ${scenario.workdir}\n0 ${scenario.workdir}`,
		);
	});

	test.each([
		['no such thread', ['nobody'], 3, 'There is no thread "nobody"'],
		['a size that is none', ['--size', 'half'], 2, '--size is columns (or rows), or a share such as 40%'],
		['a pane too small', ['--size', '20'], 1, 'The new pane would be 20×'],
	])('%s: said here, and no pane is opened', async (_title, words, expected, sentence) => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const {text, code} = await tmux.shell(jumpseat('tmux', '--connect', scenario.endpoint, ...words));
		expect(text).toContain(sentence);
		expect(text.trim()).not.toContain('\n');
		expect(code).toBe(expected);
		expect(tmux.run('list-panes', '-F', '#{pane_id}')).toBe('%0');
	});

	test('no server: said here, and no pane is opened', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const {text, code} = await tmux.shell(jumpseat('tmux', '-c', 'unix:///nowhere/at.all'));
		expect(text).toContain('/nowhere/at.all');
		expect(code).toBe(3);
		expect(tmux.run('list-panes', '-F', '#{pane_id}')).toBe('%0');
	});

	test('a token never goes through tmux: it is there already, or nothing is opened', async () => {
		const scenario = await beginWith(['Good morning'], [], {listen: 'tcp'});
		const ask = jumpseat('tmux', '--connect', scenario.endpoint, '--token-env', 'THE_TOKEN');
		const tmux = await startTmux(scenario, {env: {THE_TOKEN: 'in-tmux-already'}});
		const refused = await tmux.shell(`THE_TOKEN=secret-of-this-shell ${ask}`);
		expect(refused.text).toContain('The token in THE_TOKEN cannot reach a new pane');
		expect(refused.text).not.toContain('secret-of');
		expect(refused.code).toBe(2);
		expect(tmux.run('list-panes', '-F', '#{pane_id}')).toBe('%0');
		const opened = await tmux.shell(ask);
		expect(opened.code).toBe(0);
		await tmux.outside.waitFor('● live');
		expect(show(tmux, opened.text.trim(), '#{pane_start_command}')).not.toContain('in-tmux-already');
	});
});

test('outside tmux it says how to get there', async () => {
	const {code, stdout, stderr} = await runCli(['tmux']);
	expect(code).toBe(2);
	expect(stdout).toBe('');
	expect(stderr).toMatch(/^This is not inside tmux\. .*\n$/);
});

describe('through tmux', () => {
	test('the title of the pane tells the state', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const pane = await openSeat(tmux, scenario);
		await untilIdle(tmux, pane);
		await work(scenario, () => expect.poll(() => titleOf(tmux, pane)).toBe('◐ Good morning · jumpseat'));
		await untilIdle(tmux, pane);
	});

	test('a bell marks the window that nobody looks at, and with passthrough a notification gets out', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario, {configure: [focusEvents, passthrough]});
		const pane = await openSeat(tmux, scenario);
		expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 1, notifications: 1});
		tmux.run('new-window');
		expect(show(tmux, pane, '#{window_bell_flag}')).toBe('0');
		expect((await heardOf(tmux, pane, scenario)).bells).toBe(1);
		expect(show(tmux, pane, '#{window_bell_flag}')).toBe('1');
	});

	test('nobody is called to a pane that has the focus, but is again when another one gets it', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario, {configure: [focusEvents, passthrough]});
		const pane = await openSeat(tmux, scenario);
		tmux.run('select-pane', '-t', pane);
		expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 0, notifications: 0});
		tmux.run('select-pane', '-t', '%0');
		expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 1, notifications: 1});
	});

	test('as tmux comes, without focus events and passthrough, the bell still rings', async () => {
		const scenario = await beginScenario();
		const tmux = await startTmux(scenario);
		const pane = await openSeat(tmux, scenario);
		expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 1, notifications: 0});
	});

	test.each(['screen-256color', 'tmux-256color'])(
		'as %s behind ssh, where no variable tells of tmux, all is the same',
		async term => {
			const scenario = await beginScenario();
			const tmux = await startTmux(scenario, {configure: [focusEvents, passthrough]});
			const pane = tmux.run(
				...['split-window', '-h', '-d', '-P', '-F', '#{pane_id}', '--', 'env', '-u', 'TMUX', `TERM=${term}`],
				...[process.execPath, program, '--connect', scenario.endpoint, '--observe'],
			);
			await tmux.outside.waitFor('● live');
			expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 1, notifications: 1});
			tmux.run('select-pane', '-t', pane);
			expect(await heardOf(tmux, pane, scenario)).toEqual({bells: 0, notifications: 0});
		},
	);
});
