/**
 * What goes through a session's connection for somebody else: a gateway's calls to the server (`share/`), and this
 * seat's own words to a share. Nothing is kept or repeated when there is no connection. Made by the session.
 */
import {RpcError} from '../json-rpc/errors.ts';
import type {OutgoingMethod} from '../protocol/methods.ts';
import type {Json} from '../protocol/types.ts';
import type {CallOptions} from './connection.ts';
import type {Whereabouts} from './reads.ts';

export type PassOn = {
	/**
	 * A call of somebody else's. `onResult` is told at its place in the wire order. Rejects with `RpcError`, `closed`
	 * where there is no connection, or with what the gate throws.
	 */
	readonly forward: (method: OutgoingMethod, params: Json, options?: CallOptions) => Promise<unknown>;
	/** Says something to a share, if we are connected: it is about now, so nothing is kept for later. */
	readonly tellShare: (method: OutgoingMethod, params: Json) => void;
};

export const createPassOn = (where: () => Whereabouts): PassOn => ({
	async forward(method, params, options) {
		const {through} = where();
		if (through === undefined)
			throw new RpcError({kind: 'closed', message: 'There is no connection to the server.'});
		return through.ask(method, params, options);
	},
	tellShare(method, params) {
		try {
			where().through?.notify(method, params);
		} catch {
			// The connection is ending: the share will have noticed, too.
		}
	},
});
