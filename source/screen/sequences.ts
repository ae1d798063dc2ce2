/**
 * Every escape sequence that this program may write, by its meaning. Nothing outside `screen/` writes one, and
 * text from anywhere else passes `harmless()` first, so the terminal can only ever execute what is listed here.
 * Names follow ECMA-48 and xterm's ctlseqs.
 */
import {Buffer} from 'node:buffer';
import {hasControl} from '../view/sanitise.ts';

export const esc = '\u001B';
export const csi = `${esc}[`;
const osc = `${esc}]`;
const bel = '\u0007';
const stringTerminator = `${esc}\\`;

/** The text with every control character, escape and bidi control turned into U+FFFD; the same string when clean. */
export const harmless = (text: string): string =>
	hasControl(text) ? Array.from(text, char => (hasControl(char) ? '\uFFFD' : char)).join('') : text;

/** EL: the rest of the row, in the current background. */
export const eraseToEnd = `${csi}K`;
/** ECH: that many cells from the cursor on, in the current background; the cursor stays. */
export const eraseCells = (count: number): string => `${csi}${count}X`;
/** DECSTBM, zero-based and inclusive; the cursor goes home. */
export const scrollRegion = (top: number, bottom: number): string => `${csi}${top + 1};${bottom + 1}r`;
export const wholeScreenRegion = `${csi}r`;
/** DL and IL shift the rows of the scroll region below the cursor; older and wider known than SU and SD. */
export const deleteRows = (count: number): string => `${csi}${count === 1 ? '' : count}M`;
export const insertRows = (count: number): string => `${csi}${count === 1 ? '' : count}L`;

export const showCursor = `${csi}?25h`;
export const hideCursor = `${csi}?25l`;
/** Synchronized output: the terminal shows nothing until the end. */
export const beginSynchronized = `${csi}?2026h`;
export const endSynchronized = `${csi}?2026l`;

/** DSR: answered by `CSI 0 n` once everything before it has been processed. */
export const fenceQuery = `${csi}5n`;
/** DECRQM for synchronized output: answered by `CSI ? 2026 ; Ps $ y`. */
export const synchronizedQuery = `${csi}?2026$p`;

/** XTVERSION: answered by `DCS > | name version ST`, or not at all. */
export const versionQuery = `${csi}>q`;

/** Alternate screen, no autowrap, bracketed paste, focus reports, no cursor, plain style, whole scroll region. */
export const enterScreen = `${csi}?1049h${csi}?7l${csi}?2004h${csi}?1004h${hideCursor}${csi}m${wholeScreenRegion}`;
/** The exact reverse of `enterScreen`, safe in any state in between (also inside a synchronized update). */
export const leaveScreen = `${endSynchronized}${wholeScreenRegion}${csi}m${csi}?1004l${csi}?2004l${csi}?7h${showCursor}${csi}?1049l`;
/** Ends whatever control string or sequence a cut write may have left open. */
export const abortSequence = stringTerminator;

export const wheelOn = `${csi}?1000h${csi}?1006h`;
export const wheelOff = `${csi}?1006l${csi}?1000l`;

export const ringBell = bel;

/** XTWINOPS: the terminal keeps a stack of titles. */
export const pushTitle = `${csi}22;2t`;
export const popTitle = `${csi}23;2t`;
export const windowTitle = (text: string): string => `${osc}2;${harmless(text)}${bel}`;

/** Through tmux to the terminal outside; dropped where `allow-passthrough` is off there, as it is by default. */
const throughTmux = (sequence: string): string =>
	`${esc}Ptmux;${sequence.replaceAll(esc, esc + esc)}${stringTerminator}`;

export type Surroundings = {readonly tmux: boolean};

/** OSC 9. ConEmu reads a leading number as a command, so a text never starts with one. */
export const desktopNotification = (text: string, {tmux}: Surroundings): string => {
	const sequence = `${osc}9;${harmless(text).replace(/^(?=\d)/, ' ')}${bel}`;
	return tmux ? throughTmux(sequence) : sequence;
};

/** OSC 52; line breaks and tabs stay, other controls could run as keys where it is pasted. tmux takes it itself with `set-clipboard on`, or hands it out with `allow-passthrough on`: try both. */
export const setClipboard = (text: string, {tmux}: Surroundings): string => {
	const clean = text.replace(/[^\n\t]+/g, harmless);
	const sequence = `${osc}52;c;${Buffer.from(clean, 'utf8').toString('base64')}${bel}`;
	return tmux ? sequence + throughTmux(sequence) : sequence;
};

/** Characters; a terminal's title bar and its notifications show no more. */
export const longestTitle = 200;
export const longestNotification = 400;
/** Bytes of base64; the limit that xterm and tmux are known to take. */
export const longestClipboard = 74_994;
