/**
 * The composition root: flags, environment and settings → endpoint and context → verb → exit code. The only place,
 * beside the verbs, that touches the process, the clock and chance.
 */
import {readFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import meow from 'meow';
import packageJson from '../package.json' with {type: 'json'};
import type {Environment} from './app-server/connection.ts';
import type {Context} from './commands/context.ts';
import {CommandError, exitCodes, explain} from './commands/exit-codes.ts';
import {flagComplaint} from './commands/flag-complaint.ts';
import {readSettings} from './commands/settings.ts';
import {helpText, laterVerbs, verbs} from './commands/verbs.ts';
import {parseEndpoint} from './transport/endpoint.ts';

const environment: Environment = {
	nowMs: Date.now,
	random: Math.random,
	later(delayMs, task) {
		const timer = setTimeout(task, delayMs);
		return () => clearTimeout(timer);
	},
};

const parse = () => {
	const complaint = flagComplaint(process.argv.slice(2));
	if (complaint !== undefined) throw new CommandError(exitCodes.usage, complaint);
	try {
		return parseChecked();
	} catch (error) {
		// An option that was given twice.
		throw new CommandError(exitCodes.usage, error instanceof Error ? error.message : String(error));
	}
};

const parseChecked = () =>
	meow({
		importMeta: import.meta,
		pkg: packageJson,
		description: false,
		help: helpText(),
		autoHelp: false,
		autoVersion: false,
		booleanDefault: undefined,
		flags: {
			connect: {type: 'string', shortFlag: 'c'},
			tokenEnv: {type: 'string'},
			observe: {type: 'boolean', shortFlag: 'o'},
			name: {type: 'string', shortFlag: 'n'},
			json: {type: 'boolean'},
			help: {type: 'boolean', shortFlag: 'h'},
			version: {type: 'boolean', shortFlag: 'v'},
		},
	});

const present = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

const main = async (): Promise<number> => {
	const {flags, input} = parse();
	const {env} = process;
	if (flags.help) {
		process.stdout.write(`${helpText()}\n`);
		return exitCodes.done;
	}
	if (flags.version) {
		process.stdout.write(`${packageJson.version}\n`);
		return exitCodes.done;
	}
	const [first, ...rest] = input;
	const verb = verbs.find(each => each.name === first)?.name ?? 'attach';
	const words = verb === first ? rest : input;
	if (first !== undefined && laterVerbs.includes(first)) {
		throw new CommandError(
			exitCodes.usage,
			`This version of Jumpseat has no \`${first}\`. \`jumpseat --help\` lists what it has.`,
		);
	}
	const most = verb === 'attach' ? 1 : 0;
	if (words.length > most) {
		throw new CommandError(
			exitCodes.usage,
			`\`jumpseat ${verb}\` takes ${most === 0 ? 'no words' : 'one thread'} and got: ${words.join(' ')}`,
		);
	}

	const settings = readSettings(env, os.homedir(), file => readFileSync(file, 'utf8'));
	const tokenEnv = flags.tokenEnv ?? settings.tokenEnv;
	const token = tokenEnv === undefined ? undefined : present(env[tokenEnv]);
	if (tokenEnv !== undefined && token === undefined) {
		throw new CommandError(exitCodes.usage, `--token-env names ${tokenEnv}, but that variable is not set.`);
	}
	const context: Context = {
		endpoint: parseEndpoint(flags.connect ?? present(env.JUMPSEAT_CONNECT) ?? settings.connect ?? 'unix://'),
		observe: flags.observe ?? settings.observe ?? false,
		name: flags.name ?? present(env.JUMPSEAT_NAME) ?? settings.name,
		json: flags.json ?? false,
		token,
		codexHome: present(env.CODEX_HOME) ?? path.join(os.homedir(), '.codex'),
		cwd: process.cwd(),
		home: os.homedir(),
		version: packageJson.version,
		env,
		environment,
		stdin: process.stdin,
		stdout: process.stdout,
		stderr: process.stderr,
	};
	switch (verb) {
		case 'ls': {
			const {ls} = await import('./commands/ls.ts');
			return ls(context);
		}
		case 'demo': {
			const {runDemo} = await import('./commands/run-demo.ts');
			return runDemo(context);
		}
		default: {
			const {attach} = await import('./commands/attach.tsx');
			return attach(context, words[0]);
		}
	}
};

/** A reader that went away (`| head`) is no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
	process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

try {
	process.exitCode = await main();
} catch (error) {
	const {lines, exitCode} = explain(error);
	process.stderr.write(`${lines.join('\n')}\n`);
	process.exitCode = exitCode;
}
// Whatever still holds the event loop (a terminal, a timer) must not keep a finished command alive.
process.exit();
