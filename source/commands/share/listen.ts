/** Where a share is to listen, as people write it: text in, checked places out. Pure; nothing is opened. */
import {isLoopback} from '../../transport/connect-ws.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** An IPv6 address stands without its brackets; port 0: any that is free. A unix socket without a path is private. */
export type Place =
	| {readonly kind: 'unix'; readonly path: string | undefined}
	| {readonly kind: 'ws' | 'wss'; readonly host: string; readonly port: number};

const usage = (sentence: string): CommandError => new CommandError(exitCodes.usage, sentence);

const forms = 'unix://, unix:///PATH, ws://127.0.0.1:PORT or wss://HOST:PORT';

/** @throws CommandError `usage` */
export const parsePlace = (text: string): Place => {
	const [, scheme, rest = ''] = /^(unix|wss?):\/\/(.*)$/i.exec(text) ?? [];
	if (scheme === undefined) throw usage(`--listen takes ${forms}, and got: ${sanitiseLine(text)}`);
	if (scheme.toLowerCase() === 'unix') {
		if (rest !== '' && !/^\/[^\p{Cc}]*[^\p{Cc}/]$/u.test(rest))
			throw usage(`--listen unix:// wants an absolute path, and got: ${sanitiseLine(text)}`);
		return {kind: 'unix', path: rest === '' ? undefined : rest};
	}
	const kind = scheme.toLowerCase() === 'ws' ? 'ws' : 'wss';
	const address = parseHostPort(rest);
	if (address === undefined)
		throw usage(`--listen ${kind}:// wants HOST:PORT (port 0: any), and got: ${sanitiseLine(text)}`);
	if (kind === 'ws' && !isLoopback(address.host))
		throw usage(
			`--listen ws:// is for this machine only, because it is not encrypted: take wss://${sanitiseLine(rest)}, or ws://127.0.0.1:${address.port} and ssh.`,
		);
	return {kind, ...address};
};

export type HostPort = {readonly host: string; readonly port: number};

/** Port 0 is for who listens. */
export const parseHostPort = (text: string): HostPort | undefined => {
	const [, bracketed, plain, digits] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
	const host = bracketed ?? plain;
	const port = Number(digits);
	return host === undefined || host.startsWith('-') || !(port <= 65_535) ? undefined : {host, port};
};

/** Of --via. @throws CommandError `usage` */
export const parseRelay = (text: string): HostPort => {
	const address = parseHostPort(text);
	if (address === undefined || address.port === 0)
		throw usage(`--via wants the HOST:PORT of a relay, and got: ${sanitiseLine(text)}`);
	return address;
};
