/** A screen of styled cells as an SVG: what a terminal shows, without a terminal. Pure. */
import type {StyledCell} from '../test/support/pty.ts';

const cellWidth = 8.4;
const cellHeight = 18;
const padding = 14;
const ground = '#14161b';
const ink = '#d6d9df';

const palette = [
	'#3a3f4b',
	'#e0666f',
	'#93c47d',
	'#e2b86b',
	'#6fa8e8',
	'#c58af0',
	'#5bc0c8',
	'#d6d9df',
	'#7b8394',
	'#ef8088',
	'#a9d894',
	'#f0cc86',
	'#8cbdf5',
	'#d5a4f7',
	'#79d4db',
	'#ffffff',
];

const colourOf = (name: string, otherwise: string): string => {
	const [kind, value = ''] = name.split(':');
	if (kind === 'rgb') return `#${value}`;
	if (kind === 'palette') return palette[Number(value)] ?? ink;
	return otherwise;
};

const escaped = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

type Run = {
	readonly column: number;
	readonly cells: number;
	readonly text: string;
	readonly cell: StyledCell;
};

const sameLook = (left: StyledCell, right: StyledCell): boolean =>
	left.foreground === right.foreground &&
	left.background === right.background &&
	left.bold === right.bold &&
	left.dim === right.dim &&
	left.italic === right.italic &&
	left.underline === right.underline &&
	left.inverse === right.inverse;

/** Neighbours that look the same, joined; a wide character stands alone, so that it cannot push the rest. */
const runsOf = (row: readonly StyledCell[]): readonly Run[] => {
	const runs: Run[] = [];
	row.forEach((cell, column) => {
		if (cell.width === 0) return;
		const last = runs.at(-1);
		if (last !== undefined && cell.width === 1 && last.cell.width === 1 && sameLook(last.cell, cell)) {
			runs[runs.length - 1] = {...last, cells: last.cells + 1, text: last.text + (cell.text || ' ')};
		} else {
			runs.push({column, cells: cell.width, text: cell.text || ' ', cell});
		}
	});
	return runs;
};

const drawRun = ({column, cells, text, cell}: Run, row: number): string => {
	const x = padding + column * cellWidth;
	const y = padding + row * cellHeight;
	const width = cells * cellWidth;
	const front = colourOf(cell.foreground, ink);
	const back = colourOf(cell.background, ground);
	const [fill, behind] = cell.inverse ? [back, front] : [front, back];
	const box =
		behind === ground
			? ''
			: `<rect x="${x}" y="${y}" width="${width}" height="${cellHeight}" fill="${behind}"/>`;
	if (text.trim() === '') return box;
	const look = [
		`fill="${fill}"`,
		cell.bold ? 'font-weight="700"' : '',
		cell.italic ? 'font-style="italic"' : '',
		cell.dim ? 'opacity="0.6"' : '',
		cell.underline ? 'text-decoration="underline"' : '',
	];
	const attributes = look.filter(Boolean).join(' ');
	return `${box}<text x="${x.toFixed(1)}" y="${y + 13.5}" textLength="${width.toFixed(1)}" ${attributes}>${escaped(text)}</text>`;
};

export const pictureOf = (screen: ReadonlyArray<readonly StyledCell[]>, title: string): string => {
	const columns = Math.max(...screen.map(row => row.length));
	const width = Math.ceil(columns * cellWidth + 2 * padding);
	const height = Math.ceil(screen.length * cellHeight + 2 * padding);
	const rows = screen.map((cells, row) =>
		runsOf(cells)
			.map(run => drawRun(run, row))
			.join(''),
	);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
		`<rect width="100%" height="100%" rx="10" fill="${ground}"/>`,
		'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="14" xml:space="preserve">',
		...rows.filter(Boolean),
		'</g>',
		'</svg>',
		'',
	].join('\n');
};
