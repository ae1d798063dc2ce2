/**
 * How the server is reached, from options, settings and environment: the token, the certificates that are trusted,
 * what is run over ssh. Secrets come from the environment or from a file of the person's own, never from an argument,
 * and no error repeats one. Called by the composition root.
 */
import path from 'node:path';
import type {Access} from '../transport/connect.ts';
import {CommandError, exitCodes} from './exit-codes.ts';

/** Options or settings; undefined: not given. */
export type AccessValues = {
	readonly tokenEnv: string | undefined;
	readonly tokenFile: string | undefined;
	readonly tlsCa: string | undefined;
	readonly tlsPin: string | undefined;
	readonly remoteCommand: string | undefined;
};

/** @throws CommandError `usage` */
export const readAccess = (values: AccessValues, env: Readonly<NodeJS.ProcessEnv>, home: string): Access => {
	const {tokenEnv, remoteCommand} = values;
	const token = tokenEnv === undefined ? undefined : env[tokenEnv] || undefined;
	if (tokenEnv !== undefined && token === undefined) {
		throw new CommandError(exitCodes.usage, `--token-env names ${tokenEnv}, but that variable is not set.`);
	}
	return {
		codexHome: env.CODEX_HOME || path.join(home, '.codex'),
		token,
		ssh: {remoteCommand, mayPrompt: () => true},
	};
};
