/**
 * `jumpseat tmux`: opens a pane beside the current one, attached to the thread of that pane's directory. Whatever can
 * go wrong goes wrong here, before the pane: a pane whose program fails is gone before anybody has read why.
 * Invariant: no secret becomes an argument or a variable of tmux, where everybody can read it.
 */
import {execFile} from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import {smallest} from '../../view/layout.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {ambiguous, findThread, noSuchThread, reachServer} from '../reach.ts';
import {parseSize, seatWords, splitWords} from './split.ts';

/** What a Jumpseat reads from its environment; an empty one counts as none. A pane has tmux's environment, not ours. */
const passedOn = ['JUMPSEAT_CONNECT', 'JUMPSEAT_NAME', 'CODEX_HOME', 'XDG_CONFIG_HOME', 'NO_COLOR'];

/** Prints the id of the new pane. `wanted`: as everywhere; undefined: the only live thread of the pane's directory. */
export const tmux = async (context: Context, wanted: string | undefined): Promise<number> => {
	const {env, options, given, stdout} = context;
	if (!env.TMUX) {
		throw new CommandError(
			exitCodes.usage,
			'This is not inside tmux. Start `tmux` first, and Codex in it; anywhere else run `jumpseat` in another terminal.',
		);
	}
	if (options.size !== undefined && parseSize(options.size) === undefined) {
		throw new CommandError(
			exitCodes.usage,
			`--size is columns (or rows), or a share such as 40%, and got: ${sanitiseLine(options.size)}`,
		);
	}
	await checkSecrets(context);
	const pane = await currentPane(context);
	const threadId = await threadOf({...context, cwd: pane.directory}, wanted);
	const opened = await runTmux(
		context,
		splitWords({
			pane: pane.id,
			below: options.below,
			size: options.size,
			environment: Object.fromEntries(passedOn.map(name => [name, env[name] ?? ''])),
			command: [
				process.execPath,
				process.argv[1] ?? '',
				'attach',
				...seatWords(given, file => path.resolve(context.cwd, file)),
				'--',
				threadId,
			],
			format: '#{pane_id} #{pane_width} #{pane_height}',
		}),
		pane.directory,
	);
	const [id = '', columns = '', rows = ''] = opened.trim().split(' ');
	if (Number(columns) < smallest.columns || Number(rows) < smallest.rows) {
		await runTmux(context, ['kill-pane', '-t', id]);
		throw new CommandError(
			exitCodes.failed,
			`The new pane would be ${columns}×${rows}, and Jumpseat needs ${smallest.columns}×${smallest.rows}: try --size, --below or a new window.`,
		);
	}
	stdout.write(`${id}\n`);
	return exitCodes.done;
};

/** The pane that we were called from, or the current one for a key binding, which runs in none. */
const currentPane = async (context: Context): Promise<{readonly id: string; readonly directory: string}> => {
	const {TMUX_PANE: pane} = context.env;
	const said = await runTmux(context, [
		...['display-message', '-p'],
		...(pane ? ['-t', pane] : []),
		'#{pane_id} #{pane_current_path}',
	]);
	const [, id, directory] = /^(%\d+) (.*)\n$/s.exec(said) ?? [];
	if (id === undefined) throw new CommandError(exitCodes.failed, 'tmux does not say which pane this is.');
	return {id, directory: directory || context.cwd};
};

/** One list and no more; joins nothing. */
const threadOf = async (context: Context, wanted: string | undefined): Promise<string> => {
	const connection = await reachServer(context, () => 'observe');
	try {
		const {resolution} = await findThread(context, connection, wanted);
		if (resolution.kind === 'ambiguous') throw ambiguous(wanted, resolution.candidates);
		if (resolution.kind === 'none') throw noSuchThread(wanted, context.endpoint.display);
		return resolution.thread.id;
	} finally {
		await connection.close();
	}
};

/** The new pane must find a token in tmux's environment by itself, or in a file. */
const checkSecrets = async (context: Context): Promise<void> => {
	const {env, given, settings, endpoint} = context;
	if (given.connect === undefined && env.JUMPSEAT_CONNECT?.includes('?')) {
		throw new CommandError(
			exitCodes.usage,
			'JUMPSEAT_CONNECT has a query, which may be a secret, and a new pane could only get it where all can read it. Use --token-file.',
		);
	}
	if (endpoint.kind !== 'ws' || given['token-file'] !== undefined) return;
	const name = given['token-env'] ?? settings['token-env'];
	if (typeof name !== 'string' || (await isInTmux(context, name))) return;
	throw new CommandError(
		exitCodes.usage,
		`The token in ${sanitiseLine(name)} cannot reach a new pane, which has the environment of tmux: use --token-file, or start tmux with the variable set.`,
	);
};

/** Does a new pane have this variable, with the value that we have? That of the session beats the global one. */
const isInTmux = async (context: Context, name: string): Promise<boolean> => {
	for (const scope of [[], ['-g']]) {
		const said = await runTmux(context, ['show-environment', ...scope, '--', name]).catch(() => undefined);
		if (said !== undefined) return said === `${name}=${context.env[name] ?? ''}\n`;
	}
	return false;
};

/** Resolves with what tmux printed. UTF-8 whatever the locale says: else it prints `_` for every other letter. */
const runTmux = (context: Context, words: readonly string[], cwd = context.cwd): Promise<string> =>
	new Promise((resolve, reject) => {
		execFile('tmux', ['-u', ...words], {cwd, env: {...context.env}}, (error, stdout, stderr) => {
			if (error === null) resolve(stdout);
			else if (error.code === undefined || typeof error.code === 'string')
				reject(new CommandError(exitCodes.failed, `tmux cannot be run: ${sanitiseLine(error.message)}`));
			else reject(new CommandError(exitCodes.failed, `tmux said no: ${sanitiseLine(stderr.trim())}`));
		});
	});
