/**
 * The context of a verb: options, environment and settings, and the real process, clock and chance. Called by whatever
 * starts a verb: `cli.ts`, and `status/main.ts` for the one that has to be quick.
 */
import {readFileSync} from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import packageJson from '../../package.json' with {type: 'json'};
import type {Environment} from '../app-server/connection.ts';
import {parseEndpoint} from '../transport/endpoint.ts';
import {readAccess} from './access/access.ts';
import type {Settings} from './access/settings.ts';
import {maybeSettings, settingsFile} from './access/settings-file.ts';
import type {Context} from './context.ts';
import type {FlagName} from './line/flags.ts';
import {type CommandLine, textOf} from './line/options.ts';

export const {version} = packageJson;

const environment: Environment = {
	nowMs: Date.now,
	random: Math.random,
	later(delayMs, task) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const readSettings = async (): Promise<Settings> => {
	const {env} = process;
	const home = os.homedir();
	if (!maybeSettings(settingsFile(env, home))) return {};
	return (await import('./access/settings.ts')).readSettings(env, home, file => readFileSync(file, 'utf8'));
};

/** @throws CommandError, EndpointError */
export const contextOf = async ({given, options}: CommandLine): Promise<Context> => {
	const {env} = process;
	const settings = await readSettings();
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
		version,
		env,
		environment,
		/** Opened only when somebody reads it. */
		get stdin() {
			return process.stdin;
		},
		stdout: process.stdout,
		stderr: process.stderr,
	};
};
