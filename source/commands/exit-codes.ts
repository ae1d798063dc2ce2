/** Exit codes, everywhere the same, and the errors that carry one to the command line. */
import {RpcError} from '../json-rpc/errors.ts';
import {EndpointError} from '../transport/endpoint.ts';
import {TransportError} from '../transport/errors.ts';
import {sanitiseLine} from '../view/sanitise.ts';

export const exitCodes = {
	done: 0,
	failed: 1,
	/** Also: the thread that was meant is ambiguous. */
	usage: 2,
	/** No server, or no such thread. */
	notThere: 3,
	/** The server or our own promise says no. */
	refused: 4,
	/** The connection was lost and given up. */
	lost: 5,
	interrupted: 130,
} as const;

/** What a shell says of a program that this signal ended. */
export const signalExitCodes: ReadonlyMap<NodeJS.Signals, number> = new Map([
	['SIGINT', exitCodes.interrupted],
	['SIGTERM', 143],
	['SIGHUP', 129],
]);

/** A failure with its sentence for people and its exit code. `more` are further lines, such as candidates. */
export class CommandError extends Error {
	override readonly name = 'CommandError';
	readonly exitCode: number;
	readonly more: readonly string[];

	constructor(exitCode: number, sentence: string, more: readonly string[] = []) {
		super(sentence);
		this.exitCode = exitCode;
		this.more = more;
	}
}

export type Explanation = {readonly lines: readonly string[]; readonly exitCode: number};

const transportExitCode = ({code}: TransportError): number => {
	switch (code) {
		case 'unauthorised':
		case 'forbidden':
		case 'permission':
		case 'unsafe-token':
			return exitCodes.refused;
		case 'unsupported':
			return exitCodes.usage;
		case 'closed':
		case 'oversized':
			return exitCodes.lost;
		case 'no-server':
		case 'not-a-socket':
		case 'not-codex':
		case 'tls':
		case 'host-key':
		case 'unreachable':
		case 'unavailable':
		case 'path-too-long':
		case 'timeout':
			return exitCodes.notThere;
	}
};

/** The words of a server are made harmless before they reach a terminal. */
const explainRpc = ({kind, message}: RpcError): Explanation => {
	const words = sanitiseLine(message);
	switch (kind) {
		case 'closed':
		case 'timeout':
			return {lines: [words], exitCode: exitCodes.lost};
		case 'malformed':
			return {lines: [words], exitCode: exitCodes.failed};
		case 'overloaded':
		case 'unsupported':
		case 'refused':
			return {lines: [`The App Server said no: ${words}`], exitCode: exitCodes.failed};
	}
};

/** What to print on stderr, and the exit code, for anything that was thrown. */
export const explain = (error: unknown): Explanation => {
	if (error instanceof CommandError) {
		// One that a signal ended needs no words.
		const lines = error.message === '' ? [] : [error.message, ...error.more];
		return {lines, exitCode: error.exitCode};
	}
	if (error instanceof EndpointError) return {lines: [error.message], exitCode: exitCodes.usage};
	if (error instanceof TransportError) return {lines: [error.sentence], exitCode: transportExitCode(error)};
	if (error instanceof RpcError) return explainRpc(error);
	const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
	// An error that nobody foresaw may quote what it broke on.
	const stack = text.split('\n').map(sanitiseLine).join('\n');
	return {lines: [`Jumpseat failed, and should not have: ${stack}`], exitCode: exitCodes.failed};
};
