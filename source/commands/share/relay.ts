/**
 * `jumpseat relay`: carries shares between people who can both only dial out, until a signal ends it. What it says goes
 * to stderr, and is never about who is here.
 */
import {type Relay, startRelay} from '../../share/relay/relay.ts';
import {isLoopback} from '../../transport/connect-ws.ts';
import {nodeCode} from '../../transport/errors.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {parseHostPort} from './listen.ts';
import {nextSignal} from './signals.ts';

const defaultAddress = '127.0.0.1:4711';

const explain = (error: unknown, text: string): unknown => {
	const code = nodeCode(error);
	switch (code) {
		case '':
			return error;
		case 'EADDRINUSE':
			return new CommandError(exitCodes.failed, `${text} is taken: something else listens there.`);
		case 'EACCES':
			return new CommandError(
				exitCodes.refused,
				`This user may not listen on ${text}. Take a port from 1024.`,
			);
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return new CommandError(exitCodes.failed, `${text} is no address of this machine.`);
		default:
			return new CommandError(exitCodes.failed, `Nothing can listen on ${text} (${code}).`);
	}
};

/** @throws CommandError */
export const relay = async ({options, environment, stderr}: Context): Promise<number> => {
	const text = options.relayAt ?? defaultAddress;
	const address = parseHostPort(text);
	if (address === undefined) {
		const sentence = `--listen wants HOST:PORT (port 0: any), and got: ${sanitiseLine(text)}`;
		throw new CommandError(exitCodes.usage, sentence);
	}
	const {host} = address;
	// Listened for first: whoever reads that it listens may end it.
	const signal = nextSignal();
	let started: Relay;
	try {
		started = await startRelay({...address, environment});
	} catch (error) {
		throw explain(error, text);
	}
	const place = `${host.includes(':') ? `[${host}]` : host}:${started.port}`;
	const reach = isLoopback(host)
		? `, for this machine only (--listen 0.0.0.0:${started.port} is for all)`
		: '';
	stderr.write(`The relay listens on ${place}${reach}, until Ctrl+C.\n`);
	const exitCode = await signal;
	await started.stop();
	stderr.write('The relay has ended.\n');
	return exitCode;
};
