/**
 * What a person sends through a session: messages, an interrupt, the queue, answers. Each is sent once; what became
 * of it comes back as an event. A connection that ends before the answer leaves a message uncertain, and nothing here
 * ever sends it again. Made by the session.
 */
import {RpcError} from '../json-rpc/errors.ts';
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {OutgoingMethod} from '../protocol/methods.ts';
import type {Json, RpcId} from '../protocol/types.ts';
import type {Environment, ServerConnection} from './connection.ts';
import {sentenceOf} from './failures.ts';
import {GateError} from './gate.ts';
import type {Whereabouts} from './reads.ts';
import type {SessionEvent} from './session-events.ts';

export type MessageAim =
	| {readonly kind: 'start'}
	/** Lands in this turn or nowhere: the server compares (PROTOCOL, "Steering"). */
	| {readonly kind: 'steer'; readonly turnId: string}
	| {readonly kind: 'queue'};

export type Sends = {
	/** `messageId` is the signed id that comes back as the message's `clientId`. */
	readonly sendMessage: (messageId: string, aim: MessageAim, text: string) => void;
	readonly interrupt: (turnId: string) => void;
	readonly listQueue: () => void;
	readonly updateQueued: (queuedId: string, text: string) => void;
	readonly deleteQueued: (queuedId: string) => void;
	/** All ids, in the new order. */
	readonly reorderQueue: (queuedIds: readonly string[]) => void;
	/** Starts a parked queue (after an interrupted turn), or one entry of it. */
	readonly startQueue: (queuedId: string | undefined) => void;
	readonly answer: (requestId: RpcId, result: Json) => void;
};

export type SendsOptions = {
	readonly environment: Environment;
	readonly where: () => Whereabouts;
	readonly onEvent: (event: SessionEvent) => void;
};

const answerWithinMs = 30_000;

const textInput = (text: string): Json => [{type: 'text', text, text_elements: []}];

/** The call went out and nobody knows what became of it. */
const isUncertain = (error: unknown): boolean =>
	error instanceof RpcError &&
	(error.kind === 'closed' || error.kind === 'timeout' || error.kind === 'malformed');

export const createSends = ({environment, where, onEvent}: SendsOptions): Sends => {
	const {nowMs} = environment;

	const callFor = (
		aim: MessageAim,
		threadId: string,
		text: string,
		messageId: string,
	): [OutgoingMethod, Json] => {
		const common = {threadId, input: textInput(text), clientUserMessageId: messageId};
		switch (aim.kind) {
			case 'start':
				return ['turn/start', common];
			case 'steer':
				return ['turn/steer', {...common, expectedTurnId: aim.turnId}];
			case 'queue':
				return ['thread/queue/add', common];
		}
	};

	const sendMessage = async (messageId: string, aim: MessageAim, text: string): Promise<void> => {
		const {through, threadId, isJoined} = where();
		if (through === undefined || threadId === undefined || !isJoined) {
			onEvent({
				type: 'messageRefused',
				messageId,
				why: 'There is no live connection to the thread.',
				atMs: nowMs(),
			});
			return;
		}
		const [method, params] = callFor(aim, threadId, text, messageId);
		let response: Promise<unknown>;
		try {
			response = through.call(method, params, {timeoutMs: answerWithinMs}).response;
		} catch (error) {
			onEvent({type: 'messageRefused', messageId, why: sentenceOf(error), atMs: nowMs()});
			return;
		}
		try {
			const result = asRecord(await response);
			const turnId = asString(result?.turnId) ?? asString(asRecord(result?.turn)?.id);
			onEvent({type: 'messageAccepted', messageId, turnId, atMs: nowMs()});
		} catch (error) {
			const why = sentenceOf(error);
			// The loss of its connection made it uncertain then; over the next one it may have been looked up already.
			const isOutdated = where().through !== undefined && where().through !== through;
			if (isUncertain(error) && isOutdated) return;
			if (isUncertain(error)) onEvent({type: 'messageUncertain', messageId, why, atMs: nowMs()});
			else onEvent({type: 'messageRefused', messageId, why, atMs: nowMs()});
		}
	};

	/** A change whose failure is one line for the person. */
	const change = async (what: string, method: OutgoingMethod, params: Json): Promise<boolean> => {
		const {through, isJoined} = where();
		try {
			// A thread that another process owns is followed, and touched by nothing.
			if (through === undefined || !isJoined) throw new Error('There is no live connection to the thread.');
			await through.call(method, params, {timeoutMs: answerWithinMs}).response;
			return true;
		} catch (error) {
			const doubt = isUncertain(error) ? ' Whether it was done is not known.' : '';
			onEvent({type: 'askFailed', what, why: `${sentenceOf(error)}${doubt}`, atMs: nowMs()});
			return false;
		}
	};

	const readQueue = async (through: ServerConnection, threadId: string): Promise<readonly unknown[]> => {
		const entries: unknown[] = [];
		const seen = new Set<string | undefined>();
		let cursor: string | undefined;
		do {
			seen.add(cursor);
			const params: Json = cursor === undefined ? {threadId} : {threadId, cursor};
			const page = asRecord(await through.ask('thread/queue/list', params));
			entries.push(...(asArray(page?.data) ?? []));
			const next = asString(page?.nextCursor);
			// A cursor that comes back would go round for ever.
			cursor = seen.has(next) ? undefined : next;
		} while (cursor !== undefined);
		return entries;
	};

	/** Counts listings: an answer that a later one has overtaken is old. */
	let listings = 0;
	const listQueue = async (): Promise<void> => {
		const {through, threadId, join} = where();
		if (through === undefined || threadId === undefined) return;
		listings += 1;
		const mine = listings;
		const isCurrent = (): boolean => join === where().join && mine === listings;
		try {
			const entries = await readQueue(through, threadId);
			if (isCurrent()) onEvent({type: 'queueListed', threadId, entries, atMs: nowMs()});
		} catch (error) {
			if (!isCurrent()) return;
			if (error instanceof RpcError && error.kind === 'unsupported') onEvent({type: 'queueUnsupported'});
			else onEvent({type: 'askFailed', what: 'the queue', why: sentenceOf(error), atMs: nowMs()});
		}
	};

	const changeQueue = async (
		what: string,
		method: OutgoingMethod,
		params: Record<string, Json>,
	): Promise<void> => {
		const {threadId} = where();
		if (threadId === undefined) return;
		await change(what, method, {threadId, ...params});
		// `thread/queue/changed` may have told already; after a refusal the list is what the person needs to see.
		await listQueue();
	};

	return {
		sendMessage: (messageId, aim, text) => void sendMessage(messageId, aim, text),
		interrupt(turnId) {
			const {threadId} = where();
			if (threadId !== undefined) void change('the interrupt', 'turn/interrupt', {threadId, turnId});
		},
		listQueue: () => void listQueue(),
		updateQueued: (queuedSubmissionId, text) =>
			void changeQueue('the change of a queued message', 'thread/queue/update', {
				queuedSubmissionId,
				input: textInput(text),
			}),
		deleteQueued: queuedSubmissionId =>
			void changeQueue('the removal of a queued message', 'thread/queue/delete', {queuedSubmissionId}),
		reorderQueue: queuedSubmissionIds =>
			void changeQueue('the order of the queue', 'thread/queue/reorder', {queuedSubmissionIds}),
		startQueue: queuedSubmissionId =>
			void changeQueue(
				'the start of the queue',
				'thread/queue/start',
				queuedSubmissionId === undefined ? {} : {queuedSubmissionId},
			),
		answer(requestId, result) {
			const {through} = where();
			try {
				const isSent = through?.answer(requestId, result) ?? false;
				if (isSent) onEvent({type: 'answerSent', requestId, atMs: nowMs()});
				else onEvent({type: 'answerRefused', requestId, why: 'It is not open any more.', atMs: nowMs()});
			} catch (error) {
				const why = error instanceof GateError ? error.message : sentenceOf(error);
				onEvent({type: 'answerRefused', requestId, why, atMs: nowMs()});
			}
		},
	};
};
