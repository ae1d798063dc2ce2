/**
 * Every string that a server fills, found in the recordings by walking them, and put there again as something else.
 * A field is named by the method and the path to it; members of an item or a request also by their kind. Names of
 * members count as fields where the server makes them up.
 */
import type {Recorded, WireFrame} from './memory-server.ts';

/** Gives the text to stand in a field instead of `text`, or undefined to leave it. */
export type Plant = (field: string, text: string) => string | undefined;

/** Objects whose members are named by the server's data, not by the protocol. */
const maps = new Set([
	'fileChanges',
	'properties',
	'agentsStates',
	'tool_params',
	'arguments',
	'structuredContent',
	'nested',
	'output',
]);

const plantIn = (value: unknown, field: string, plant: Plant): unknown => {
	if (typeof value === 'string') return plant(field, value) ?? value;
	if (typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) return value.map(each => plantIn(each, `${field}[]`, plant));
	const {type} = value as {type?: unknown};
	const here = typeof type === 'string' && /^[A-Za-z]+$/.test(type) ? `${field}<${type}>` : field;
	const hasMadeUpNames = maps.has(field.slice(field.search(/\w+(?:<\w+>)?$/)));
	return Object.fromEntries(
		Object.entries(value).map(([name, each]) => [
			hasMadeUpNames ? (plant(`${here}.{name}`, name) ?? name) : name,
			plantIn(each, `${here}.${name}`, plant),
		]),
	);
};

const plantFrame = (frame: WireFrame, plant: Plant): WireFrame => {
	const method = String(frame.method);
	return {
		...frame,
		method: plant('method', method) ?? method,
		...('id' in frame && typeof frame.id === 'string'
			? {id: plant(`${method}#id`, frame.id) ?? frame.id}
			: {}),
		params: plantIn(frame.params, method, plant),
	};
};

/** The recording with other texts in it. */
export const planted = (recorded: Recorded, plant: Plant): Recorded => ({
	name: recorded.name,
	said: recorded.said.map(frame => plantFrame(frame, plant)),
	results: new Map(
		Array.from(recorded.results, ([method, values]) => [
			method,
			values.map(value => plantIn(value, `→${method}`, plant)),
		]),
	),
});

/** All fields of these recordings, each once. */
export const fieldsOf = (recorded: readonly Recorded[]): readonly string[] => {
	const fields = new Set<string>();
	for (const each of recorded)
		planted(each, field => {
			fields.add(field);
			return undefined;
		});
	return [...fields].sort();
};

/** What tells the reader of a frame what the rest of it means, and which things are the same. */
const structural =
	/(?:^method|#id|\.(?:type|id|threadId|turnId|itemId|status|kind|mode|conversationId|nextCursor|itemsView|codex_approval_kind|tool|source|access))$/;

/** Whether the rest of the frame still means the same with another text here. */
export const isStructural = (field: string): boolean => structural.test(field);
