/**
 * A call that did not succeed, sorted into the few kinds that a caller can act on. Messages are short enough
 * to show: an App Server's answer to an unknown method names every method it knows (PROTOCOL).
 */
import type {Json} from '../protocol/types.ts';

export type RpcErrorKind =
	/** -32001: the server is busy; a read may be repeated, a change may not. */
	| 'overloaded'
	/** This server does not know the method, or a word in its parameters. */
	| 'unsupported'
	/** The server understood and said no. */
	| 'refused'
	/** The connection ended first: whether the server acted is unknown. */
	| 'closed'
	/** No answer in time: whether the server acted is unknown. */
	| 'timeout'
	/** The server answered with neither a result nor an error. */
	| 'malformed';

export type RpcErrorInit = {
	readonly kind: RpcErrorKind;
	readonly message: string;
	readonly code?: number;
	readonly data?: Json | undefined;
	readonly cause?: unknown;
};

export class RpcError extends Error {
	override readonly name = 'RpcError';
	/** The server's; 0 for kinds that no server sent (`closed`, `timeout`, `malformed`). */
	readonly code: number;
	readonly kind: RpcErrorKind;
	/** What the server added, unread. */
	readonly data: Json | undefined;

	constructor({kind, message, code = 0, data, cause}: RpcErrorInit) {
		super(shortened(message), cause === undefined ? undefined : {cause});
		this.kind = kind;
		this.code = code;
		this.data = data;
	}
}

/** From the `error` member of a response, whatever its shape. */
export const rpcErrorFrom = (error: Json): RpcError => {
	const {code, message, data} = typeof error === 'object' && error !== null && !isList(error) ? error : {};
	if (typeof code !== 'number' || typeof message !== 'string') {
		return new RpcError({
			kind: 'malformed',
			message: 'The server answered with an error that has no code or message.',
		});
	}
	return new RpcError({kind: kindOf(code, message), message, code, data});
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** serde's words for a method, a field's value or a variant that this server's version does not have. */
const unknownWord = /unknown variant `/u;

/** JSON-RPC's own, and the App Server's for being busy (PROTOCOL, "JSON-RPC"). */
export const rpcCodes = {
	overloaded: -32_001,
	invalidRequest: -32_600,
	noMethod: -32_601,
	badParams: -32_602,
	internal: -32_603,
} as const;

const kindOf = (code: number, message: string): RpcErrorKind => {
	if (code === rpcCodes.overloaded) return 'overloaded';
	if (code === rpcCodes.noMethod || unknownWord.test(message)) return 'unsupported';
	return 'refused';
};

const messageLimit = 300;

/** Drops the list of all known variants, and the tail of what is still too long. */
const shortened = (message: string): string => {
	const text = message.replace(/(unknown (?:variant|field) `[^`]*`), expected .*/su, '$1');
	return text.length <= messageLimit ? text : `${cutAt(text, messageLimit - 1)}…`;
};

/** The first `limit` UTF-16 units, less a surrogate that would lose its partner. Shares no memory with `text`. */
export const cutAt = (text: string, limit: number): string => {
	// Array.from copies: V8 would keep a frame of many megabytes alive for the sake of a slice of it.
	const characters = Array.from(text.slice(0, limit));
	const last = characters.at(-1);
	if (text.length > limit && last !== undefined && /^[\uD800-\uDBFF]$/u.test(last)) characters.pop();
	return characters.join('');
};
