/**
 * Ways to break one frame: its members, its numbers, its names, its text. What comes out is the text of a frame, or of
 * something that once was one. Used by `fuzz.ts`; the damage is all from the given chance.
 */
import {mutateFrame} from '../thread/mutate.ts';
import {madeUp} from './hostile-corpus.ts';
import type {WireFrame} from './memory-server.ts';
import type {Random} from './random.ts';

const numbers = [
	'-1',
	'0',
	'-0',
	'1e309',
	'-1e309',
	'9007199254740993',
	'-9007199254740993',
	'1e-400',
	'0.1',
	'4294967296',
	'1e21',
	'NaN',
] as const;

/** One leaf or member somewhere, changed by `change`; untouched parts are shared. */
const somewhere = (
	value: unknown,
	random: Random,
	change: (value: unknown) => unknown,
	depth = 0,
): unknown => {
	if (typeof value !== 'object' || value === null || depth > 8 || random.chance(0.12)) return change(value);
	if (Array.isArray(value)) {
		if (value.length === 0) return change(value);
		const index = random.between(0, value.length - 1);
		return value.with(index, somewhere(value[index], random, change, depth + 1));
	}
	const keys = Object.keys(value);
	const [first, ...others] = keys;
	if (first === undefined) return change(value);
	const key = random.pick([first, ...others]);
	const fields = value as WireFrame;
	return Object.fromEntries(
		keys.map(name => [
			name,
			name === key ? somewhere(fields[name], random, change, depth + 1) : fields[name],
		]),
	);
};

/** The params or the result mostly, so that the envelope survives and the damage reaches the reducer. */
const inside = (frame: WireFrame, random: Random, change: (value: unknown) => unknown): WireFrame => {
	const part = 'params' in frame ? 'params' : 'result' in frame ? 'result' : undefined;
	if (part === undefined || random.chance(0.08)) return somewhere(frame, random, change) as WireFrame;
	return {...frame, [part]: somewhere(frame[part], random, change)};
};

const nest = (random: Random): string => {
	const depth = random.chance(0.02) ? random.between(500, 60_000) : random.spread(10, 1200);
	return random.chance(0.5)
		? '['.repeat(depth) + ']'.repeat(depth)
		: `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
};

/** Stands in the frame where text that is no JSON value of ours shall come. */
const mark = '\u2603mark\u2603';
const withRaw = (frame: WireFrame, random: Random, raw: string): string =>
	JSON.stringify(inside(frame, random, () => mark)).replaceAll(JSON.stringify(mark), () => raw);

const retype = (value: unknown, random: Random): unknown =>
	random.pick<unknown>([
		String(value),
		[value],
		{value},
		{length: 3, 0: value},
		Number(value),
		value === null ? {} : null,
		Boolean(value),
	] as [unknown, ...unknown[]]);

const swapMembers = (frame: WireFrame, random: Random): unknown =>
	inside(frame, random, value => {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
		const entries = Object.entries(value);
		return Object.fromEntries(
			entries.map(([key], index) => [key, entries[(index + 1) % entries.length]?.[1]]),
		);
	});

const ids = (random: Random): unknown =>
	random.pick<unknown>([
		0,
		-1,
		1.5,
		2 ** 53,
		'',
		'0',
		'__proto__',
		null,
		true,
		[],
		{},
		random.between(0, 120),
	]);

const protoKeys = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'then',
	'toJSON',
	'length',
] as const;
const addProto = (frame: WireFrame, random: Random): string => {
	const key = JSON.stringify(random.pick(protoKeys));
	const raw = random.pick(['{"polluted":true}', '"x"', 'null', '[1]'] as const);
	return withRaw(frame, random, `{${key}:${raw},"type":"agentMessage","id":"p"}`);
};

const flip = (text: string, random: Random): string => {
	const at = random.between(0, text.length - 1);
	const flipped = String.fromCharCode(text.charCodeAt(at) ^ (1 << random.between(0, 7)));
	return text.slice(0, at) + flipped + text.slice(at + 1);
};

/** The text of the frame, broken in one of these ways. */
export const breakFrame = (frame: WireFrame, random: Random): string => {
	switch (random.between(0, 15)) {
		case 0:
			return flip(JSON.stringify(frame), random);
		case 1: {
			const text = JSON.stringify(frame);
			return text.slice(0, random.between(0, text.length));
		}
		case 2: {
			const text = JSON.stringify(frame);
			const from = random.between(0, text.length);
			return text.slice(0, from) + text.slice(Math.max(0, from - random.spread(1, 200)));
		}
		case 3:
			return withRaw(frame, random, random.pick(numbers));
		case 4:
			return withRaw(frame, random, nest(random));
		case 5:
			return addProto(frame, random);
		case 6:
			return JSON.stringify({...frame, id: ids(random)}) ?? '';
		case 7:
			return JSON.stringify({...frame, method: random.chance(0.5) ? madeUp(random) : ids(random)});
		case 8:
			return JSON.stringify(swapMembers(frame, random)) ?? '';
		case 9:
			return JSON.stringify(inside(frame, random, value => retype(value, random))) ?? '';
		case 10:
			return JSON.stringify(inside(frame, random, () => undefined)) ?? '';
		case 11:
		case 12:
		case 13:
			return JSON.stringify(inside(frame, random, () => madeUp(random))) ?? '';
		default:
			return JSON.stringify(mutateFrame(frame, () => random.between(0, 2 ** 31))) ?? '';
	}
};
