/**
 * The composition root: flags, environment and settings → endpoint and context → verb → exit code. The only place,
 * beside the verbs, that touches the process, the clock and chance.
 */
import {readFileSync} from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import packageJson from '../package.json' with {type: 'json'};
import type {Environment} from './app-server/connection.ts';
import {readAccess} from './commands/access.ts';
import {type CommandLine, readCommandLine, textOf} from './commands/command-line.ts';
import type {Context} from './commands/context.ts';
import {exitCodes, explain} from './commands/exit-codes.ts';
import type {FlagName} from './commands/flags.ts';
import {helpText, verbHelpText} from './commands/help.ts';
import {readSettings} from './commands/settings.ts';
import type {VerbName} from './commands/verbs.ts';
import {parseEndpoint} from './transport/endpoint.ts';

const environment: Environment = {
	nowMs: Date.now,
	random: Math.random,
	later(delayMs, task) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const contextOf = ({given, options}: CommandLine): Context => {
	const {env} = process;
	const settings = readSettings(env, os.homedir(), file => readFileSync(file, 'utf8'));
	const endpoint = parseEndpoint(
		textOf(given, 'connect') ?? present(env.JUMPSEAT_CONNECT) ?? settings.connect ?? 'unix://',
	);
	const text = (name: FlagName) => textOf(given, name);
	return {
		endpoint,
		access: readAccess({
			endpoint,
			given: {
				'token-env': text('token-env'),
				'token-file': text('token-file'),
				'tls-ca': text('tls-ca'),
				'tls-pin': text('tls-pin'),
				'remote-command': text('remote-command'),
			},
			settings,
			env,
			home: os.homedir(),
		}),
		observe: typeof given.observe === 'boolean' ? given.observe : (settings.observe ?? false),
		name: textOf(given, 'name') ?? present(env.JUMPSEAT_NAME) ?? settings.name,
		given,
		settings,
		options: {...options, format: options.format ?? settings.format},
		cwd: process.cwd(),
		home: os.homedir(),
		version: packageJson.version,
		env,
		environment,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
	};
};

/** Each verb is loaded only when it is asked for: Ink and the Markdown lexer cost a status bar nothing. */
const run = async (verb: VerbName, context: Context, words: readonly string[]): Promise<number> => {
	switch (verb) {
		case 'attach':
			return (await import('./commands/attach.tsx')).attach(context, words[0]);
		case 'ls':
			return (await import('./commands/ls.ts')).ls(context);
		case 'demo':
			return (await import('./commands/run-demo.ts')).runDemo(context);
		case 'tail':
			return (await import('./commands/tail.ts')).tail(context, words[0]);
		case 'send':
			return (await import('./commands/send.ts')).send(context, words);
		case 'interrupt':
			return (await import('./commands/interrupt.ts')).interrupt(context, words[0]);
		case 'requests':
			return (await import('./commands/requests.ts')).requests(context, words[0]);
		case 'answer':
			return (await import('./commands/answer.ts')).answer(context, words);
		case 'wait':
			return (await import('./commands/wait.ts')).wait(context, words[0]);
		case 'status':
			return (await import('./commands/status.ts')).status(context, words[0]);
		case 'doctor':
			return (await import('./commands/doctor.ts')).doctor(context);
		case 'tmux':
			return (await import('./commands/tmux.ts')).tmux(context, words[0]);
		case 'completions':
			return (await import('./commands/completions.ts')).completions(context, words[0] ?? '');
	}
};

const main = async (): Promise<number> => {
	const line = readCommandLine(process.argv.slice(2));
	if (line.given.help === true) {
		process.stdout.write(`${line.isNamed ? verbHelpText(line.verb) : helpText()}\n`);
		return exitCodes.done;
	}
	if (line.given.version === true) {
		process.stdout.write(`${packageJson.version}\n`);
		return exitCodes.done;
	}
	return run(line.verb.name, contextOf(line), line.words);
};

/** A reader that went away (`| head`) is no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

try {
	process.exitCode = await main();
} catch (error) {
	const {lines, exitCode} = explain(error);
	for (const line of lines) process.stderr.write(`${line}\n`);
	process.exitCode = exitCode;
}
// Whatever still holds the event loop (a terminal, a timer) must not keep a finished command alive.
process.exit();
