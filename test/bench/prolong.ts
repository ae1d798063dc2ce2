/**
 * A recording of a few turns made into one of many: the server's own lines, repeated under new ids. What no history
 * shows (token counts, contexts) is left out of the copies, so that 30,000 turns are some 90 MB. Pure.
 */

const startsTurn = (line: string): boolean => line.includes('"type":"task_started"');
const isShown = (line: string): boolean =>
	!/^\{"timestamp":"[^"]*","ordinal":\d+,"type":"(turn_context|token_usage_record|world_state)"/.test(line) &&
	!line.includes('"payload":{"type":"token_count"');

const uuid = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

/** Ids that appear in these lines for the first time. */
const ownIds = (lines: readonly string[], before: ReadonlySet<string>): readonly string[] => [
	...new Set(lines.flatMap(line => line.match(uuid) ?? []).filter(id => !before.has(id))),
];

type Turn = {readonly lines: readonly string[]; readonly ids: readonly string[]};

const copyOf = ({lines, ids}: Turn, number: number): readonly string[] => {
	const ending = number.toString(16).padStart(12, '0');
	return lines.filter(isShown).map(line =>
		ids
			.reduce((text, id) => text.replaceAll(id, id.replace(/.{12}$/, ending)), line)
			.replaceAll(/\bTurn \d+:/g, `Turn ${number}:`)
			.replaceAll(/"(msg|resp|call)_\d+/g, `"$1_${number}`),
	);
};

/**
 * The first turn, copies of those between, and the last: `turns` in all. `recorded` holds at least three.
 */
export const prolong = (recorded: readonly string[], turns: number): readonly string[] => {
	const starts = recorded.flatMap((line, index) => (startsTurn(line) ? [index] : []));
	const second = starts[1] ?? 0;
	const last = starts.at(-1) ?? 0;
	const head = recorded.slice(0, second);
	const known = new Set(head.flatMap(line => line.match(uuid) ?? []));
	const models = starts.slice(1, -1).map((from, index): Turn => {
		const lines = recorded.slice(from, starts[index + 2]);
		return {lines, ids: ownIds(lines, known)};
	});
	const copies = Array.from({length: turns - 2}, (_, index) => {
		const model = models[index % models.length];
		return model === undefined ? [] : copyOf(model, index + 2);
	});
	return [...head, ...copies.flat(), ...recorded.slice(last)].map((line, ordinal) =>
		line.replace(/"ordinal":\d+/, `"ordinal":${ordinal}`),
	);
};
