/**
 * One frame's text to one message, or the reason why it is none. Pure, total: no text makes it throw. Messages
 * here have no "jsonrpc" member (PROTOCOL). Called by peer.ts.
 */
import {cutAt} from './errors.ts';
import type {Json, RpcId} from './message.ts';

export type Decoded =
	| {
			readonly kind: 'notification';
			readonly method: string;
			readonly params: Json;
			readonly emittedAtMs?: number;
	  }
	| {readonly kind: 'request'; readonly id: RpcId; readonly method: string; readonly params: Json}
	| {readonly kind: 'result'; readonly id: RpcId; readonly result: Json}
	| {readonly kind: 'error'; readonly id: RpcId; readonly error: Json}
	/** An id and nothing else: ends the call of that id, if there is one. */
	| {readonly kind: 'empty'; readonly id: RpcId}
	| {readonly kind: 'malformed'; readonly reason: string};

export const decodeMessage = (text: string): Decoded => {
	let value: Json;
	try {
		value = JSON.parse(text) as Json;
	} catch {
		return malformed('not JSON');
	}
	if (!isObject(value)) return malformed('not a JSON object');
	if (text.length > 2 * mostDepth && isTooDeep(value))
		return malformed(`nested deeper than ${mostDepth} levels`);
	const {id, method, params = null, emittedAtMs, result, error} = value;
	if (id !== undefined && !isId(id)) {
		// A number that JavaScript would round names another request than the server's.
		return malformed('its id is neither a string nor a whole number that can be held exactly');
	}
	if (typeof method === 'string') {
		if (id !== undefined) return {kind: 'request', id, method, params};
		return {
			kind: 'notification',
			method,
			params,
			...(typeof emittedAtMs === 'number' && Number.isFinite(emittedAtMs) && {emittedAtMs}),
		};
	}
	if (method !== undefined) return malformed('its method is not a string');
	if (id === undefined) return malformed('neither a method nor an id');
	// Some servers write both members and null in the one that does not apply.
	if (error !== undefined && error !== null) return {kind: 'error', id, error};
	if (result !== undefined) return {kind: 'result', id, result};
	return {kind: 'empty', id};
};

/** The beginning of a frame that could not be read. */
export const excerptOf = (text: string): string => cutAt(text, 200);

/**
 * No server means anything so deep. The parser takes any depth, but whatever walks such a value later, JSON.stringify
 * included, runs out of stack some thousands of levels down.
 */
const mostDepth = 500;

const isTooDeep = (value: object): boolean => {
	let level: readonly object[] = [value];
	for (let depth = 0; level.length > 0; depth += 1) {
		if (depth > mostDepth) return true;
		const below: object[] = [];
		for (const each of level)
			for (const child of Object.values(each))
				if (typeof child === 'object' && child !== null) below.push(child);
		level = below;
	}
	return false;
};

const malformed = (reason: string): Decoded => ({kind: 'malformed', reason});

const isObject = (value: Json): value is {readonly [key: string]: Json | undefined} =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: Json): value is RpcId => typeof value === 'string' || Number.isSafeInteger(value);
