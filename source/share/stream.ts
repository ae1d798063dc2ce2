/**
 * The notifications of the server on their way to the guests: heard by all who keep books, cut down to what a guest may
 * be told, kept for who joins later, and handed to the fan-out. Invariant: the order of the wire. Made by gateway.ts.
 */
import {asRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {Answers} from './answers.ts';
import type {Joins} from './joins.ts';
import type {Parts} from './parts.ts';
import {redactNotification} from './redact.ts';
import type {Relatives} from './relatives.ts';
import {threadOf} from './requests.ts';
import type {Told} from './upstream.ts';

export type Stream = {readonly hear: (told: Told) => void};

export type StreamOptions = {
	readonly answers: Pick<Answers, 'hear'>;
	readonly joins: Pick<Joins, 'closed' | 'heard'>;
	readonly relatives: Pick<Relatives, 'hear'>;
};

/** A thread that the server lets go of has no subscribers any more. */
const closes = (method: string, params: Json): boolean =>
	method === 'thread/closed' ||
	(method === 'thread/status/changed' && asRecord(asRecord(params)?.status)?.type === 'notLoaded');

export const createStream = (parts: Parts, {answers, joins, relatives}: StreamOptions): Stream => {
	const {family, inProgress, fanOut, guests} = parts;

	/** What is not for guests: other threads, the account. */
	const tellOwners = ({method, params}: Told): void => {
		for (const guest of guests) {
			if (guest.role() !== 'owner') continue;
			fanOut.flush();
			guest.tell(method, params);
		}
	};

	return {
		hear(told) {
			const {method, params, emittedAtMs} = told;
			family.hear(told);
			relatives.hear(told);
			joins.heard(told);
			if (answers.hear(told)) return;
			const redacted = redactNotification(told, family);
			if (redacted === undefined) {
				tellOwners(told);
				return;
			}
			inProgress.told(method, redacted, emittedAtMs);
			fanOut.tell({method, params: redacted, ...(emittedAtMs !== undefined && {emittedAtMs})});
			const closed = closes(method, params) ? threadOf(params) : undefined;
			if (closed !== undefined) joins.closed(closed);
		},
	};
};
