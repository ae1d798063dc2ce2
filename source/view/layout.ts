/**
 * Where everything stands: one pure function from the size of the terminal and the person's choices to
 * rectangles. Ink draws the chrome around them, the compositor puts rows into them, scrolling asks for heights.
 */

export type Area = {
	/** Zero-based, in cells. */
	readonly column: number;
	readonly row: number;
	readonly width: number;
	readonly height: number;
};

export type PaneName = 'thread' | 'side';

export type Layout = {
	/** `wide`: two panes side by side. `narrow`: one pane under a tab bar. */
	readonly shape: 'wide' | 'narrow';
	readonly columns: number;
	readonly rows: number;
	/** 1 or 2 rows at the top. */
	readonly headerRows: number;
	/** Outer boxes, borders included; undefined when not on the screen. */
	readonly threadBox: Area | undefined;
	readonly sideBox: Area | undefined;
	/** Where rows are drawn, inside the borders; undefined when not on the screen. */
	readonly thread: Area | undefined;
	readonly side: Area | undefined;
	/** The box of the request that waits, below the panes, and its inside; undefined while none does. */
	readonly cardBox: Area | undefined;
	readonly card: Area | undefined;
	/** Where a message is written, above the status line; undefined while nothing is. */
	readonly composer: Area | undefined;
};

export type LayoutChoices = {
	readonly columns: number;
	readonly rows: number;
	readonly focus: PaneName;
	/** The focused pane takes the whole width. */
	readonly zoomed: boolean;
	/** The Thread pane's share of the width, in percent. */
	readonly split: number;
	/** Rows that the card would like inside its box; 0 without a card. It gets what leaves the panes alive. */
	readonly cardRows?: number;
	/** The card has the keys: on a small screen it may take the panes' rows. */
	readonly holdsCard?: boolean;
	/** Rows of the composer; 0 while nothing is written. */
	readonly composerRows?: number;
};

export const smallest = {columns: 40, rows: 12} as const;
export const wideFrom = 100;
const smallestPane = 24;
const statusRows = 1;

const inside = (box: Area): Area => ({
	column: box.column + 2,
	row: box.row + 1,
	width: Math.max(1, box.width - 4),
	height: Math.max(1, box.height - 2),
});

const borderRows = 2;
/** Rows that a pane keeps whatever waits below it. */
const paneRows = {wide: 5, narrow: 3, besideCard: 1} as const;

type Below = Pick<Layout, 'cardBox' | 'card' | 'composer'> & {
	/** Rows that the panes cannot have: card, composer and status line. */
	readonly height: number;
};

/** What stands below the panes, from the bottom up: status line, composer, card. */
const below = (choices: LayoutChoices, top: number, paneAtLeast: number): Below => {
	const {columns, rows, cardRows = 0, composerRows = 0} = choices;
	const free = Math.max(0, rows - top - statusRows - paneAtLeast);
	const composerHeight = Math.min(composerRows, Math.max(composerRows > 0 ? 1 : 0, free));
	const forCard = free - composerHeight;
	const cardHeight = cardRows > 0 && forCard > borderRows ? Math.min(cardRows + borderRows, forCard) : 0;
	const composerTop = rows - statusRows - composerHeight;
	const cardBox: Area | undefined =
		cardHeight === 0
			? undefined
			: {column: 0, row: composerTop - cardHeight, width: columns, height: cardHeight};
	const composer: Area | undefined =
		composerHeight === 0
			? undefined
			: {column: 1, row: composerTop, width: columns - 2, height: composerHeight};
	return {
		cardBox,
		card: cardBox === undefined ? undefined : inside(cardBox),
		composer,
		height: statusRows + composerHeight + cardHeight,
	};
};

export const layOut = (choices: LayoutChoices): Layout => {
	const {columns, rows, focus, zoomed, split} = choices;
	if (columns < wideFrom) return narrow(choices);
	const headerRows = 2;
	const {height: belowRows, ...lower} = below(choices, headerRows, paneRows.wide);
	const height = Math.max(3, rows - headerRows - belowRows);
	const base = {shape: 'wide', columns, rows, headerRows, ...lower} as const;
	if (zoomed) {
		const box: Area = {column: 0, row: headerRows, width: columns, height};
		return focus === 'thread'
			? {...base, threadBox: box, sideBox: undefined, thread: inside(box), side: undefined}
			: {...base, threadBox: undefined, sideBox: box, thread: undefined, side: inside(box)};
	}
	const wanted = Math.round((columns * split) / 100);
	const left = Math.max(smallestPane, Math.min(columns - smallestPane, wanted));
	const threadBox: Area = {column: 0, row: headerRows, width: left, height};
	const sideBox: Area = {column: left, row: headerRows, width: columns - left, height};
	return {...base, threadBox, sideBox, thread: inside(threadBox), side: inside(sideBox)};
};

/** One pane, no borders: every cell of a phone counts. Header, tab bar, pane, status line. */
const narrow = (choices: LayoutChoices): Layout => {
	const {columns, rows, focus} = choices;
	const headerRows = rows >= 20 ? 2 : 1;
	const tabRows = 1;
	const top = headerRows + tabRows;
	const {height: belowRows, ...lower} = below(
		choices,
		top,
		choices.holdsCard ? paneRows.besideCard : paneRows.narrow,
	);
	const area: Area = {
		column: 1,
		row: top,
		width: Math.max(1, columns - 2),
		height: Math.max(1, rows - top - belowRows),
	};
	const box: Area = {...area, column: 0, width: columns};
	const base = {shape: 'narrow', columns, rows, headerRows, ...lower} as const;
	return focus === 'thread'
		? {...base, threadBox: box, sideBox: undefined, thread: area, side: undefined}
		: {...base, threadBox: undefined, sideBox: box, thread: undefined, side: area};
};
