/**
 * The look that a terminal would have after SGR sequences, and its canonical string (see `Sgr` in row.ts).
 * States are immutable, so parsers may keep and compare them. Blink, conceal, overline and fonts are not known
 * here: text must not blink and must not hide. Called by `ansi.ts`, `markdown.ts`, `diff.ts`.
 */
import type {Sgr} from './row.ts';

/** Attribute codes that are on, ascending, then the two colours as SGR parameters (`'31'`, `'38;5;9'`, `''`). */
export type SgrState = {
	readonly attributes: readonly number[];
	readonly fg: string;
	readonly bg: string;
};

export const plainState: SgrState = {attributes: [], fg: '', bg: ''};

export const sgrOf = (state: SgrState): Sgr =>
	[state.attributes.join(';'), state.fg, state.bg].filter(part => part !== '').join(';');

const withAttribute = (state: SgrState, code: number): SgrState =>
	state.attributes.includes(code)
		? state
		: {...state, attributes: [...state.attributes, code].sort((a, b) => a - b)};

const withoutAttributes = (state: SgrState, first: number, second = first): SgrState => ({
	...state,
	attributes: state.attributes.filter(code => code !== first && code !== second),
});

const byte = (text: string | undefined): number | undefined => {
	const value = Number(text);
	return text !== undefined && /^\d{1,3}$/.test(text) && value <= 255 ? value : undefined;
};

/** What follows 38 or 48 as canonical parameters without that number, and how many parameters it used. */
const extendedColour = (parts: readonly string[]): {readonly colour: string; readonly used: number} => {
	if (parts[0] === '5') {
		const index = byte(parts[1]);
		return {colour: index === undefined ? '' : `5;${index}`, used: 2};
	}
	if (parts[0] === '2') {
		const rgb = [byte(parts[1]), byte(parts[2]), byte(parts[3])];
		return {colour: rgb.includes(undefined) ? '' : `2;${rgb.join(';')}`, used: 4};
	}
	return {colour: '', used: parts.length};
};

/** `38:2::R:G:B` has a colour space before the numbers that `38;2;R;G;B` has not. */
const colonColour = (parts: readonly string[]): string =>
	extendedColour(
		parts[0] === '2' && parts.length > 4 ? ['2', ...parts.slice(2).map(part => part || '0')] : parts,
	).colour;

const withColour = (state: SgrState, target: number, colour: string): SgrState => {
	if (colour === '') return state;
	if (target === 38) return {...state, fg: `38;${colour}`};
	return target === 48 ? {...state, bg: `48;${colour}`} : state;
};

const applyCode = (state: SgrState, code: number): SgrState => {
	if (code === 0) return plainState;
	if (code === 1 || code === 2 || code === 3 || code === 4 || code === 7 || code === 9)
		return withAttribute(state, code);
	if (code === 21) return withAttribute(state, 4);
	if (code === 22) return withoutAttributes(state, 1, 2);
	if (code === 23 || code === 24 || code === 27 || code === 29) return withoutAttributes(state, code - 20);
	if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) return {...state, fg: String(code)};
	if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) return {...state, bg: String(code)};
	if (code === 39) return {...state, fg: ''};
	return code === 49 ? {...state, bg: ''} : state;
};

/** The state after `CSI parameters m`; parameters that mean nothing to us change nothing. */
export const applySgr = (state: SgrState, parameters: string): SgrState => {
	let next = state;
	const parts = parameters.split(';');
	for (let index = 0; index < parts.length; index++) {
		const part = parts[index] ?? '';
		const [head = '', ...rest] = part.split(':');
		const code = head === '' ? 0 : Number(head);
		if (rest.length > 0) {
			if (code === 38 || code === 48) next = withColour(next, code, colonColour(rest));
			else if (code === 4) next = rest[0] === '0' ? withoutAttributes(next, 4) : withAttribute(next, 4);
		} else if (code === 38 || code === 48 || code === 58) {
			const {colour, used} = extendedColour(parts.slice(index + 1, index + 5));
			next = withColour(next, code, colour);
			index += used;
		} else next = applyCode(next, code);
	}
	return next;
};

const merged = new Map<string, Sgr>();

/** The look of `over` on top of `under`: attributes of both, colours of `over` where it has them. */
export const mergeSgr = (under: Sgr, over: Sgr): Sgr => {
	if (under === '' || under === over) return over;
	if (over === '') return under;
	const key = `${under}+${over}`;
	const found = merged.get(key);
	if (found !== undefined) return found;
	const result = sgrOf(applySgr(applySgr(plainState, under), over));
	// Looks come from our small palette or from hostile output: the second kind must not fill the memory.
	if (merged.size > 1000) merged.clear();
	merged.set(key, result);
	return result;
};
