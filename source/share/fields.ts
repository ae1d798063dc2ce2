/**
 * What each parameter of a guest may be, by name: a reader that rebuilds it from what it understands, and refuses the
 * rest. Nothing of a guest's object goes on as it came.
 *
 * Pure and total; called by `rules.ts`.
 */
import {asArray, asBoolean, asNumber, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {Kin} from './family.ts';

/** Undefined: it is not what may stand there. `null` never comes here: it is the same as nothing. */
export type Reader = (value: unknown, kin: Kin) => Json | undefined;

/** UTF-16 units of an id, a cursor or a word to search for. */
const maxWordUnits = 4096;
/** The server answers with all that it has: a guest asks for pages. */
const maxPage = 200;
const maxElements = 64;

const word: Reader = value => {
	const text = asString(value);
	return text === undefined || text === '' || text.length > maxWordUnits ? undefined : text;
};

/** The server's own cursors say of which thread they are; it refuses a wrong one itself, and so do we. */
const cursor: Reader = (value, kin) => {
	const text = word(value, kin);
	if (typeof text !== 'string') return undefined;
	const of = asRecord(parsed(text))?.requestedThreadId;
	return of === undefined || kin.has(of) ? text : undefined;
};

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

const oneOf =
	(...words: string[]): Reader =>
	value =>
		words.find(each => each === value);

const size: Reader = value => {
	const number = asNumber(value);
	return number === undefined || !Number.isInteger(number) || number < 0
		? undefined
		: Math.min(number, maxPage);
};

const threadOfFamily: Reader = (value, kin) => (kin.has(value) ? (value as string) : undefined);

const words: Reader = value => {
	const list = asArray(value);
	if (list === undefined || list.length > maxElements) return undefined;
	const read = list.flatMap(each => asString(each)?.slice(0, maxWordUnits) ?? []);
	return read.length === list.length ? read : undefined;
};

const sortDirection = oneOf('asc', 'desc');
const itemsView = oneOf('notLoaded', 'summary', 'full');

/** The members that `readers` name, none of which may be what it may not be; a null one is left out. */
const record =
	(readers: Readonly<Record<string, Reader>>): Reader =>
	(value, kin) => {
		const fields = asRecord(value);
		if (fields === undefined) return undefined;
		const kept: Array<[string, Json]> = [];
		for (const [name, each] of Object.entries(fields)) {
			if (each === null || each === undefined) continue;
			const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
			const told = reader?.(each, kin);
			if (told === undefined) return undefined;
			kept.push([name, told]);
		}
		return Object.fromEntries(kept);
	};

/**
 * A message: text alone. An image, a skill or a mention is a path that the server would read for the guest; the spans
 * of `text_elements` are the sender's own decoration, and not needed.
 */
const input: Reader = value => {
	const elements = asArray(value);
	if (elements === undefined || elements.length === 0 || elements.length > maxElements) return undefined;
	const texts = elements.flatMap(each => {
		const element = asRecord(each);
		const text = asString(element?.text);
		return element?.type === 'text' && text !== undefined ? {type: 'text', text, text_elements: []} : [];
	});
	return texts.length === elements.length ? texts : undefined;
};

const yes: Reader = asBoolean;

/** By the name of the parameter: it means the same in every call that has it. */
export const readers: Readonly<Record<string, Reader>> = {
	archived: yes,
	ancestorThreadId: threadOfFamily,
	attachedToThreadId: threadOfFamily,
	capabilities: value => (asRecord(value) === undefined ? undefined : capabilities(value)),
	clientInfo: value => (asRecord(value) === undefined ? undefined : clientInfo(value)),
	clientUserMessageId: value => asString(value),
	cursor,
	cwd: (value, kin) => word(value, kin) ?? words(value, kin),
	excludeTurns: yes,
	expectedTurnId: word,
	includeTurns: yes,
	initialTurnsPage: record({limit: size, sortDirection, itemsView}),
	input,
	itemsView,
	limit: size,
	parentThreadId: threadOfFamily,
	projectId: word,
	searchTerm: value => asString(value)?.slice(0, maxWordUnits),
	sectionId: word,
	sortDirection,
	sortKey: word,
	sourceKinds: words,
	threadId: threadOfFamily,
	turnId: word,
	useStateDbOnly: yes,
};

/** What a guest says of himself stays with the gateway: whatever is not understood is left out. */
const clientInfo = (value: unknown): Json =>
	Object.fromEntries(
		['name', 'title', 'version'].flatMap(name => {
			const text = asString(asRecord(value)?.[name]);
			return text === undefined ? [] : [[name, text.slice(0, 200)]];
		}),
	);

const capabilities = (value: unknown): Json => {
	const fields = asRecord(value);
	const silenced = (asArray(fields?.optOutNotificationMethods) ?? []).flatMap(each => asString(each) ?? []);
	return {
		experimentalApi: fields?.experimentalApi === true,
		requiredHumanApproval: fields?.requiredHumanApproval === true,
		optOutNotificationMethods: silenced.slice(0, 200),
	};
};
