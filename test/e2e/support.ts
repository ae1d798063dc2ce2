/**
 * What every end-to-end test begins with: a scenario and a Jumpseat in a pty, both gone when the test is over, and
 * the state in which a program left its terminal.
 *
 * Invariant: the program under test is the built one, started as a person starts it, in an environment that knows
 * the throw-away home only.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import process from 'node:process';
import headless from '@xterm/headless';
import {expect, onTestFinished} from 'vitest';
import type {RawClient} from '../../source/demo/json-rpc-client.ts';
import type {Rule, Script, Step} from '../../source/demo/script.ts';
import {personEnv, program} from '../support/cli.ts';
import {type Scenario, type ScenarioOptions, startScenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {type StockTui, type StockTuiOptions, startStockTui} from '../support/stock-tui.ts';
import {startTripwire, type Tripwire} from '../support/tripwire.ts';

export {personEnv, program};

export const say = (text: string): Step => ({do: 'message', text});

export const rule = (when: string | RegExp, ...responses: Rule['responses']): Rule => ({when, responses});

/** A scenario that ends with the test. */
export const begin = async (rules: Script['rules'] = [], options?: ScenarioOptions): Promise<Scenario> => {
	const scenario = await startScenario({rules}, options);
	onTestFinished(() => scenario.stop());
	return scenario;
};

/** A scenario whose thread has had these turns, one after the other. */
export const beginWith = async (
	messages: readonly string[],
	rules: Script['rules'] = [],
	options?: ScenarioOptions,
): Promise<Scenario> => {
	const scenario = await begin(rules, options);
	await scenario.pilot.startThread();
	for (const message of messages) {
		await scenario.pilot.play(message);
	}

	return scenario;
};

export const beginTripwire = async (scenario: Scenario): Promise<Tripwire> => {
	const tripwire = await startTripwire(scenario);
	onTestFinished(() => tripwire.stop());
	return tripwire;
};

export const beginStockTui = async (scenario: Scenario, options?: StockTuiOptions): Promise<StockTui> => {
	const tui = await startStockTui(scenario, options);
	onTestFinished(() => tui.pty.kill());
	return tui;
};

export type JumpseatOptions = {
	/** After the endpoint. Default: `--observe`. */
	readonly args?: readonly string[];
	/** Default: the scenario's. */
	readonly endpoint?: string;
	readonly columns?: number;
	readonly rows?: number;
	readonly env?: NodeJS.ProcessEnv;
	readonly cwd?: string;
};

/** Jumpseat in a pty, attached to the scenario. */
export const openJumpseat = (scenario: Scenario, options: JumpseatOptions = {}): Pty => {
	const args = [
		program,
		'--connect',
		options.endpoint ?? scenario.endpoint,
		...(options.args ?? ['--observe']),
	];
	const pty = openPty(process.execPath, args, {
		columns: options.columns ?? 120,
		rows: options.rows ?? 30,
		cwd: options.cwd ?? scenario.workdir,
		env: {...personEnv(scenario), ...options.env},
	});
	onTestFinished(() => pty.kill());
	return pty;
};

/** Resolves when it is live and shows this. */
export const openLive = async (
	scenario: Scenario,
	sight: Parameters<Pty['waitFor']>[0],
	options: JumpseatOptions = {},
): Promise<Pty> => {
	const pty = openJumpseat(scenario, options);
	await pty.waitFor('● live');
	await pty.waitFor(sight);
	return pty;
};

/** Tries the assertions again after each drawing: the emulator shows half of a frame as well. */
export const eventually = async (pty: Pty, assert: () => void): Promise<void> => {
	let failure: unknown;
	const holds = (): boolean => {
		try {
			assert();
			return true;
		} catch (error) {
			failure = error;
			return false;
		}
	};
	await pty.waitFor(holds).catch(() => {
		throw failure;
	});
};

/** What a terminal keeps of a program when it is gone. */
export type LeftTerminal = {
	readonly onAlternateScreen: boolean;
	readonly cursorVisible: boolean;
	readonly bracketedPaste: boolean;
	readonly mouse: string;
	readonly focusReports: boolean;
	readonly wraps: boolean;
	readonly applicationCursorKeys: boolean;
	/** Bold, inverse, a colour: the shell's prompt would inherit it. */
	readonly plainPen: boolean;
};

export const saneTerminal: LeftTerminal = {
	onAlternateScreen: false,
	cursorVisible: true,
	bracketedPaste: false,
	mouse: 'none',
	focusReports: false,
	wraps: true,
	applicationCursorKeys: false,
	plainPen: true,
};

/** Plays all that the program wrote into a fresh terminal, and a probe after it. */
export const leftTerminal = async (
	pty: Pty,
	size: {readonly columns: number; readonly rows: number} = {columns: 120, rows: 30},
): Promise<LeftTerminal> => {
	const terminal = new headless.Terminal({cols: size.columns, rows: size.rows, allowProposedApi: true});
	let cursorVisible = true;
	for (const [final, visible] of [
		['h', true],
		['l', false],
	] as const) {
		terminal.parser.registerCsiHandler({prefix: '?', final}, parameters => {
			if (parameters.includes(25)) cursorVisible = visible;
			return false;
		});
	}
	await new Promise<void>(resolve => {
		terminal.write(`${pty.output()}x`, resolve);
	});
	const {modes, buffer} = terminal;
	const probe = buffer.active
		.getLine(buffer.active.baseY + buffer.active.cursorY)
		?.getCell(buffer.active.cursorX - 1);
	const left: LeftTerminal = {
		onAlternateScreen: buffer.active.type === 'alternate',
		cursorVisible,
		bracketedPaste: modes.bracketedPasteMode,
		mouse: modes.mouseTrackingMode,
		focusReports: modes.sendFocusMode,
		wraps: modes.wraparoundMode,
		applicationCursorKeys: modes.applicationCursorKeysMode,
		plainPen: probe?.isAttributeDefault() ?? false,
	};
	terminal.dispose();
	return left;
};

/** The first frame with this method that a client sent. */
export const sawSent = (tripwire: Tripwire, method: string, timeoutMs?: number) =>
	tripwire.waitFor(({from, frame}) => from === 'client' && frame?.method === method, timeoutMs);

type ProcessRow = {readonly pid: number; readonly parent: number; readonly state: string};

/** Linux tells in /proc; `ps` is not on every machine there, and is on every other one. */
const processes = (): readonly ProcessRow[] => {
	if (!existsSync('/proc/self/stat')) {
		const {stdout} = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], {encoding: 'utf8'});
		return stdout.split('\n').map(line => {
			const [pid = '', parent = '', state = ''] = line.trim().split(/\s+/);
			return {pid: Number(pid), parent: Number(parent), state};
		});
	}
	return readdirSync('/proc').flatMap(name => {
		if (!/^\d+$/.test(name)) return [];
		try {
			// `pid (name) state parent …`; the name may hold anything.
			const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
			const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
			return [{pid: Number(name), parent: Number(parent), state}];
		} catch {
			// Gone between the look and the reading.
			return [];
		}
	});
};

/** Does the process still run? One that has ended, and that nobody has asked for its exit code yet, does not. */
export const isAlive = (pid: number): boolean =>
	processes().some(each => each.pid === pid && !each.state.startsWith('Z'));

/** Resolves once the process is stopped: a SIGCONT that comes before continues nothing. */
export const stopped = async (pid: number): Promise<void> => {
	while (!processes().some(each => each.pid === pid && each.state.startsWith('T'))) {
		await new Promise(resolve => setTimeout(resolve, 5));
	}
};

export const childrenOf = (pid: number): readonly ProcessRow[] =>
	processes().filter(({parent}) => parent === pid);

/**
 * The rows of the Thread pane in the narrow layout (one pane under a tab bar), without what depends on the minute.
 * For terminals under 100 columns and of 20 rows or more.
 */
export const threadText = (pty: Pty): readonly string[] => {
	const lines = pty.screen();
	const pane = lines.slice(3, -1).map(line => line.replace(/\b\d\d:\d\d$/, 'HH:MM'));
	const last = pane.findLastIndex(line => line.trim() !== '');
	return pane.slice(0, last + 1);
};

export const untilGone = async (pid: number): Promise<void> => {
	await expect.poll(() => isAlive(pid), {timeout: 10_000}).toBe(false);
};

/** Starts a turn on any thread; resolves with its id and the way to wait for its end. */
export const startTurn = async (
	client: RawClient,
	threadId: string,
	text: string,
): Promise<{readonly id: string; readonly ended: () => Promise<unknown>}> => {
	const {turn} = await client.call('turn/start', {
		threadId,
		input: [{type: 'text', text, text_elements: []}],
	});
	const {id} = turn as {readonly id: string};
	return {
		id,
		ended: () =>
			client.waitFor(
				({method, params}) =>
					method === 'turn/completed' && (params?.turn as {id?: unknown} | undefined)?.id === id,
			),
	};
};
