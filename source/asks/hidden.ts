/**
 * Makes visible what a person could miss before saying yes: characters without a look, characters that look like
 * others, line breaks, blanks that push the rest away. Pure.
 *
 * Invariants: what comes out holds no control, bidi or invisible character, loses nothing silently, and says in
 * `warnings` whatever it marked. Called by the cards (`view/cards/`) and for the words of a choice.
 */
import {
	createFindings,
	type Findings,
	type Mark,
	markBlanks,
	markHidden,
	markLookalikes,
	markWords,
	type RevealAs,
	spelt,
} from './hidden-marks.ts';
import {nearScripts, rightToLeft} from './hidden-tables.ts';

export type {RevealAs} from './hidden-marks.ts';

/**
 * `plain`: as the server sent it. `hidden`: made visible by us, to be shown in a loud look. `break`: ends the line;
 * its text is the mark to show there, `''` where line breaks are ordinary.
 */
export type Piece = {readonly kind: 'plain' | 'hidden' | 'break'; readonly text: string};

export type Revealed = {
	readonly shown: readonly Piece[];
	/** Sentences, safe to show; the most dangerous first. */
	readonly warnings: readonly string[];
};

const printableAscii = /^[\x20-\x7e]*$/;
const longLine = 500;
/** More empty lines than this in a row are counted instead of shown. */
const manyBreaks = 3;

/** A word of the script that is no Latin in disguise: the text is really written in it. */
const scriptsAtHome = (text: string): ReadonlySet<string> =>
	new Set(nearScripts.filter(({letter, own}) => letter.test(text) && own.test(text)).map(({name}) => name));

const cut = (line: string, marks: readonly Mark[]): Piece[] => {
	const pieces: Piece[] = [];
	let at = 0;
	const addHidden = (text: string): void => {
		const last = pieces.at(-1);
		if (last?.kind === 'hidden') pieces[pieces.length - 1] = {kind: 'hidden', text: last.text + text};
		else pieces.push({kind: 'hidden', text});
	};
	const addPlain = (text: string): void => {
		// An accent behind something that we replaced would fall on our own mark, or vanish.
		const accents = /^\p{M}+/u.exec(text)?.[0] ?? '';
		if (accents !== '') addHidden(spelt(accents));
		if (text.length > accents.length) pieces.push({kind: 'plain', text: text.slice(accents.length)});
	};
	for (const {from, to, text} of [...marks].sort((a, b) => a.from - b.from)) {
		if (from < at) continue;
		if (from > at) addPlain(line.slice(at, from));
		if (text !== '') addHidden(text);
		at = to;
	}
	if (at < line.length) addPlain(line.slice(at));
	return pieces;
};

const revealLine = (
	line: string,
	as: RevealAs,
	isScriptAtHome: (name: string) => boolean,
	findings: Findings,
): Piece[] => {
	if (as === 'command' && line.length > longLine)
		findings.say(`a line of ${line.length} characters: read to its end`);
	const blanks = (): Mark[] => (as === 'command' ? markBlanks(line, findings) : []);
	if (printableAscii.test(line)) return cut(line, blanks());
	if (as === 'command' && rightToLeft.test(line))
		findings.say('right-to-left letters: a terminal may show them in another order than they run');
	return cut(line, [
		...markHidden(line, as, findings),
		...markWords(line, isScriptAtHome, findings),
		...markLookalikes(line, as, findings),
		...blanks(),
	]);
};

/** Never throws, takes time linear in the text. */
export const revealHidden = (text: string, as: RevealAs = 'command'): Revealed => {
	const findings = createFindings();
	const atHome = as === 'command' ? new Set<string>() : scriptsAtHome(text);
	const isScriptAtHome = (name: string): boolean => atHome.has(name);
	const lines = text.split('\n');
	const shown: Piece[] = [];
	const breakText = as === 'command' ? '⏎' : '';
	for (let index = 0; index < lines.length; index += 1) {
		for (const piece of revealLine(lines[index] ?? '', as, isScriptAtHome, findings)) shown.push(piece);
		if (index === lines.length - 1) break;
		let empty = 0;
		while (as === 'command' && lines[index + empty + 1]?.trim() === '' && index + empty + 2 < lines.length)
			empty += 1;
		shown.push({kind: 'break', text: breakText});
		if (empty > manyBreaks) {
			shown.push({kind: 'hidden', text: `‹${empty} empty lines›`}, {kind: 'break', text: breakText});
			findings.say(`${empty} empty lines in a row: more follows below them`);
			index += empty;
		}
	}
	const count = lines.at(-1) === '' ? lines.length - 1 : lines.length;
	if (as === 'command' && count > 1) findings.say(`${count} lines, not one`);
	return {shown, warnings: findings.warnings()};
};

/** The same as one line of safe text: for the words of a choice. */
export const revealedLine = (text: string): string =>
	revealHidden(text)
		.shown.map(piece => piece.text)
		.join('');
