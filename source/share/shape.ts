/**
 * What of an object may be told to a guest, as data: an allow-list by member, at any depth, that a test can read and
 * hold against the types of the server.
 *
 * Invariant: a member that no shape names is dropped. Pure and total. Used by the tables of the redaction.
 */
import {asArray, asRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {Kin} from './family.ts';

export type Shape =
	/** As it stands. */
	| {readonly kind: 'pass'}
	/** Told as this, if there is anything at all: what the reader's types ask for, with nothing in it. */
	| {readonly kind: 'blank'; readonly value: Json}
	/** An object of these members. */
	| {readonly kind: 'members'; readonly members: Members}
	| {readonly kind: 'each'; readonly of: Shape}
	/** Read by hand; undefined drops it. */
	| {readonly kind: 'read'; readonly read: (value: unknown, kin: Kin) => Json | undefined};

export type Members = {readonly [name: string]: Shape};

export const pass: Shape = {kind: 'pass'};
export const blank = (value: Json): Shape => ({kind: 'blank', value});
export const members = (table: Members): Shape => ({kind: 'members', members: table});
export const each = (of: Shape): Shape => ({kind: 'each', of});
export const read = (how: (value: unknown, kin: Kin) => Json | undefined): Shape => ({
	kind: 'read',
	read: how,
});

/** The id of a thread: null when it is none of ours. */
export const kinId: Shape = read((value, kin) => (kin.has(value) ? (value as string) : null));

const pick = (table: Members, value: unknown, kin: Kin): Json | undefined => {
	const fields = asRecord(value);
	if (fields === undefined) return value === null ? null : undefined;
	const kept: Array<[string, Json]> = [];
	for (const [name, shape] of Object.entries(table)) {
		if (!Object.hasOwn(fields, name)) continue;
		const told = shaped(shape, fields[name], kin);
		if (told !== undefined) kept.push([name, told]);
	}
	return Object.fromEntries(kept);
};

/** Undefined: there is nothing to tell. Null stays null, except where it is blanked. */
export const shaped = (shape: Shape, value: unknown, kin: Kin): Json | undefined => {
	switch (shape.kind) {
		case 'pass':
			return value as Json | undefined;
		case 'blank':
			return value === undefined ? undefined : shape.value;
		case 'members':
			return pick(shape.members, value, kin);
		case 'each':
			return value === null
				? null
				: asArray(value)?.flatMap(element => {
						const told = shaped(shape.of, element, kin);
						// Wrapped, so that a list in a list stays one.
						return told === undefined ? [] : [told];
					});
		case 'read':
			return shape.read(value, kin);
	}
};
