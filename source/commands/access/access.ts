/**
 * How the server is reached, from options, settings and environment: the token, the certificates that are trusted,
 * what is run over ssh. Secrets come from the environment or from a file of the person's own, never from an argument,
 * and no error repeats one. An option that has no meaning for the endpoint is an error, because somebody counts on it;
 * a setting is a default, and then stands aside. Called by the composition root.
 */
import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import type {Access} from '../../transport/connect.ts';
import {parsePin, type TlsOptions} from '../../transport/connect-ws.ts';
import type {Endpoint} from '../../transport/endpoint.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {readTokenFile} from './token-file.ts';

/** By the names of the options, as they were written; undefined: not given. */
export type AccessValues = {
	readonly 'token-env'?: string | undefined;
	readonly 'token-file'?: string | undefined;
	readonly 'tls-ca'?: string | undefined;
	readonly 'tls-pin'?: string | undefined;
	readonly 'remote-command'?: string | undefined;
};

/** The same for what connects by itself later on: it must not stop at a question that nobody is there to answer. */
export const unattended = (access: Access): Access => ({
	...access,
	ssh: {...access.ssh, mayPrompt: () => false},
});

type AccessName = keyof AccessValues;

export type AccessSources = {
	readonly endpoint: Endpoint;
	/** From the command line. */
	readonly given: AccessValues;
	readonly settings: AccessValues;
	readonly env: Readonly<NodeJS.ProcessEnv>;
	readonly home: string;
};

const usage = (sentence: string): CommandError => new CommandError(exitCodes.usage, sentence);

/** @throws CommandError `usage` */
export const readAccess = (sources: AccessSources): Access => {
	const {endpoint, given, settings, env, home} = sources;
	const isSecure = endpoint.kind === 'ws' && endpoint.secure;
	const notFor = (names: readonly AccessName[], kind: string): void => {
		const name = names.find(each => given[each] !== undefined);
		if (name === undefined) return;
		throw usage(`--${name} is for ${kind}, and this server is ${endpoint.display}: leave it out.`);
	};
	if (endpoint.kind !== 'ws') notFor(['token-env', 'token-file'], 'ws:// and wss://');
	if (!isSecure) notFor(['tls-ca', 'tls-pin'], 'wss://');
	if (endpoint.kind !== 'ssh') notFor(['remote-command'], 'ssh://');
	return {
		codexHome: env.CODEX_HOME || path.join(home, '.codex'),
		...(endpoint.kind === 'ws' && {token: tokenOf(oneOf(['token-env', 'token-file'], given, settings), env)}),
		...(isSecure && {tls: tlsOf(oneOf(['tls-ca', 'tls-pin'], given, settings))}),
		ssh: {remoteCommand: given['remote-command'] ?? settings['remote-command'], mayPrompt: () => true},
	};
};

type Chosen = {readonly name: AccessName; readonly value: string};

/** Of two ways to say the same thing only one may be said; either as an option beats both as settings. */
const oneOf = (
	names: readonly [AccessName, AccessName],
	given: AccessValues,
	settings: AccessValues,
): Chosen | undefined => {
	for (const values of [given, settings]) {
		const chosen = names.flatMap(name => {
			const value = values[name];
			return value === undefined ? [] : [{name, value}];
		});
		if (chosen.length > 1) {
			const [one, other] = values === given ? names.map(name => `--${name}`) : names.map(name => `"${name}"`);
			const where = values === given ? '' : ' in the settings file';
			throw usage(`${one} and ${other}${where} exclude each other: keep one of them.`);
		}
		if (chosen[0] !== undefined) return chosen[0];
	}
	return undefined;
};

/** Asked at each connection: a file may have been rotated since. Nothing is read before. */
const tokenOf = (
	chosen: Chosen | undefined,
	env: Readonly<NodeJS.ProcessEnv>,
): (() => string) | undefined => {
	if (chosen === undefined) return undefined;
	const {name, value} = chosen;
	if (name === 'token-file') return () => readTokenFile(value);
	// Somebody may have given the token itself.
	if (!/^\w+$/.test(value)) throw usage('--token-env wants the name of a variable that holds the token.');
	return () => {
		const token = env[value];
		if (!token) throw usage(`--token-env names ${sanitiseLine(value)}, but that variable is not set.`);
		return token;
	};
};

const tlsOf = (chosen: Chosen | undefined): TlsOptions => {
	if (chosen === undefined) return {};
	const {name, value} = chosen;
	if (name === 'tls-ca') return {ca: readAuthorities(value)};
	const pin = parsePin(value);
	if (pin === undefined) {
		throw usage(
			`--tls-pin wants sha256: and 64 hex digits, and got: ${sanitiseLine(value)}. Where the server runs, ` +
				'`openssl x509 -in CERT.pem -noout -fingerprint -sha256` tells them.',
		);
	}
	return {pin};
};

/** All certificates of a PEM file; one that is broken would make OpenSSL skip the rest without a word. */
const readAuthorities = (file: string): string => {
	const refuse = (why: string): CommandError =>
		usage(`--tls-ca wants a file with certificates in PEM, and ${sanitiseLine(file)} ${sanitiseLine(why)}.`);
	let text: string;
	try {
		text = readFileSync(file, 'utf8');
	} catch (error) {
		throw refuse(`cannot be read: ${error instanceof Error && 'code' in error ? error.code : error}`);
	}
	const blocks = text.match(/-----BEGIN CERTIFICATE-----.*?(?:-----END CERTIFICATE-----|$)/gs) ?? [];
	if (blocks.length === 0) throw refuse('holds none');
	for (const [index, block] of blocks.entries()) {
		try {
			new X509Certificate(block);
		} catch {
			throw refuse(`holds a broken one (number ${index + 1})`);
		}
	}
	return blocks.join('\n');
};
