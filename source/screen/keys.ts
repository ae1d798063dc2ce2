/**
 * Which key a terminal means by a sequence: the variants of xterm, rxvt, the VT and Linux consoles, tmux and
 * CSI u, as data. Pure; read by the input parser.
 */

export type Key = {
	/** `a`, `A`, `/`, `space`, `up`, `enter`, `escape`, `pageup`, `f1`, … */
	readonly name: string;
	readonly ctrl: boolean;
	readonly alt: boolean;
	readonly shift: boolean;
};

/** `CSI x` and `SS3 x`, also with modifiers as `CSI 1 ; m x`. */
const byFinal: Readonly<Record<string, string>> = {
	A: 'up',
	B: 'down',
	C: 'right',
	D: 'left',
	E: 'clear',
	F: 'end',
	H: 'home',
	P: 'f1',
	Q: 'f2',
	R: 'f3',
	S: 'f4',
};

/** rxvt: `CSI a` is shift+up, `SS3 a` is ctrl+up. */
const rxvtArrows: Readonly<Record<string, string>> = {a: 'up', b: 'down', c: 'right', d: 'left'};

/** The numeric pad in application mode: `SS3 x`. */
const keypad: Readonly<Record<string, string>> = {
	M: 'enter',
	j: '*',
	k: '+',
	l: ',',
	m: '-',
	n: '.',
	o: '/',
	p: '0',
	q: '1',
	r: '2',
	s: '3',
	t: '4',
	u: '5',
	v: '6',
	w: '7',
	x: '8',
	y: '9',
};

/** `CSI n ~`; rxvt ends with `$` (shift), `^` (ctrl) or `@` (both) instead. */
const byNumber: Readonly<Record<number, string>> = {
	1: 'home',
	2: 'insert',
	3: 'delete',
	4: 'end',
	5: 'pageup',
	6: 'pagedown',
	7: 'home',
	8: 'end',
	11: 'f1',
	12: 'f2',
	13: 'f3',
	14: 'f4',
	15: 'f5',
	17: 'f6',
	18: 'f7',
	19: 'f8',
	20: 'f9',
	21: 'f10',
	23: 'f11',
	24: 'f12',
};

const named: Readonly<Record<number, string>> = {
	9: 'tab',
	13: 'enter',
	27: 'escape',
	32: 'space',
	127: 'backspace',
};

/** xterm's modifier parameter is 1 plus these bits: shift 1, alt 2, ctrl 4, and meta 8, which counts as alt. */
const withModifiers = (name: string, parameter: number): Key => {
	const bits = parameter - 1;
	return {name, shift: (bits & 1) !== 0, alt: (bits & 10) !== 0, ctrl: (bits & 4) !== 0};
};

export const plainKey = (name: string): Key => ({name, ctrl: false, alt: false, shift: false});

/** A C0 control or DEL as the key that sends it. LF is ctrl+j: Enter sends CR. */
export const controlKey = (code: number): Key => {
	if (code === 8) return plainKey('backspace');
	const name = named[code];
	if (name) return plainKey(name);
	if (code === 0) return {...plainKey('space'), ctrl: true};
	const letter = String.fromCharCode(code + 64);
	return {...plainKey(letter.toLowerCase()), ctrl: true};
};

/** `SS3 final`, or undefined when no known key sends it. */
export const ss3Key = (final: string): Key | undefined => {
	const arrow = rxvtArrows[final];
	if (arrow) return {...plainKey(arrow), ctrl: true};
	const name = byFinal[final] ?? keypad[final];
	return name === undefined ? undefined : plainKey(name);
};

/** A key by its code point: CSI u (`CSI code ; m u`) and xterm's modifyOtherKeys (`CSI 27 ; m ; code ~`). */
const codePointKey = (code: number, modifiers: number): Key | undefined => {
	// The kitty protocol's private keys (57344 to 63743) stand in the range of no character; neither do surrogates.
	if (!Number.isInteger(code) || code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 63743))
		return undefined;
	const key = withModifiers(named[code] ?? String.fromCodePoint(code), modifiers);
	if (named[code] !== undefined) return key;
	if (code < 32) return undefined;
	// Shift is part of the character itself.
	if (!key.ctrl && !key.alt && key.shift) return plainKey(key.name.toUpperCase());
	return key;
};

/** The key of `CSI parameters final`, or undefined when no known key sends it. */
export const csiKey = (parameters: string, final: string): Key | undefined => {
	// Linux console: CSI [ A to CSI [ E are F1 to F5.
	if (parameters === '[' && final >= 'A' && final <= 'E') return plainKey(`f${final.charCodeAt(0) - 64}`);
	const fields = parameters.split(';');
	const numbers = fields.map(field => Number.parseInt(field, 10));
	const first = numbers[0] ?? Number.NaN;
	const modifiers = Math.max(1, numbers[1] || 1);

	switch (final) {
		case '~':
			if (first === 27 && numbers[2] !== undefined) return codePointKey(numbers[2], modifiers);
			return byNumber[first] === undefined ? undefined : withModifiers(byNumber[first], modifiers);
		case '$':
			return byNumber[first] === undefined ? undefined : {...plainKey(byNumber[first]), shift: true};
		case '^':
			return byNumber[first] === undefined ? undefined : {...plainKey(byNumber[first]), ctrl: true};
		case '@':
			return byNumber[first] === undefined
				? undefined
				: {...plainKey(byNumber[first]), ctrl: true, shift: true};
		case 'u':
			return codePointKey(first, modifiers);
		case 'Z':
			return {...plainKey('tab'), shift: true};
		default: {
			if (parameters === '' && rxvtArrows[final]) return {...plainKey(rxvtArrows[final]), shift: true};
			const name = byFinal[final];
			if (name === undefined || (parameters !== '' && first !== 1)) return undefined;
			return withModifiers(name, modifiers);
		}
	}
};

/** What a key types, or '' when it types nothing. */
export const keyText = ({name, ctrl, alt}: Key): string => {
	if (ctrl || alt) return '';
	if (name === 'space') return ' ';
	return [...name].length === 1 ? name : '';
};
