/** Breaks a frame in one or a few places: wrong types, missing fields, absurd values, names that bite. */

const bites: readonly unknown[] = [
	null,
	undefined,
	true,
	'',
	'\u001b[2J',
	'__proto__',
	-1,
	0,
	1e308,
	Number.NaN,
	[],
	[null],
	[[]],
	{},
	{id: 0},
	{type: 'unknown'},
	{type: 'toString'},
	{__proto__: null, length: 3},
	'inProgress',
	'item-1',
];

type Next = () => number;

const bite = (next: Next): unknown => bites[next() % bites.length];

const mutateValue = (value: unknown, next: Next, depth: number): unknown => {
	if (typeof value !== 'object' || value === null || depth > 6 || next() % 5 === 0) return bite(next);
	if (Array.isArray(value)) {
		if (value.length === 0 || next() % 4 === 0) return [...value, bite(next), ...value];
		const index = next() % value.length;
		return value.with(index, mutateValue(value[index], next, depth + 1));
	}
	const entries = Object.entries(value);
	const chosen = entries[next() % Math.max(1, entries.length)];
	if (chosen === undefined) return bite(next);
	const [key, held] = chosen;
	if (next() % 6 === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
	return Object.fromEntries(
		entries.map(([name, field]) => [name, name === key ? mutateValue(held, next, depth + 1) : field]),
	);
};

/** The envelope mostly survives, so that the damage reaches the reducer. */
export const mutateFrame = (frame: unknown, next: Next): unknown => {
	if (typeof frame !== 'object' || frame === null) return bite(next);
	const fields = frame as {readonly [key: string]: unknown};
	const part = 'params' in fields ? 'params' : 'result';
	if (next() % 20 === 0) return mutateValue(frame, next, 0);
	let value = fields[part];
	for (let times = 1 + (next() % 3); times > 0; times -= 1) value = mutateValue(value, next, 0);
	return {...fields, [part]: value};
};
