/**
 * Canonical SGR strings. The only place that knows which numbers mean which look; the palette of the whole
 * program (`theme`) is here too, in the terminal's own 16 colours so that it follows the user's theme.
 */
import type {Sgr} from './row.ts';

export type Colour =
	| 'black'
	| 'red'
	| 'green'
	| 'yellow'
	| 'blue'
	| 'magenta'
	| 'cyan'
	| 'white'
	| 'grey'
	| 'brightRed'
	| 'brightGreen'
	| 'brightYellow'
	| 'brightBlue'
	| 'brightMagenta'
	| 'brightCyan'
	| 'brightWhite';

const colourCodes: Record<Colour, number> = {
	black: 30,
	red: 31,
	green: 32,
	yellow: 33,
	blue: 34,
	magenta: 35,
	cyan: 36,
	white: 37,
	grey: 90,
	brightRed: 91,
	brightGreen: 92,
	brightYellow: 93,
	brightBlue: 94,
	brightMagenta: 95,
	brightCyan: 96,
	brightWhite: 97,
};

export type Look = {
	readonly bold?: boolean;
	readonly dim?: boolean;
	readonly italic?: boolean;
	readonly underline?: boolean;
	readonly inverse?: boolean;
	readonly strike?: boolean;
	readonly fg?: Colour;
	readonly bg?: Colour;
};

/** The canonical SGR string of a look. */
export const sgr = (look: Look): Sgr => {
	const codes: number[] = [];
	if (look.bold) codes.push(1);
	if (look.dim) codes.push(2);
	if (look.italic) codes.push(3);
	if (look.underline) codes.push(4);
	if (look.inverse) codes.push(7);
	if (look.strike) codes.push(9);
	if (look.fg) codes.push(colourCodes[look.fg]);
	if (look.bg) codes.push(colourCodes[look.bg] + 10);
	return codes.join(';');
};

/** The palette: meaning → look. Views name meanings, never colours. */
export const theme = {
	plain: '',
	strong: sgr({bold: true}),
	muted: sgr({dim: true}),
	emphasis: sgr({italic: true}),
	strike: sgr({strike: true}),
	heading: sgr({bold: true, fg: 'cyan'}),
	link: sgr({underline: true, fg: 'blue'}),
	code: sgr({fg: 'cyan'}),
	codeKeyword: sgr({fg: 'magenta'}),
	codeString: sgr({fg: 'green'}),
	codeNumber: sgr({fg: 'yellow'}),
	codeComment: sgr({dim: true}),
	codeName: sgr({fg: 'blue'}),
	you: sgr({bold: true, fg: 'cyan'}),
	agent: sgr({bold: true, fg: 'magenta'}),
	good: sgr({fg: 'green'}),
	bad: sgr({fg: 'red'}),
	warn: sgr({fg: 'yellow'}),
	added: sgr({fg: 'green'}),
	removed: sgr({fg: 'red'}),
	hunk: sgr({fg: 'cyan'}),
	running: sgr({fg: 'yellow'}),
	match: sgr({inverse: true, fg: 'yellow'}),
	/** Told from the others without colours, too. */
	matchCurrent: sgr({bold: true, underline: true, inverse: true, fg: 'magenta'}),
	selected: sgr({inverse: true}),
	hidden: sgr({inverse: true, fg: 'red'}),
	border: sgr({fg: 'grey'}),
	borderFocus: sgr({fg: 'cyan'}),
} as const satisfies Record<string, Sgr>;
