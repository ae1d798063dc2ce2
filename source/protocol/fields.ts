/**
 * Reading single fields out of unknown JSON: the right type or `undefined`, never an exception.
 *
 * Invariant: nothing here trusts its input. Called by the decoders and, for deltas, by `thread/` by hand.
 */

export type JsonRecord = {readonly [key: string]: unknown};

export const asRecord = (value: unknown): JsonRecord | undefined =>
	typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;

export const asString = (value: unknown): string | undefined =>
	typeof value === 'string' ? value : undefined;

/** Finite numbers only: JSON can spell `1e999`. */
export const asNumber = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;

export const asBoolean = (value: unknown): boolean | undefined =>
	typeof value === 'boolean' ? value : undefined;

export const asArray = (value: unknown): readonly unknown[] | undefined =>
	Array.isArray(value) ? value : undefined;

/** `null` stays `null`; everything else goes through `read`. */
export const orNull = <T>(value: unknown, read: (value: unknown) => T | undefined): T | null | undefined =>
	value === null ? null : read(value);

/** The elements that `read` understands; the others are left out. `undefined` when it is no array. */
export const listOf = <T>(
	value: unknown,
	read: (value: unknown) => T | undefined,
): readonly T[] | undefined => {
	const list = asArray(value);
	if (list === undefined) return undefined;
	const kept: T[] = [];
	for (const element of list) {
		const decoded = read(element);
		if (decoded !== undefined) kept.push(decoded);
	}
	return kept;
};

// biome-ignore lint/complexity/noBannedTypes: `{} extends Pick` is how TypeScript tells an optional key.
type IsOptional<T, K extends keyof T> = {} extends Pick<T, K> ? true : false;

/** Every field of T must be mentioned; an optional one may be `undefined` and is then left out. */
export type Mentioned<T> = {
	readonly [K in keyof T]-?: IsOptional<T, K> extends true ? T[K] | undefined : T[K];
};

/** Drops the `undefined` fields, so that "absent" looks the same whoever left it out. */
export const present = <T extends object>(fields: Mentioned<T>): T => {
	const kept: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
	// Mentioned<T> lets only optional fields be undefined, so what is left is a T.
	return kept as T;
};
