/**
 * Finds, in one line of text, what a person would not see or would take for something else, and words the warnings.
 * Every finder reads the line once and gives its marks in ascending order. Called by `hidden.ts` only.
 */
import {
	type HiddenKind,
	hiddenPattern,
	hiddenWords,
	latinInDisguise,
	latinLetter,
	lookalikes,
	lookalikesInProse,
	nearScripts,
	nothingHidden,
	words,
} from './hidden-tables.ts';

/**
 * `command`: every blank and line break counts. `prose`: line breaks, tabs and typographic quotes are ordinary.
 * `code`: a file's content, where tabs, blanks and line breaks are ordinary too.
 */
export type RevealAs = 'command' | 'prose' | 'code';

/** Text offsets, and what to show in their place. */
export type Mark = {readonly from: number; readonly to: number; readonly text: string};

/** What joins or tints emoji: in prose the emoji is shown in its plain form. */
const emojiParts = /^(?:\ufe0e|\ufe0f|\u200d|\p{Emoji_Modifier})$/u;
const manySpaces = 8;
const deepIndent = 40;
const mostExamples = 3;
/** The same thing more often in a row is counted instead of repeated. */
const mostRepeats = 4;

const names: Readonly<Record<number, string>> = {
	0: 'NUL',
	7: 'BEL',
	8: 'BS',
	9: 'TAB',
	13: 'CR',
	27: 'ESC',
	127: 'DEL',
};

const codeName = (character: string): string => {
	const code = character.codePointAt(0) ?? 0;
	return names[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
};

const token = (character: string): string => `‹${codeName(character)}›`;
/** An escape sequence keeps its printable part, so that it can be read. */
export const spelt = (text: string): string =>
	Array.from(text, character => (/[\x20-\x7e]/.test(character) ? character : token(character))).join('');

/** Text for a sentence of ours: what cannot be seen is spelt out. */
const safe = (text: string): string => text.replace(hiddenPattern, spelt);

/** Collects what was found, by kind, with a few examples of each. */
export const createFindings = () => {
	const found = new Map<HiddenKind, {times: number; examples: Set<string>}>();
	const sentences: string[] = [];
	return {
		add(kind: HiddenKind, example: string) {
			const entry = found.get(kind) ?? {times: 0, examples: new Set<string>()};
			entry.times += 1;
			if (entry.examples.size <= mostExamples) entry.examples.add(example);
			found.set(kind, entry);
		},
		say(sentence: string) {
			if (!sentences.includes(sentence) && sentences.length < 20) sentences.push(sentence);
		},
		warnings(): readonly string[] {
			const kinds = Object.keys(hiddenWords) as HiddenKind[];
			const counted = kinds.flatMap(kind => {
				const entry = found.get(kind);
				if (entry === undefined) return [];
				const examples = [...entry.examples];
				const shown = examples.slice(0, mostExamples).join(', ');
				const more = examples.length > mostExamples ? ', …' : '';
				return [`${hiddenWords[kind]}${entry.times === 1 ? '' : ` (${entry.times})`}: ${shown}${more}`];
			});
			return [...counted, ...sentences];
		},
	};
};
export type Findings = ReturnType<typeof createFindings>;

export const markHidden = (line: string, as: RevealAs, findings: Findings): Mark[] => {
	if (nothingHidden.test(line)) return [];
	const runs: Array<{from: number; to: number; text: string; times: number}> = [];
	for (const match of line.matchAll(hiddenPattern)) {
		const [text] = match;
		const from = match.index;
		const isTab = text === '\t';
		if (isTab && as !== 'command') continue;
		if (as === 'prose' && match.groups?.space !== undefined) continue;
		if (as === 'prose' && emojiParts.test(text)) {
			runs.push({from, to: from + text.length, text: '', times: 1});
			continue;
		}
		if (as === 'code' && text === '\r' && from === line.length - 1) continue;
		const kind = (Object.keys(hiddenWords) as HiddenKind[]).find(name => match.groups?.[name] !== undefined);
		const shown = isTab ? '→' : spelt(text);
		findings.add(kind ?? 'invisible', isTab ? 'a tab' : shown);
		const run = runs.at(-1);
		if (run?.to === from && run.text === shown) {
			run.to = from + text.length;
			run.times += 1;
		} else runs.push({from, to: from + text.length, text: shown, times: 1});
	}
	return runs.map(({from, to, text, times}) => ({
		from,
		to,
		text: times > mostRepeats ? `${text}‹${times} times›` : text.repeat(times),
	}));
};

/** Letters of a script that passes for Latin, inside a word that has Latin ones too or has nothing else. */
export const markWords = (
	line: string,
	isScriptAtHome: (name: string) => boolean,
	findings: Findings,
): Mark[] => {
	const marks: Mark[] = [];
	for (const match of line.matchAll(words)) {
		const [word] = match;
		if (/^[\x20-\x7e]*$/.test(word)) continue;
		const script = nearScripts.find(({letter}) => letter.test(word));
		if (script === undefined) continue;
		const isMixed = latinLetter.test(word);
		if (!isMixed && (isScriptAtHome(script.name) || !latinInDisguise.test(word))) continue;
		let at = match.index;
		const letters = new Set<string>();
		for (const character of word) {
			const last = marks.at(-1);
			if (last?.to === at && /\p{M}/u.test(character)) {
				marks[marks.length - 1] = {from: last.from, to: at + character.length, text: last.text + character};
			} else if (script.letter.test(character)) {
				marks.push({from: at, to: at + character.length, text: character});
				if (letters.size < mostExamples) letters.add(`${character} is ${codeName(character)}`);
			}
			at += character.length;
		}
		const shown = word.length > 40 ? `${word.slice(0, 40)}…` : word;
		const how = isMixed ? `mixes Latin and ${script.name} letters` : `is written in ${script.name} letters`;
		findings.say(`“${safe(shown)}” ${how}: ${[...letters].join(', ')}`);
	}
	return marks;
};

export const markLookalikes = (line: string, as: RevealAs, findings: Findings): Mark[] =>
	Array.from(line.matchAll(as === 'command' ? lookalikes : lookalikesInProse), ({0: text, index}) => {
		findings.add('lookalike', `${text} (${codeName(text)})`);
		return {from: index, to: index + text.length, text};
	});

/** Blanks that end a line or push the rest of it out of sight. */
export const markBlanks = (line: string, findings: Findings): Mark[] => {
	const marks: Mark[] = [];
	const add = (from: number, length: number) =>
		marks.push({
			from,
			to: from + length,
			text: length > manySpaces ? `‹${length} spaces›` : '·'.repeat(length),
		});
	const indent = line.search(/[^ ]|$/);
	let trailing = line.length;
	while (trailing > 0 && line[trailing - 1] === ' ') trailing -= 1;
	if (indent > deepIndent && indent < line.length) {
		add(0, indent);
		findings.say(`${indent} spaces before a line: it stands far to the right`);
	}
	for (const match of line.slice(0, trailing).matchAll(/ {9,}/g)) {
		if (match.index < indent) continue;
		add(match.index, match[0].length);
		findings.say(`${match[0].length} spaces in a row: more may follow far to the right`);
	}
	if (trailing < line.length) {
		add(trailing, line.length - trailing);
		findings.say('spaces at the end of a line');
	}
	return marks;
};
