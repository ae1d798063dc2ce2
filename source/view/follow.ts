/**
 * How the Thread pane follows: remembers from picture to picture where its top edge stood, so that a view at the tail
 * moves up several rows at once instead of by every row. Called by the panes before and after each layout.
 *
 * Invariant: whoever goes to the tail (`{kind: 'tail'}`, a new object) sees a full pane first; so does who resizes it.
 */
import type {Area} from './layout.ts';
import type {Scroll} from './viewport.ts';

export type Follower = {
	/** The scroll that the state asks for, with what the last picture of the same pane left. */
	scroll(asked: Scroll, area: Area, place: 'alone' | 'beside'): Scroll;
	/** The view that was laid out for it: `Viewport.scroll`. */
	shown(asked: Scroll, scroll: Scroll): void;
};

/** A smaller pane would be half empty for no more than a line or two. */
const fewestRows = 8;

/**
 * Rows that a pane moves up at once. Half of it where another pane stands beside it: then no terminal can shift its
 * rows alone, and all that stays is written anew. A pane of the whole width is shifted for 20 bytes a row.
 */
const strideOf = ({height}: Area, place: 'alone' | 'beside'): number =>
	place === 'alone' || height < fewestRows ? 0 : Math.floor(height / 2);

export const createFollower = (): Follower => {
	let last: {readonly asked: Scroll; readonly scroll: Scroll} | undefined;
	let size = '';
	return {
		scroll(asked, area, place) {
			const now = `${area.width}×${area.height} ${place}`;
			const isResized = now !== size;
			size = now;
			const known = !isResized && last?.asked === asked ? last.scroll : asked;
			if (known.kind !== 'tail') return asked;
			return known.following && !isResized
				? known
				: {kind: 'tail', following: {...nowhere, stride: strideOf(area, place)}};
		},
		shown(asked, scroll) {
			last = {asked, scroll};
		},
	};
};

/** No block has this key: following begins with a full pane. */
const nowhere = {key: '', offset: 0};
