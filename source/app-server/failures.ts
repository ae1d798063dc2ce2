/** What to make of a failure to connect: is it worth another try, and how to say it. Pure; used by the session. */
import {RpcError} from '../json-rpc/errors.ts';
import {TransportError} from '../transport/errors.ts';

/** Failures that no retry mends: a person has to do something first. */
export const isPermanent = (error: unknown): boolean => {
	if (!(error instanceof TransportError)) return false;
	switch (error.code) {
		case 'unauthorised':
		case 'forbidden':
		case 'permission':
		case 'tls':
		case 'host-key':
		case 'not-codex':
		case 'not-a-socket':
		case 'path-too-long':
		case 'unsafe-token':
		case 'unsupported':
			return true;
		case 'no-server':
		case 'unreachable':
		case 'unavailable':
		case 'closed':
		case 'oversized':
		case 'timeout':
			return false;
	}
};

/** Of a connection that was closed before it was initialised. */
export const closeCodeOf = (error: unknown): number | undefined =>
	error instanceof RpcError && error.kind === 'closed' && error.code !== 0 ? error.code : undefined;

export const sentenceOf = (error: unknown): string =>
	error instanceof TransportError ? error.sentence : error instanceof Error ? error.message : String(error);
