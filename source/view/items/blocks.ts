/**
 * A turn as blocks: what can be selected, folded, copied and scrolled to. Invariants: a key names the same thing
 * for as long as it exists (`turnId/itemId`); a block whose source did not change keeps its identity. Called by
 * `block-index.ts` and, for keys, by `search.ts`.
 */
import type {Item, Notice, Turn, TurnId} from '../../thread/state.ts';
import type {Fold, Tone} from './item-view.ts';
import {hasEnded} from './turn-end.ts';
import type {TurnPlan} from './turn-plan.ts';
import {isHidden, type Viewed, viewOf} from './views.ts';

export type BlockSource =
	| {readonly kind: 'item'; readonly item: Item; readonly viewed: Viewed}
	| {readonly kind: 'plan'; readonly plan: TurnPlan}
	| {readonly kind: 'notice'; readonly notice: Notice}
	| {readonly kind: 'incomplete'}
	| {readonly kind: 'end'; readonly turn: Turn}
	/** `olderCursor` as in the state. */
	| {readonly kind: 'top'; readonly olderCursor: string | null}
	| {readonly kind: 'empty'};

export type Block = {
	readonly key: string;
	readonly source: BlockSource;
	/** Whether an empty row stands above it. */
	readonly gap: boolean;
};

/** Ids are the server's: one with a slash must not look like two. */
export const turnKey = (turnId: TurnId | string): string => turnId.replaceAll('/', '%2F');
export const itemKey = (turnId: TurnId | string, itemId: string): string => `${turnKey(turnId)}/${itemId}`;

const toneOf = (source: BlockSource): Tone | 'apart' => {
	switch (source.kind) {
		case 'item':
			return source.viewed.tone;
		case 'notice':
			return 'work';
		case 'plan':
		case 'incomplete':
		case 'end':
		case 'top':
		case 'empty':
			return 'apart';
	}
};

export const defaultFoldOf = (source: BlockSource): Fold =>
	source.kind === 'item' ? source.viewed.defaultFold : 'open';

/** What identifies the content of a block: the same object means the same rows. */
export const identityOf = (source: BlockSource): unknown => {
	switch (source.kind) {
		case 'item':
			return source.item;
		case 'plan':
			return source.plan;
		case 'notice':
			return source.notice;
		case 'end':
			return source.turn;
		case 'incomplete':
		case 'empty':
			return source.kind;
		case 'top':
			return source.olderCursor === null;
	}
};

const viewedItems = new WeakMap<Item, Extract<BlockSource, {kind: 'item'}>>();

const itemSource = (item: Item): Extract<BlockSource, {kind: 'item'}> => {
	let source = viewedItems.get(item);
	if (source === undefined) {
		source = {kind: 'item', item, viewed: viewOf(item)};
		viewedItems.set(item, source);
	}
	return source;
};

const hasPlan = (turn: Turn): boolean => turn.plan !== undefined && turn.plan.steps.length > 0;

/** How many blocks `turnBlocks` makes, without making them: a long history is counted before it is shown. */
export const countBlocks = (turn: Turn, threadNotices: readonly Notice[]): number => {
	let count = turn.notices.length + threadNotices.length;
	if (turn.itemsIncomplete) count += 1;
	if (hasPlan(turn)) count += 1;
	if (hasEnded(turn)) count += 1;
	for (const item of turn.items) if (!isHidden(item)) count += 1;
	return count;
};

/**
 * The blocks of a turn: a word about missing items, the items with the notices between them and the checklist
 * behind the message that began the turn, thread notices that came before the next turn, the end. `previous`:
 * the blocks of the same turn before, whose unchanged ones are taken over.
 */
export const turnBlocks = (
	turn: Turn,
	threadNotices: readonly Notice[],
	previous: readonly Block[] | undefined,
): readonly Block[] => {
	const blocks: Block[] = [];
	const key = turnKey(turn.id);
	let before: Tone | 'apart' = 'apart';
	const add = (name: string, source: BlockSource): void => {
		const tone = toneOf(source);
		const gap = !(before === 'work' && tone === 'work');
		before = tone;
		const known = previous?.[blocks.length];
		const same =
			known !== undefined &&
			known.gap === gap &&
			known.source.kind === source.kind &&
			identityOf(known.source) === identityOf(source);
		blocks.push(same ? known : {key: `${key}/${name}`, source, gap});
	};
	let noticeAt = 0;
	const addNotices = (upTo: number): void => {
		for (let notice = turn.notices[noticeAt]; notice !== undefined; notice = turn.notices[noticeAt]) {
			if (notice.afterItems > upTo) return;
			add(`notice ${notice.atMs} ${noticeAt}`, {kind: 'notice', notice});
			noticeAt += 1;
		}
	};
	let planDue = hasPlan(turn);
	const addPlan = (): void => {
		if (planDue && turn.plan !== undefined) add('plan', {kind: 'plan', plan: turn.plan});
		planDue = false;
	};
	if (turn.itemsIncomplete) add('incomplete', {kind: 'incomplete'});
	for (const [index, item] of turn.items.entries()) {
		addNotices(index);
		if (index > 0 || item.content.type !== 'userMessage') addPlan();
		if (!isHidden(item)) add(item.id, itemSource(item));
	}
	addPlan();
	addNotices(Number.POSITIVE_INFINITY);
	for (const [index, notice] of threadNotices.entries()) {
		add(`thread notice ${notice.atMs} ${index}`, {kind: 'notice', notice});
	}
	if (hasEnded(turn)) add('end', {kind: 'end', turn});
	return blocks;
};
