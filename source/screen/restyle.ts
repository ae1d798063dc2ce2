/**
 * The shortest SGR sequence from one style to the next. Only what is listed here can be said to the terminal:
 * any other code in an `Sgr` string is dropped, so a style cannot smuggle a sequence. Called by the pen.
 */
import type {Sgr} from '../view/row.ts';
import {csi} from './sequences.ts';

type Look = {readonly attributes: readonly number[]; readonly fg: string; readonly bg: string};

/** Every attribute that a row may carry, and the code that ends it (22 ends both bold and dim). */
const endOf: ReadonlyMap<number, number> = new Map([
	[1, 22],
	[2, 22],
	[3, 23],
	[4, 24],
	[7, 27],
	[9, 29],
]);

const within = (code: number, low: number): boolean => code >= low && code <= low + 7;

/** How many numbers an extended colour takes: `38;5;n` or `38;2;r;g;b`. */
const extendedLength = (kind: number | undefined): number => (kind === 5 ? 3 : kind === 2 ? 5 : 1);

const readLook = (sgr: Sgr): Look => {
	const codes = sgr.split(';').map(Number);
	const attributes: number[] = [];
	let fg = '';
	let bg = '';
	for (let index = 0; index < codes.length; index++) {
		const code = codes[index] ?? 0;
		if (endOf.has(code) && !attributes.includes(code)) attributes.push(code);
		else if (within(code, 30) || within(code, 90)) fg = String(code);
		else if (within(code, 40) || within(code, 100)) bg = String(code);
		else if (code === 38 || code === 48) {
			const colour = codes.slice(index, index + extendedLength(codes[index + 1]));
			index += colour.length - 1;
			if (colour.length < 3 || !colour.every(part => Number.isInteger(part) && part >= 0 && part <= 255))
				continue;
			if (code === 38) fg = colour.join(';');
			else bg = colour.join(';');
		}
	}

	return {attributes, fg, bg};
};

const fromScratch = ({attributes, fg, bg}: Look): string[] =>
	[...attributes.map(String), fg, bg].filter(code => code !== '');

const fromBefore = (before: Look, after: Look): string[] => {
	const lost = before.attributes.filter(code => !after.attributes.includes(code));
	const ends = new Set(lost.map(code => endOf.get(code)));
	const starts = after.attributes.filter(
		code => !before.attributes.includes(code) || ends.has(endOf.get(code)),
	);
	const fg = after.fg === before.fg ? '' : after.fg || '39';
	const bg = after.bg === before.bg ? '' : after.bg || '49';
	return [...[...ends, ...starts].map(String), fg, bg].filter(code => code !== '');
};

const transition = (before: Look, after: Look): string => {
	const changes = fromBefore(before, after);
	if (changes.length === 0) return '';
	const whole = fromScratch(after);
	const reset = whole.length === 0 ? `${csi}m` : `${csi}0;${whole.join(';')}m`;
	const change = `${csi}${changes.join(';')}m`;
	return change.length < reset.length ? change : reset;
};

/** Hostile output can bring any number of colours, so what is remembered is bounded. */
const maximumRemembered = 2048;
const remembered = new Map<string, string>();

export const restyle = (before: Sgr, after: Sgr): string => {
	if (before === after) return '';
	const key = `${before}>${after}`;
	const known = remembered.get(key);
	if (known !== undefined) return known;
	if (remembered.size >= maximumRemembered) remembered.clear();
	const sequence = transition(readLook(before), readLook(after));
	remembered.set(key, sequence);
	return sequence;
};
