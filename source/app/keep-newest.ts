/** A map of bounded size: what was put in last stays. Pure; used by `share.ts`. */

/** A copy of `map` with the entry as its newest, and no more than `most` entries. */
export const keepNewest = <Key, Value>(
	map: ReadonlyMap<Key, Value>,
	key: Key,
	value: Value,
	most: number,
): ReadonlyMap<Key, Value> => {
	const next = new Map(map);
	next.delete(key);
	next.set(key, value);
	for (const oldest of next.keys()) {
		if (next.size <= most) break;
		next.delete(oldest);
	}
	return next;
};
