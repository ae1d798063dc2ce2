/**
 * The stock Codex TUI in a pty, attached to the scenario's server: the first client that our users really have.
 *
 * Invariant: a message counts as sent when it shows in the transcript above the composer, so tests wait for a
 * receipt. The traps (trust prompt, update check, model upgrade prompt) are avoided by the scenario's config.
 */
import type {Scenario} from './harness.ts';
import {openPty, type Pty} from './pty.ts';

export type StockTui = {
	readonly pty: Pty;
	/** Types a message of one line, sends it, and resolves when it stands in the transcript above the composer. */
	say(text: string): Promise<void>;
	/** The thread that it works in: the only loaded one that is no helper of the TUI. Throws when there is none. */
	threadId(): Promise<string>;
	/** Quits with Ctrl+C and resolves when the process is gone. */
	quit(): Promise<void>;
};

export type StockTuiOptions = {
	readonly columns?: number;
	readonly rows?: number;
	/** Resume this thread instead of starting one. */
	readonly threadId?: string;
	/** Shown to the server, as a guest of a share does. */
	readonly token?: string;
};

const tokenVariable = 'JUMPSEAT_TOKEN';

const quitAttempts = 5;
const quitPatienceMs = 700;

const later = (ms: number): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, ms);
	});

/** The prompt of the composer. */
export const composerPrompt = '›';

/** Resolves when its composer can take a message. */
export const startStockTui = async (scenario: Scenario, options: StockTuiOptions = {}): Promise<StockTui> => {
	const args = [
		...(options.threadId === undefined ? [] : ['resume']),
		'--remote',
		scenario.endpoint,
		...(options.token === undefined ? [] : ['--remote-auth-token-env', tokenVariable]),
		...(options.threadId === undefined ? [] : [options.threadId]),
	];
	const loaded =
		options.threadId === undefined ? await scenario.pilot.client.call('thread/loaded/list') : {data: []};
	const before = new Set(loaded.data as readonly string[]);
	const pty = openPty(scenario.codex, args, {
		columns: options.columns ?? 100,
		rows: options.rows ?? 30,
		cwd: scenario.workdir,
		env: {...scenario.env, ...(options.token !== undefined && {[tokenVariable]: options.token})},
	});
	try {
		// While it says `loading` its thread does not exist yet.
		await pty.waitFor(
			lines =>
				lines.some(line => line.startsWith(composerPrompt)) && !lines.some(line => line.trim() === 'loading'),
			20_000,
		);
	} catch (error) {
		await pty.kill();
		throw error;
	}

	return {
		pty,
		say: async text => {
			pty.type(text);
			await pty.waitFor(text);
			pty.press('enter');
			await pty.waitFor(lines => {
				const composer = lines.findLastIndex(line => line.startsWith(composerPrompt));
				return lines.slice(0, composer).some(line => line.startsWith(composerPrompt) && line.includes(text));
			});
		},
		threadId: async () => {
			const {client} = scenario.pilot;
			const {data} = await client.call('thread/loaded/list');
			for (const threadId of data as readonly string[]) {
				const {thread} = await client.call('thread/read', {threadId});
				const {ephemeral} = thread as {ephemeral?: boolean};
				if (!ephemeral && !before.has(threadId)) {
					return threadId;
				}
			}

			throw new Error('The stock TUI has no thread yet.');
		},
		quit: async () => {
			let exited = false;
			const exit = pty.exit.then(() => {
				exited = true;
			});
			// The first one only interrupts when a turn is running, or is lost while the screen is being built.
			for (let attempt = 0; attempt < quitAttempts && !exited; attempt++) {
				pty.press('ctrl-c');
				await Promise.race([exit, later(quitPatienceMs)]);
			}

			await pty.kill();
		},
	};
};
