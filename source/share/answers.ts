/**
 * The requests of the server and the answers of guests, between the wire and the books (`requests.ts`): who is shown
 * what, whose answer goes to the server, and who is told of it when the server says that it is settled.
 *
 * Invariants: at most one answer to a request leaves, never an error, never of somebody who may not; nobody is named
 * as the one who answered where the server had settled it before.
 *
 * An answer that the server does not confirm stays the answer while the connection lasts: a second could not undo it,
 * and when one of the two counts at last nobody could tell whose, while everybody is told a name. Its giver and the
 * owner are told that it hangs; a request of a connection that was lost is open again.
 */
import {asRecord} from '../protocol/fields.ts';
import type {Answered} from '../protocol/share.ts';
import type {Json, RpcId, WireServerRequest} from '../protocol/types.ts';
import type {Guest, GuestAnswer} from './guest.ts';
import {type AnswerVerdict, judgeAnswer} from './judge-answer.ts';
import type {Parts} from './parts.ts';
import {redactRequest} from './redact.ts';
import type {Asked, Given} from './requests.ts';
import {tellableAnswer} from './tellable-answer.ts';
import type {Told} from './upstream.ts';
import {answeredSentence, deedOf, subjectOf} from './words.ts';

export type Answers = {
	readonly asked: (request: WireServerRequest) => void;
	readonly show: (guest: Guest, asked: Asked) => void;
	/** He has another role now: what he was not shown in the old one. */
	readonly roleChanged: (guest: Guest) => void;
	readonly answer: (guest: Guest, id: RpcId, answer: GuestAnswer) => void;
	/** Every notification: `serverRequest/resolved` is told on in here, under the share's id. True: it was that. */
	readonly hear: (told: Told) => boolean;
	readonly lost: () => void;
};

/** A server is quicker by far, unless it has stopped. */
export const confirmedWithinMs = 10_000;

/** Another client takes a request for a question to its own person, and says "You approved" when that is not so. */
const canLookOnly = (guest: Guest): boolean => guest.client() === 'jumpseat';
const canAnswer = (guest: Guest): boolean => guest.role() === 'owner' || guest.role() === 'answer';

export const createAnswers = (parts: Parts): Answers => {
	const {environment, upstream, family, requests, fanOut, guests, onNews} = parts;
	/** The least by which the server's clock and the way from there are behind ours: for this connection. */
	let behindMs = Number.POSITIVE_INFINITY;

	/** For answers that went and are not confirmed, by the share's id of the request. */
	const waits = new Map<number, () => void>();

	const warn = (guest: Guest, message: string, threadId: string = family.pinned): void =>
		guest.tell('warning', {threadId, message});

	const show = (guest: Guest, asked: Asked): void => {
		const params = guest.role() === 'owner' ? asked.params : redactRequest(asked, family);
		if (params === undefined) return;
		if (!canLookOnly(guest) && !canAnswer(guest)) {
			warn(guest, `Waits for an answer: ${subjectOf(asked)}`, asked.threadId);
			return;
		}
		requests.shown(asked.id, guest.id);
		fanOut.flush();
		guest.ask(asked.id, asked.method, params);
	};

	const drop = (guest: Guest, why: string, threadId?: string): void => {
		warn(guest, `Your answer was not passed on. ${why}`, threadId);
		onNews({type: 'answerDropped', name: guest.name, why});
	};

	/** The owner's answers go through the gate of the session only, as they would without a share. */
	const judged = (guest: Guest, asked: Asked, result: Json): AnswerVerdict => {
		const role = guest.role();
		return role === 'owner' ? {ok: true, result} : judgeAnswer(asked, result, role);
	};

	const give = (guest: Guest, asked: Asked, result: Json): void => {
		const verdict = judged(guest, asked, result);
		if (!verdict.ok) {
			drop(guest, verdict.why, asked.threadId);
			return;
		}
		// Before it leaves: the server may have settled it before the call returns.
		const atMs = environment.nowMs();
		const why = upstream.answer(asked.upstreamId, verdict.result);
		if (why !== undefined) {
			drop(guest, why, asked.threadId);
			return;
		}
		requests.gave(asked.id, {by: guest.name, guestId: guest.id, answer: verdict.result, atMs});
		if (requests.check(asked.id, guest.id).kind === 'late') waitFor(guest, asked);
	};

	const waitFor = (guest: Guest, asked: Asked): void => {
		const cancel = environment.later(confirmedWithinMs, () => {
			waits.delete(asked.id);
			const subject = subjectOf(asked);
			warn(
				guest,
				`The server has not confirmed your answer: ${subject}. If it does not, it is answered at the server itself.`,
				asked.threadId,
			);
			onNews({type: 'answerUnconfirmed', name: guest.name, subject});
		});
		waits.set(asked.id, cancel);
	};

	const stopWaiting = (id: number): void => {
		waits.get(id)?.();
		waits.delete(id);
	};

	/** It was settled before this answer can have been there. Sound: `behindMs` is never too small. */
	const wasBefore = ({atMs}: Given, emittedAtMs: number | undefined): boolean =>
		emittedAtMs !== undefined && emittedAtMs + behindMs < atMs;

	const tellWho = (asked: Asked, given: Given, threadId: string): void => {
		const {by, answer, atMs} = given;
		const told = tellableAnswer(asked, answer);
		const answered: Answered = {requestId: asked.id, threadId, by, answer: told, atMs};
		const sentence = answeredSentence(by, asked, answer);
		for (const guest of guests) {
			if (!guest.joined.has(threadId)) continue;
			if (guest.client() === 'jumpseat') guest.tell('jumpseat/answered', answered);
			else if (guest.id !== given.guestId) warn(guest, sentence, threadId);
		}
		onNews({type: 'answered', name: by, deed: deedOf(answer), subject: subjectOf(asked)});
	};

	const resolve = (upstreamId: RpcId, {emittedAtMs}: Told): void => {
		const settled = requests.resolved(upstreamId);
		if (settled === undefined) return;
		const {asked, given} = settled;
		stopWaiting(asked.id);
		const {threadId} = asked;
		if (threadId === undefined || !family.has(threadId)) return;
		fanOut.flush();
		if (given !== undefined && !wasBefore(given, emittedAtMs)) tellWho(asked, given, threadId);
		else if (given !== undefined) {
			const giver = [...guests].find(guest => guest.id === given.guestId);
			if (giver !== undefined) warn(giver, 'Somebody at the server had answered before you.', threadId);
		}
		const params = {threadId, requestId: asked.id};
		fanOut.tell({method: 'serverRequest/resolved', params, ...(emittedAtMs !== undefined && {emittedAtMs})});
	};

	return {
		roleChanged(guest) {
			if (canLookOnly(guest) || !canAnswer(guest)) return;
			for (const threadId of guest.joined)
				for (const asked of requests.pending(threadId))
					if (requests.check(asked.id, guest.id).kind === 'neverShown') show(guest, asked);
		},
		asked(request) {
			const {asked, isNew, replaced} = requests.asked(request);
			if (replaced !== undefined) stopWaiting(replaced);
			if (!isNew || asked.threadId === undefined) return;
			for (const guest of guests) if (guest.joined.has(asked.threadId)) show(guest, asked);
		},
		show,
		answer(guest, id, answer) {
			const check = requests.check(id, guest.id);
			switch (check.kind) {
				case 'neverShown':
					drop(guest, 'You were not asked this.');
					return;
				case 'late':
					drop(guest, check.by === undefined ? 'It is settled.' : `${check.by} had answered already.`);
					return;
				case 'open':
					if (answer.ok) give(guest, check.asked, answer.result);
					else drop(guest, 'An error is no answer here: the request is still open.', check.asked.threadId);
			}
		},
		hear(told) {
			if (told.emittedAtMs !== undefined) behindMs = Math.min(behindMs, told.atMs - told.emittedAtMs);
			if (told.method !== 'serverRequest/resolved') return false;
			const requestId = asRecord(told.params)?.requestId;
			if (typeof requestId === 'number' || typeof requestId === 'string') resolve(requestId, told);
			return true;
		},
		lost() {
			behindMs = Number.POSITIVE_INFINITY;
			for (const id of [...waits.keys()]) stopWaiting(id);
			requests.lost();
		},
	};
};
