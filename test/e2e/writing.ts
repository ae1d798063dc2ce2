/**
 * What the tests of writing share: a seat that may write, watched by a tripwire that lets no frame outside the
 * allow-list pass unnoticed, and what stands in the thread on the server's side.
 *
 * Invariant: every seat opened here goes through the tripwire, and the test fails when one of its frames is not in
 * `outgoing`, or has a field that is not.
 */
import {expect, onTestFinished} from 'vitest';
import type {Frame, RawClient} from '../../source/demo/json-rpc-client.ts';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import {answerFields, outgoing} from '../../source/protocol/methods.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {RecordedFrame, Tripwire} from '../support/tripwire.ts';
import {beginTripwire, type JumpseatOptions, openLive} from './support.ts';

const rules: Readonly<Record<string, {readonly kind: string; readonly fields: readonly string[]}>> = outgoing;
const answers: Readonly<Record<string, readonly string[] | undefined>> = answerFields;

/** What the server asked under this id of this connection. */
const askedAs = (tripwire: Tripwire, {connection, frame}: RecordedFrame): string =>
	tripwire
		.frames()
		.find(
			each =>
				each.connection === connection &&
				each.from === 'server' &&
				each.frame?.method !== undefined &&
				each.frame.id === frame?.id,
		)?.frame?.method ?? '';

const trespass = (tripwire: Tripwire, recorded: RecordedFrame): string | undefined => {
	const {frame, text} = recorded;
	if (frame === undefined) return text;
	const isAnswer = frame.method === undefined;
	const rule = isAnswer ? undefined : rules[frame.method ?? ''];
	const fields = isAnswer ? answers[askedAs(tripwire, recorded)] : rule?.fields;
	if (fields === undefined || frame.error !== undefined) return text;
	if (rule !== undefined && (rule.kind === 'request') !== (frame.id !== undefined)) return text;
	const members = isAnswer ? ['id', 'result'] : ['id', 'method', 'params'];
	const params = (isAnswer ? frame.result : frame.params) ?? {};
	const isKnown =
		Object.keys(frame).every(key => members.includes(key)) &&
		Object.keys(params).every(field => fields.includes(field));
	return isKnown ? undefined : text;
};

const written: Readonly<Record<string, readonly string[]>> = {
	'turn/start': ['clientUserMessageId', 'input', 'threadId'],
	'turn/steer': ['clientUserMessageId', 'expectedTurnId', 'input', 'threadId'],
	'thread/queue/add': ['clientUserMessageId', 'input', 'threadId'],
	'turn/interrupt': ['threadId', 'turnId'],
};

/** Every frame is on the allow-list; what writes has exactly its fields, and an input of one plain text. */
export const expectFrugal = (tripwire: Tripwire): void => {
	expect(tripwire.sent().flatMap(frame => trespass(tripwire, frame) ?? [])).toEqual([]);
	for (const {frame} of tripwire.sent()) {
		const exact = written[frame?.method ?? ''];
		if (exact === undefined) continue;
		expect(Object.keys(frame?.params ?? {}).toSorted()).toEqual(exact);
		if (frame?.method === 'turn/interrupt') continue;
		expect(frame?.params?.input).toEqual([{type: 'text', text: expect.any(String), text_elements: []}]);
		expect(frame?.params?.clientUserMessageId).toMatch(/^jumpseat:[^:]+:[0-9a-f-]{36}$/);
	}
};

/** A tripwire whose record is checked when the test is over. */
export const beginWatched = async (scenario: Scenario): Promise<Tripwire> => {
	const tripwire = await beginTripwire(scenario);
	onTestFinished(() => {
		expect(tripwire.sent().length).toBeGreaterThan(0);
		expectFrugal(tripwire);
	});
	return tripwire;
};

/** A seat that may write, live, through the tripwire. */
export const openSeat = (
	scenario: Scenario,
	tripwire: Tripwire,
	sight: Parameters<Pty['waitFor']>[0],
	{args = [], ...options}: JumpseatOptions & {readonly name?: string} = {},
): Promise<Pty> =>
	openLive(scenario, sight, {
		...options,
		endpoint: tripwire.endpoint,
		args: ['--name', options.name ?? 'Ada', ...args],
	});

const isLabelled = (line: string, label: string | RegExp): boolean =>
	typeof label === 'string' ? line.includes(label) : label.test(line);

/** Types into the composer, which has the keys, without Enter; resolves when it stands there behind this label. */
export const write = async (seat: Pty, text: string, label: string | RegExp): Promise<void> => {
	// What is typed before the label says so is judged by what the label said then.
	await seat.waitFor(lines => lines.some(line => isLabelled(line, label)));
	seat.type(text);
	await seat.waitFor(lines => lines.some(line => line.includes(text) && isLabelled(line, label)));
};

/** From the panes: the composer takes the keys, then `write`. */
export const compose = async (seat: Pty, text: string, label: string | RegExp): Promise<void> => {
	seat.type('i');
	await seat.waitFor('Enter sends');
	await write(seat, text, label);
};

/** How often this method was sent, by anybody behind the tripwire. */
export const sentCount = (tripwire: Tripwire, method: string): number =>
	tripwire.sentMethods().filter(each => each === method).length;

const textsOf = (item: unknown): readonly string[] => {
	const record = asRecord(item);
	if (asString(record?.type) !== 'userMessage') return [];
	return (asArray(record?.content) ?? []).flatMap(part => asString(asRecord(part)?.text) ?? []);
};

/** The messages of persons that stand in the thread, oldest first, as the server tells them. */
export const userMessages = async (client: RawClient, threadId: string): Promise<readonly string[]> => {
	const texts: string[] = [];
	let cursor: string | undefined;
	do {
		const page = await client.call('thread/turns/list', {
			threadId,
			limit: 50,
			sortDirection: 'asc',
			itemsView: 'full',
			...(cursor === undefined ? {} : {cursor}),
		});
		for (const turn of asArray(page.data) ?? [])
			texts.push(...(asArray(asRecord(turn)?.items) ?? []).flatMap(textsOf));
		cursor = asString(page.nextCursor);
	} while (cursor !== undefined);
	return texts;
};

/** Whether this frame tells of an item of a person with this text. */
export const tellsOf = (frame: Frame | undefined, text: string): boolean =>
	textsOf(frame?.params?.item).includes(text);

/** A bracketed paste, as a terminal sends it. */
export const pasteOf = (text: string): string => `\u001B[200~${text}\u001B[201~`;
