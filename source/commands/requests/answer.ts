/**
 * `jumpseat answer`: gives one answer to one request, and says what the server says became of it.
 *
 * Invariants: at most one answer leaves, and never an error reply; nothing is printed on stdout unless the server said
 * that the request is settled and nothing says that it was settled by somebody else.
 */
import {type Cards, cardsAfter} from '../../app/requests.ts';
import {type Card, signalCard} from '../../asks/card.ts';
import type {Pair} from '../../asks/fill.ts';
import {outcomeOf} from '../../asks/outcome.ts';
import {isSettled} from '../../asks/phases.ts';
import {currentTurn} from '../../thread/selectors.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {roundTrip, whenReplayed, whyNotJoined, within} from '../replay.ts';
import {type Seat, withSeat} from '../seat.ts';
import {refuseReadOnly} from '../seat-words.ts';
import {readStandardInput} from '../standard-input.ts';
import {turnEnd} from '../turns/turn-end.ts';
import {type Chosen, choose, pickRequest, readWanted, type Wanted} from './answer-words.ts';
import {waitingIn} from './request-words.ts';

/** A server that settles nothing for so long is not waited for. */
const settledWithinMs = 10_000;
/**
 * `serverRequest/resolved` names no author. The item of a file change, or of a command that ends soon, tells whether it
 * was our answer that counted; a command that runs on tells nothing for as long, nor does a declined one: whoever
 * joined after it began never hears that it was declined (measured on 0.169).
 */
const witnessedWithinMs = 500;

const refused = (sentence: string): CommandError => new CommandError(exitCodes.refused, sentence);
const unknown = (sentence: string): CommandError => new CommandError(exitCodes.lost, sentence);

const readPairs = async ({options, stdin}: Context): Promise<readonly Pair[]> => {
	const isInput = ([, value]: readonly [string, string]): boolean => value === '-';
	const inputs = options.fields.filter(isInput);
	if (inputs.length > 1)
		throw new CommandError(exitCodes.usage, 'Only one --field can read standard input (KEY=-).');
	const [input] = inputs;
	const text =
		input === undefined ? '' : await readStandardInput(stdin, `--field ${sanitiseLine(input[0])}=-`);
	return options.fields.map(pair => {
		const [key, value] = pair;
		return isInput(pair) ? {key, value: text, source: 'stdin'} : {key, value, source: 'words'};
	});
};

/** Our request among the cards, as the events of the thread move it. */
const follow = (seat: Seat, sent: Card, word: string) => {
	let cards: Cards = {open: [sent], settled: []};
	let refusal: string | undefined;
	let isVoid = false;
	const stop = seat.onEvent((event, state) => {
		if (event.type === 'threadEvent') {
			const wasSettled = isSettled(card().phase);
			cards = cardsAfter(cards, state.thread, event.event);
			// An interrupt settles what it finds open, behind the end of the turn (PROTOCOL); only `cancel` is one itself.
			if (!wasSettled && isSettled(card().phase))
				isVoid = word !== 'cancel' && turnEnd(state.thread, sent.ask.turnId ?? '')?.status === 'interrupted';
		}
		if (event.type === 'answerRefused' && event.requestId === sent.ask.id) refusal = event.why;
	});
	const isOurs = ({ask}: Card): boolean => ask.id === sent.ask.id && ask.method === sent.ask.method;
	const card = (): Card => cards.settled.findLast(isOurs) ?? cards.open.find(isOurs) ?? sent;
	return {
		card: (): Card => (isVoid ? {...card(), phase: 'resolvedVoid'} : card()),
		refusal: () => refusal,
		stop,
	};
};

/** Sends it and waits for what the server says. Returns when it counts; else throws with what is known. */
const send = async (context: Context, seat: Seat, {card, choice}: Chosen): Promise<void> => {
	const id = sanitiseLine(String(card.ask.id));
	const {key, label, effect, kind} = choice;
	const sent = {...signalCard(card, 'sent', context.environment.nowMs()), sent: {key, label, effect, kind}};
	const followed = follow(seat, sent, choice.word);
	try {
		seat.session.answer(card.ask.id, choice.answer);
		const why = followed.refusal();
		if (why !== undefined) throw refused(`Request ${id} was not answered: ${sanitiseLine(why)}`);
		try {
			await settledOrLost(seat, id, followed.card);
		} catch (error) {
			throw error instanceof CommandError ? doubtful(error, id) : error;
		}
		told(id, followed.card());
	} finally {
		followed.stop();
	}
};

const settledOrLost = async (seat: Seat, id: string, card: () => Card): Promise<void> => {
	const isOver = await within(seat, settledWithinMs, () =>
		isSettled(card().phase) || card().phase === 'unknownSent' ? true : undefined,
	);
	if (isOver === undefined)
		throw unknown(`The server has not settled request ${id} within ${settledWithinMs / 1000} s.`);
	if (card().phase === 'resolvedHere') await witnessed(seat, card);
};

/** Whatever ends the wait, an interrupt as well: the answer has left. */
const doubtful = ({exitCode, message}: CommandError, id: string): CommandError =>
	new CommandError(
		exitCode,
		`${message === '' ? '' : `${message} `}The answer to request ${id} was sent; whether it counts is not known.`,
	);

const witnessed = async (seat: Seat, card: () => Card): Promise<void> => {
	await roundTrip(seat);
	const {ask} = card();
	const tells = ask.kind === 'fileChange' || (ask.kind === 'command' && ask.approvalId === undefined);
	if (!tells) return;
	await within(seat, witnessedWithinMs, ({thread}) =>
		outcomeOf(ask, thread) !== 'unknown' || currentTurn(thread) === undefined ? true : undefined,
	);
};

const told = (id: string, {phase}: Card): void => {
	switch (phase) {
		case 'resolvedHere':
			return;
		case 'resolvedElsewhere':
			throw refused(`Request ${id} was already answered elsewhere: somebody else was first.`);
		case 'resolvedVoid':
			throw refused(`Request ${id} needs no answer any more: its turn is over.`);
		case 'unknown':
		case 'unknownSent':
		case 'resolvedUnclear':
			throw unknown(
				`The connection was lost after the answer to request ${id} was sent: whether it arrived is not known. \`jumpseat requests\` shows whether it is still open.`,
			);
		case 'pending':
		case 'answering':
			throw unknown(`The answer to request ${id} was sent, and what became of it is not known.`);
	}
};

const answerIn = async (
	context: Context,
	seat: Seat,
	wanted: Wanted,
	pairs: readonly Pair[],
): Promise<number> => {
	const {environment, options, stdout, home} = context;
	if ((await whenReplayed(seat)) === 'waiting') throw refused(whyNotJoined(seat.state()));
	const request = pickRequest(waitingIn(seat.state().thread), wanted.request, home);
	const chosen = choose(request, wanted, {pairs, unseen: options.unseen, nowMs: environment.nowMs()});
	await send(context, seat, chosen);
	const {id} = request.ask;
	const {word, effect} = chosen.choice;
	stdout.write(
		options.json
			? jsonLine({jumpseat: 1, type: 'jumpseat/answered', id, word, outcome: 'here'})
			: `Answered ${sanitiseLine(String(id))}: ${word} (${effect}).\n`,
	);
	return exitCodes.done;
};

/** `words`: `[[THREAD] REQUEST] CHOICE`. */
export const answer = async (context: Context, words: readonly string[]): Promise<number> => {
	const wanted = readWanted(words);
	refuseReadOnly(context, 'answered');
	const pairs = await readPairs(context);
	return withSeat(context, wanted.thread, 'drive', seat => answerIn(context, seat, wanted, pairs));
};
