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
};

export type LayoutChoices = {
	readonly columns: number;
	readonly rows: number;
	readonly focus: PaneName;
	/** The focused pane takes the whole width. */
	readonly zoomed: boolean;
	/** The Thread pane's share of the width, in percent. */
	readonly split: number;
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

export const layOut = ({columns, rows, focus, zoomed, split}: LayoutChoices): Layout => {
	if (columns < wideFrom) return narrow(columns, rows, focus);
	const headerRows = 2;
	const height = Math.max(3, rows - headerRows - statusRows);
	const base = {shape: 'wide', columns, rows, headerRows} as const;
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
const narrow = (columns: number, rows: number, focus: PaneName): Layout => {
	const headerRows = rows >= 20 ? 2 : 1;
	const tabRows = 1;
	const top = headerRows + tabRows;
	const area: Area = {
		column: 1,
		row: top,
		width: Math.max(1, columns - 2),
		height: Math.max(1, rows - top - statusRows),
	};
	const box: Area = {...area, column: 0, width: columns};
	const base = {shape: 'narrow', columns, rows, headerRows} as const;
	return focus === 'thread'
		? {...base, threadBox: box, sideBox: undefined, thread: area, side: undefined}
		: {...base, threadBox: undefined, sideBox: box, thread: undefined, side: area};
};
