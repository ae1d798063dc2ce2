/**
 * One call of a guest, passed on: the answer goes back in its place in the wire order, behind all that the server said
 * before it, and an error goes back in words that tell nothing of the owner's machine.
 */
import type {CallOptions} from '../app-server/connection.ts';
import {RpcError, rpcCodes} from '../json-rpc/errors.ts';
import {type CodexMethod, type Mode, outgoing} from '../protocol/methods.ts';
import type {Json, RpcId} from '../protocol/types.ts';
import type {Guest} from './guest.ts';
import {withOwnIds} from './own-ids.ts';
import type {Parts} from './parts.ts';
import {redactResult} from './redact.ts';
import {withoutOpen} from './without-open.ts';

/** A page of a long history over a slow line takes its time. */
const answerWithinMs = 120_000;

/** Absolute paths: an error may name a file of the server. */
const paths = /(^|[^\w./~-])(?:~?\/|[A-Za-z]:\\|\\\\)[^\s"'`)\]}>,;]+/gu;

/** What a guest may read of an error of the server's. */
export const withoutPaths = (message: string): string => message.replace(paths, '$1…');

export const refuseFor = (guest: Guest, id: RpcId, error: unknown): void => {
	if (!(error instanceof RpcError)) {
		guest.refuse(id, rpcCodes.internal, 'The share could not do that.');
		return;
	}
	const words = guest.role() === 'owner' ? error.message : withoutPaths(error.message);
	guest.refuse(id, error.code === 0 ? rpcCodes.internal : error.code, words);
};

/** What this guest is told of it. The owner is told all; a client that is no Jumpseat, its own messages by its own ids. */
export const toldTo = (guest: Guest, method: CodexMethod, raw: unknown, {family}: Parts): Json => {
	if (guest.role() === 'owner') return raw as Json;
	const redacted = redactResult(method, raw, family);
	return guest.client() === 'jumpseat' ? redacted : withOwnIds(redacted, guest.name);
};

const mayNow = (guest: Guest, method: CodexMethod): boolean => {
	const role = guest.role();
	const modes: readonly Mode[] = outgoing[method].modes;
	return guest.isOpen() && modes.includes(role === 'owner' ? 'drive' : role);
};

/** Resolves when the guest has his answer; true when it was a result. Never rejects. */
export const forward = async (
	parts: Parts,
	guest: Guest,
	{id, method, params}: {readonly id: RpcId; readonly method: CodexMethod; readonly params: Json},
	/** In the wire order, after the guest was told. */
	onTold?: () => void,
): Promise<boolean> => {
	const {upstream, turnstile, family, fanOut, inProgress} = parts;
	let failure: unknown;
	const options: CallOptions = {
		timeoutMs: answerWithinMs,
		onResult(raw) {
			// Nothing may be thrown into the inbox of the session.
			try {
				family.learn(raw);
				fanOut.flush();
				const told = toldTo(guest, method, raw, parts);
				guest.respond(id, method === 'thread/resume' ? withoutOpen(told, inProgress) : told);
				onTold?.();
			} catch (error) {
				failure = error;
			}
		},
	};
	try {
		await turnstile.pass(guest.name, async () => {
			// He may have been sent away, or have another role, since it was judged.
			if (!mayNow(guest, method))
				throw new RpcError({
					kind: 'refused',
					code: rpcCodes.noMethod,
					message: 'Your role changed meanwhile.',
				});
			return upstream.forward(method, params, options);
		});
		if (failure !== undefined) throw failure;
		return true;
	} catch (error) {
		fanOut.flush();
		refuseFor(guest, id, error);
		return false;
	}
};
