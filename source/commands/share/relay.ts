/**
 * `jumpseat relay`: carries shares between people who can both only dial out, until a signal ends it. What it says goes
 * to stderr, and is never about who is here.
 */
import process from 'node:process';
import {type Relay, startRelay} from '../../share/relay/relay.ts';
import {nodeCode} from '../../transport/errors.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes, signalExitCodes} from '../exit-codes.ts';

const defaultAddress = '127.0.0.1:4711';

type Address = {readonly host: string; readonly port: number};

/** @throws CommandError */
const parseAddress = (text: string): Address => {
	const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
	const host = bracketed ?? plain;
	if (host === undefined || Number(port) > 65_535) {
		throw new CommandError(
			exitCodes.usage,
			`${JSON.stringify(text)} is no address to listen on: expected HOST:PORT, as in ${defaultAddress}.`,
		);
	}
	return {host, port: Number(port)};
};

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
			return new CommandError(exitCodes.failed, `${text} is no address of this machine.`);
		default:
			return new CommandError(exitCodes.failed, `Nothing can listen on ${text} (${code}).`);
	}
};

/** Ends with 0 on SIGTERM, which is how a service is asked to end. @throws CommandError */
export const relay = async ({options, environment, stderr}: Context): Promise<number> => {
	const text = options.relayAt ?? defaultAddress;
	const address = parseAddress(text);
	let started: Relay;
	try {
		started = await startRelay({...address, environment});
	} catch (error) {
		throw explain(error, text);
	}
	const shown = address.host.includes(':') ? `[${address.host}]` : address.host;
	const signal = nextSignal();
	stderr.write(`The relay listens on ${shown}:${started.port}, until Ctrl+C.\n`);
	const ended = await signal;
	await started.stop();
	stderr.write('The relay has ended.\n');
	return ended === 'SIGTERM' ? exitCodes.done : (signalExitCodes.get(ended) ?? exitCodes.failed);
};

/** A second one ends the process as if nobody listened. */
const nextSignal = (): Promise<NodeJS.Signals> =>
	new Promise(resolve => {
		const onSignal = (signal: NodeJS.Signals): void => {
			for (const each of signalExitCodes.keys()) process.off(each, onSignal);
			resolve(signal);
		};
		for (const each of signalExitCodes.keys()) process.on(each, onSignal);
	});
