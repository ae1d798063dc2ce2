/**
 * What is read beside a join: older pages for whoever scrolls up, the newest turns again after a doubt, the list of
 * threads. A read that fails is one line for the person, never the end of the session; an answer that comes after
 * the next join is dropped. Made by the session.
 */

import {RpcError} from '../json-rpc/errors.ts';
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';
import type {Environment, ServerConnection} from './connection.ts';
import {sentenceOf} from './failures.ts';
import {listNewestTurns, pageSize, readTurns} from './hydrate.ts';
import type {SessionEvent} from './session-events.ts';
import {listThreads} from './threads.ts';

/** Where the session stands now. */
export type Whereabouts = {
	readonly through: ServerConnection | undefined;
	readonly threadId: string | undefined;
	readonly isJoined: boolean;
	/** Tells one join from the next. */
	readonly join: number;
};

export type ReadsOptions = {
	readonly environment: Environment;
	readonly where: () => Whereabouts;
	readonly onEvent: (event: SessionEvent) => void;
	readonly tellThread: (event: UntimedThreadEvent) => void;
};

export type Reads = {
	/** Asks for the page of turns before `cursor`, once however often it is called. */
	readonly loadOlder: (cursor: string) => void;
	/** Lists the newest turns again (two by default), where the stream may have missed their end. */
	readonly relistTurns: (newest?: number) => void;
	readonly listThreads: () => void;
	/** Lets all but about `keep` turns go; one at a time, and without a word where the server cannot list them. */
	readonly pageOut: (keep: number) => void;
};

/** After a page of older turns could not be read: scrolling asks with every picture. */
const askAgainAfterMs = 5000;
/** The turn that ended in doubt, and the one that may have begun since. */
const doubtfulTurns = 2;

export const createReads = ({environment, where, onEvent, tellThread}: ReadsOptions): Reads => {
	let askedFor: {readonly cursor: string; readonly join: number} | undefined;

	const ask = async (
		what: string,
		work: (through: ServerConnection) => Promise<void>,
	): Promise<'done' | 'failed'> => {
		const {through} = where();
		if (through === undefined) return 'failed';
		try {
			await work(through);
			return 'done';
		} catch (error) {
			if (through === where().through) {
				onEvent({type: 'askFailed', what, why: sentenceOf(error), atMs: environment.nowMs()});
			}
			return 'failed';
		}
	};

	const loadOlder = async (cursor: string): Promise<void> => {
		const {through, threadId, join} = where();
		if (through === undefined || threadId === undefined) return;
		if (askedFor?.cursor === cursor && askedFor.join === join) return;
		const mine = {cursor, join};
		askedFor = mine;
		const mayAskAgain = (): void => {
			if (askedFor === mine) askedFor = undefined;
		};
		const outcome = await ask('older turns', async connection => {
			const page = await readTurns(connection, threadId, {cursor, limit: pageSize});
			if (join !== where().join) return;
			mayAskAgain();
			// A cursor that leads to itself would be followed for ever.
			const isLast = page.nextCursor === cursor;
			tellThread({type: 'olderTurnsLoaded', page: isLast ? {...page, nextCursor: null} : page});
		});
		if (outcome === 'failed') environment.later(askAgainAfterMs, mayAskAgain);
	};

	let pagingOut: ServerConnection | undefined;
	const pageOut = async (keep: number): Promise<void> => {
		const {through, threadId, join} = where();
		if (through === undefined || threadId === undefined || pagingOut === through) return;
		pagingOut = through;
		try {
			const page = await listNewestTurns(through, threadId, keep);
			if (join === where().join) tellThread({type: 'turnsPagedOut', page});
			pagingOut = undefined;
		} catch (error) {
			// Then they stay: it would only have saved memory, and this connection is not asked again.
			if (!(error instanceof RpcError)) throw error;
		}
	};

	return {
		pageOut: keep => void pageOut(keep),
		loadOlder: cursor => void loadOlder(cursor),
		relistTurns(newest = doubtfulTurns) {
			const {threadId, isJoined, join} = where();
			if (threadId === undefined || !isJoined) return;
			void ask('the last turns', async through => {
				const page = await readTurns(through, threadId, {limit: newest});
				if (join === where().join) tellThread({type: 'turnsRelisted', page});
			});
		},
		listThreads() {
			void ask('threads', async through => {
				onEvent({type: 'threadsListed', threads: await listThreads(through)});
			});
		},
	};
};
