/**
 * From the words of `jumpseat answer` to one request and one of its choices. What could be meant in two ways is
 * refused, with those that there are. Pure. Called by `answer.ts`.
 */
import type {Card, Choice} from '../../asks/card.ts';
import {choicesOf, choiceWords} from '../../asks/choices.ts';
import {fillForm, type Pair} from '../../asks/fill.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {fieldsOf, requestLine, shellCard, shellChoices, type Waiting} from './request-words.ts';

export type Wanted = {
	readonly thread: string | undefined;
	/** The id of a request; undefined: the only one. */
	readonly request: string | undefined;
	readonly word: string;
};

const usage = (sentence: string, more: readonly string[] = []): CommandError =>
	new CommandError(exitCodes.usage, sentence, more);
const refused = (sentence: string): CommandError => new CommandError(exitCodes.refused, sentence);

/** `[[THREAD] REQUEST] CHOICE`. @throws CommandError `usage` for a word that no request ever takes. */
export const readWanted = (words: readonly string[]): Wanted => {
	const word = words.at(-1) ?? '';
	const request = words.at(-2);
	if (!choiceWords.includes(word.replace(/-\d+$/, '')))
		throw usage(`"${sanitiseLine(word)}" is no answer. The answers are ${choiceWords.join(', ')}.`);
	return {thread: words.at(-3), request: request === 'only' ? undefined : request, word};
};

/**
 * The request that is meant.
 * @throws CommandError `usage` when it could be several, `refused` when there is none that may be answered.
 */
export const pickRequest = (
	waiting: readonly Waiting[],
	wanted: string | undefined,
	home: string | undefined,
): Waiting => {
	const several = (sentence: string, candidates: readonly Waiting[]): CommandError =>
		usage(
			sentence,
			candidates.map(({ask}) => `  ${requestLine(ask, home)}`),
		);
	if (wanted === undefined) {
		const answerable = waiting.filter(({ask}) => ask.kind !== 'shown');
		const [only] = answerable;
		if (answerable.length > 1) throw several('Several requests wait. Say which, by its id:', answerable);
		if (only !== undefined) return only;
		throw refused(
			waiting.length === 0
				? 'Nothing waits for an answer.'
				: 'What waits is not answered from here: `jumpseat requests` shows it.',
		);
	}
	const fitting = waiting.filter(({ask}) => String(ask.id) === wanted);
	const [only] = fitting;
	const shown = sanitiseLine(wanted);
	if (fitting.length > 1) throw several(`"${shown}" is the id of several requests:`, fitting);
	if (only === undefined)
		throw refused(
			`Request ${shown} is not open: it was answered, its turn is over, or there never was one. \`jumpseat requests\` shows what is.`,
		);
	if (only.ask.kind === 'shown')
		throw refused(`Request ${shown} is not answered from here: \`jumpseat requests\` says why.`);
	return only;
};

export type Chosen = {readonly card: Card; readonly choice: Choice};

/**
 * What is sent for it, and the card that it is sent from.
 * @throws CommandError `refused` when it is not offered, or is blind and not `unseen`; `usage` when the fields are not
 * what it takes.
 */
export const choose = (
	{ask}: Waiting,
	{word}: Wanted,
	options: {readonly pairs: readonly Pair[]; readonly unseen: boolean; readonly nowMs: number},
): Chosen => {
	const id = sanitiseLine(String(ask.id));
	const offered = shellChoices(ask);
	const plain = offered.find(choice => choice.word === word);
	if (plain === undefined)
		throw refused(
			`Request ${id} does not offer ${word}. It offers ${offered.map(choice => choice.word).join(', ')}.`,
		);
	if (plain.guarded && !options.unseen)
		throw refused(
			`Nobody here has seen what request ${id} is about: its details were missed by joining late. --unseen accepts it all the same.`,
		);
	const empty = shellCard(ask, options.nowMs);
	const {pairs} = options;
	if (pairs.length === 0) return checked(id, empty, plain);
	if (empty.form === undefined || plain.kind === 'negative')
		throw usage(`Request ${id} takes no --field with ${word}.`);
	const filled = fillForm(fieldsOf(ask), empty.form, pairs);
	if (filled.kind === 'refused') throw usage(`Request ${id}: ${filled.why}.`);
	const card = {...empty, form: filled.form};
	return checked(id, card, choicesOf(ask, card).find(choice => choice.word === word) ?? plain);
};

const checked = (id: string, card: Card, choice: Choice): Chosen => {
	if (choice.blocked === undefined) return {card, choice};
	const why = choice.word === 'grant' ? 'no line of it is granted yet (--field LINE=yes)' : choice.blocked;
	throw usage(`Request ${id}: ${why}. \`jumpseat requests\` shows its --field.`);
};
