/**
 * Turns that are parts of another turn, put together in lists of history. The live half is in turns.ts.
 *
 * Measured on 0.169: `review/start` opens a turn A by its first item, without `turn/started`; then `turn/started` names
 * a turn B with `rootTurnId` A. Items and `turn/completed` say A; B never ends. History lists B, with the message and
 * the work, before A, with what is left, and A only when it is over; B reads `inProgress` whenever the thread works,
 * else `interrupted`. `turn/steer` knows A, `turn/interrupt` knows B.
 *
 * The rule: a turn that began while its root was going on is a part of its root, and no turn of its own. In a list
 * that is one whose root stands after it. A root that ended before, or that is in another thread, is merely where the
 * work came from. Invariant: no part is lost, none is shown twice, whatever the roots say. Called by hydrate.ts.
 *
 * Debts: who joins in mid-review misses the item that announced it until the turn is listed; after a server that died
 * in mid-review, who watched it knows the turn as A, everybody else as B, which is all that was stored.
 */
import type {WireTurn} from '../protocol/types.ts';
import type {Turn, TurnId} from './state.ts';
import {isLater, isPartial, type ListedTurn, rootOf} from './turns.ts';

const noParts: readonly never[] = [];

const withParts = (root: WireTurn, parts: readonly ListedTurn[]): ListedTurn => {
	if (parts.length === 0) return root;
	const itemsView = [root, ...parts].find(isPartial)?.itemsView ?? root.itemsView;
	const startedAt = root.startedAt ?? parts[0]?.startedAt;
	return {
		...root,
		...(startedAt !== undefined && {startedAt}),
		...(itemsView !== undefined && {itemsView}),
		items: [...parts, root].flatMap(turn => turn.items ?? noParts),
		partIds: parts.flatMap(({id, partIds}) => [id, ...(partIds ?? noParts)]),
	};
};

/** Is this root, which we hold and the list does not have, one that is still to be listed after its part? */
const isStillToCome = (root: Turn, part: WireTurn, oldest: WireTurn | undefined): boolean =>
	root.partIds?.some(id => id === part.id) === true ||
	(root.status === 'inProgress' && oldest !== undefined && isLater(root.id, oldest.id));

/** The list as it will be when the root that runs is listed as well, behind the last of its parts. */
const withRunningRoots = (listed: readonly WireTurn[], held: readonly Turn[]): readonly WireTurn[] => {
	const ids = new Set(listed.map(({id}) => id));
	const lastParts = new Map<WireTurn, string>();
	for (const root of held) {
		if (ids.has(root.id)) continue;
		const part = listed.findLast(wire => rootOf(wire) === root.id && isStillToCome(root, wire, listed[0]));
		if (part !== undefined) lastParts.set(part, root.id);
	}
	if (lastParts.size === 0) return listed;
	return listed.flatMap(wire => {
		const root = lastParts.get(wire);
		return root === undefined ? [wire] : [wire, {...wire, id: root, rootTurnId: root, items: []}];
	});
};

/** Each part within its root, in the order of the list, oldest first. `held` are the turns that we know. */
export const unite = (page: readonly WireTurn[], held: readonly Turn[]): readonly ListedTurn[] => {
	if (page.every(wire => rootOf(wire) === undefined)) return page;
	const listed = withRunningRoots(page, held);
	const places = new Map(listed.map(({id}, index) => [id, index]));
	const parts = new Map<string, ListedTurn[]>();
	const united: ListedTurn[] = [];
	listed.forEach((wire, index) => {
		const turn = withParts(wire, parts.get(wire.id) ?? noParts);
		const root = rootOf(wire);
		if (root === undefined || (places.get(root) ?? -1) <= index) {
			united.push(turn);
			return;
		}
		const others = parts.get(root);
		if (others === undefined) parts.set(root, [turn]);
		else others.push(turn);
	});
	return united;
};

/** The same list where nothing is new. */
export const addParts = (
	held: readonly TurnId[] | undefined,
	added: readonly TurnId[] | undefined,
): readonly TurnId[] | undefined => {
	const fresh = added?.filter(id => held?.includes(id) !== true) ?? noParts;
	return fresh.length === 0 ? held : [...(held ?? noParts), ...fresh];
};
