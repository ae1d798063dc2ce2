/**
 * What the scripted model says in the benchmark: the history and the streams, the same on every run.
 *
 * Invariants: one delta is one word; the words of a stream are all different, so that a word on the screen names its
 * delta; every text ends with a word of its own that appears nowhere else. Pure.
 */
import type {Beat, Rule, Step} from '../../source/demo/script.ts';

export const streams = {
	/** 20 words a second for 10 s. */
	steady: {words: 200, wordsPerBeat: 1, beatMs: 50, end: 'Endofsteadystream'},
	/** 500 words a second for 10 s. */
	fast: {words: 5000, wordsPerBeat: 10, beatMs: 20, end: 'Endoffaststream'},
	/** The same for as long as keys are pressed. */
	keys: {words: 6000, wordsPerBeat: 10, beatMs: 20, end: 'Endofkeystream'},
	/** As fast as it goes. */
	burst: {words: 16_000, wordsPerBeat: 0, beatMs: 0, end: 'Endofburststream'},
} as const;

export type StreamName = keyof typeof streams;

/** Stands at the very end of the last message of the history. */
export const endOfHistory = 'Endofhistorymark';

const consonants = 'bdfgklmnprstvz';
const vowels = 'aeiou';
const syllables = consonants.length * vowels.length;

const syllable = (number: number): string =>
	`${consonants[Math.floor(number / vowels.length) % consonants.length]}${vowels[number % vowels.length]}`;

/** Three syllables: different for every number below 343,000, and not alphabetical, as text is not. */
export const word = (number: number): string => {
	const mixed = (number * 7919 + 104_729) % syllables ** 3;
	return (
		syllable(Math.floor(mixed / syllables ** 2)) + syllable(Math.floor(mixed / syllables)) + syllable(mixed)
	);
};

const sentenceWords = 12;
const paragraphWords = 48;

/** Prose in sentences and paragraphs, a list now and then: what an agent writes. `first` numbers the first word. */
export const prose = (first: number, count: number): readonly string[] =>
	Array.from({length: count}, (_, index) => {
		const isLast = index === count - 1;
		const endsParagraph = (index + 1) % paragraphWords === 0;
		const endsSentence = endsParagraph || (index + 1) % sentenceWords === 0;
		const startsItem = index % paragraphWords === 0 && Math.floor(index / paragraphWords) % 4 === 3;
		const body = `${startsItem ? '- ' : ''}${word(first + index)}${endsSentence ? '.' : ''}`;
		return isLast ? `${body} ` : body + (endsParagraph ? '\n\n' : ' ');
	});

const message = (name: StreamName): Step => {
	const {words, wordsPerBeat, beatMs, end} = streams[name];
	const pieces = [...prose(1, words), `${end}.`];
	if (wordsPerBeat === 0) return {do: 'message', text: pieces.join('')};
	const text: Array<string | Beat> = [];
	for (let index = 0; index < pieces.length; index += wordsPerBeat) {
		text.push(pieces.slice(index, index + wordsPerBeat).join(''), {pauseMs: beatMs});
	}

	return {do: 'message', text};
};

/** What is typed to play a stream. */
export const prompt = (name: StreamName): string => `Please play the ${name} stream.`;

/** Bytes of the text that the stream shows. */
export const textBytes = (name: StreamName): number =>
	Buffer.byteLength([...prose(1, streams[name].words), `${streams[name].end}.`].join(''));

/** Every tenth turn runs a command. */
const commandEvery = 10;

export const historyPrompt = (turn: number): string => `Turn ${turn}: what is left to do?`;

const historyRule = (turn: number, last: number | undefined): Rule => {
	const end = turn === last ? ` ${endOfHistory}` : '';
	const answer: Step = {
		do: 'message',
		text: `${prose(1000 * turn, 60)
			.join('')
			.trim()}\n\n- first \`step${turn}\`\n- then **the rest**${end}`,
	};
	return {
		when: `Turn ${turn}:`,
		responses:
			turn % commandEvery === 0 ? [[{do: 'command', command: 'cat notes.txt'}], [answer]] : [[answer]],
	};
};

export const notes = `${prose(500, 240).join('')}\n`;

/** For the turns with these numbers; the last of them ends the history. */
export const rules = (turns: readonly number[]): readonly Rule[] => [
	...(Object.keys(streams) as StreamName[]).map(
		(name): Rule => ({when: prompt(name), responses: [[message(name)]]}),
	),
	...turns.map(turn => historyRule(turn, turns.at(-1))),
];
