/**
 * A terminal to paint into: the headless emulator, read back as cells, and the cells that a frame intends.
 */
import unicode11 from '@xterm/addon-unicode11';
import headless from '@xterm/headless';
import type {Cursor, Frame, Size} from '../../source/screen/frame.ts';
import {lineOf} from '../../source/screen/line.ts';
import {emptyRow} from '../../source/view/row.ts';
import {cutRow, isDisputed} from '../../source/view/width.ts';

export type Cell = {readonly text: string; readonly style: string};

export type Emulator = {
	write(bytes: string): Promise<void>;
	resize(size: Size): void;
	cells(): readonly (readonly Cell[])[];
	text(): readonly string[];
	cursor(): Cursor;
	readonly terminal: InstanceType<typeof headless.Terminal>;
	/** What the emulator sent back: answers to queries. */
	readonly replies: string[];
	dispose(): void;
};

const attributeNames = [
	['isBold', '1'],
	['isDim', '2'],
	['isItalic', '3'],
	['isUnderline', '4'],
	['isInverse', '7'],
	['isStrikethrough', '9'],
] as const;

const colourOf = (cell: NonNullable<ReturnType<typeof Object>>, kind: 'Fg' | 'Bg'): string => {
	const base = kind === 'Fg' ? 30 : 40;
	const colour: number = cell[`get${kind}Color`]();
	if (cell[`is${kind}RGB`]()) return `${base + 8};2;${colour >> 16};${(colour >> 8) & 255};${colour & 255}`;
	if (!cell[`is${kind}Palette`]()) return '';
	if (colour < 8) return String(base + colour);
	if (colour < 16) return String(base + 52 + colour);
	return `${base + 8};5;${colour}`;
};

export const createEmulator = (size: Size): Emulator => {
	const terminal = new headless.Terminal({cols: size.columns, rows: size.rows, allowProposedApi: true});
	terminal.loadAddon(new unicode11.Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	const replies: string[] = [];
	terminal.onData(data => replies.push(data));
	const lines = () =>
		Array.from({length: terminal.rows}, (_, row) =>
			terminal.buffer.active.getLine(terminal.buffer.active.baseY + row),
		);
	return {
		terminal,
		replies,
		write: bytes => new Promise(resolve => terminal.write(bytes, resolve)),
		resize: next => terminal.resize(next.columns, next.rows),
		cells: () =>
			lines().map(line =>
				Array.from({length: terminal.cols}, (_, column) => {
					const cell = line?.getCell(column);
					if (!cell) return {text: ' ', style: ''};
					const style = attributeNames.filter(([name]) => cell[name]()).map(([, code]) => code);
					const colours = [colourOf(cell, 'Fg'), colourOf(cell, 'Bg')];
					return {
						text: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
						style: [...style, ...colours].filter(Boolean).join(';'),
					};
				}),
			),
		text: () => lines().map(line => line?.translateToString(true) ?? ''),
		cursor: () => ({column: terminal.buffer.active.cursorX, row: terminal.buffer.active.cursorY}),
		dispose: () => terminal.dispose(),
	};
};

/** The cells that a frame intends. */
export const intended = (frame: Frame): readonly (readonly Cell[])[] =>
	Array.from({length: frame.size.rows}, (_, row) => {
		const line = lineOf(frame.rows[row] ?? emptyRow, frame.size.columns);
		return Array.from({length: frame.size.columns}, (_, column) => ({
			text: line.texts[column] ?? ' ',
			style: line.styles[column] ?? '',
		}));
	});

/**
 * The columns of a row whose content this emulator may see otherwise: those of a disputed grapheme (drawn
 * narrower, or broken by what is written after it). Every other column must be exact.
 */
export const disputedColumns = (frame: Frame, row: number): ReadonlySet<number> => {
	const {texts} = lineOf(frame.rows[row] ?? emptyRow, frame.size.columns);
	const columns = new Set<number>();
	for (const [column, text] of texts.entries()) {
		if (!isDisputed(text)) continue;
		columns.add(column);
		for (let next = column + 1; texts[next] === ''; next++) columns.add(next);
	}

	return columns;
};

/** Two grids, with the disputed columns of the frame blanked in both. */
export const comparable = (grid: readonly (readonly Cell[])[], frame: Frame): readonly string[] =>
	grid.map((cells, row) => {
		const disputed = disputedColumns(frame, row);
		return cells.map((cell, column) => (disputed.has(column) ? '?' : `${cell.text}<${cell.style}>`)).join('');
	});

/** The plainest way to show a frame without disputed text: an oracle that shares nothing with the compositor. */
export const naively = (frame: Frame): string =>
	Array.from({length: frame.size.rows}, (_, index) => {
		const row = cutRow(frame.rows[index] ?? emptyRow, 0, frame.size.columns);
		const spans = row.map(({text, sgr}) => `\u001B[0;${sgr}m${text}`.replace(';m', 'm'));
		return `\u001B[${index + 1}H\u001B[m\u001B[2K${spans.join('')}\u001B[m`;
	}).join('');
