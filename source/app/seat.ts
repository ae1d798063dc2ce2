/**
 * What this seat may do, and in which words it may not: the one place that knows. Two things bound it: the person's
 * own choice to watch only (`--observe`, `/observe`), which wins, and behind a share the role that the share gives,
 * which may change at any time. Pure; the gate asks `modeOf` for every frame, the screen the others.
 */
import {answeringModes, type Mode} from '../protocol/methods.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import type {Share} from './share.ts';
import type {AppState} from './state.ts';

type Seat = Pick<AppState, 'observe' | 'share'>;

export const modeOf = ({observe, share}: Seat): Mode => {
	if (observe) return 'observe';
	return share === undefined || share.you.role === 'owner' ? 'drive' : share.you.role;
};

/** Send a message, interrupt. */
export const maySpeak = (seat: Seat): boolean => modeOf(seat) !== 'observe';
/** Answer what waits for a person. */
export const mayAnswer = (seat: Seat): boolean => answeringModes.includes(modeOf(seat));
/** Change what others queued, and run it. */
export const mayManageQueue = (seat: Seat): boolean => modeOf(seat) === 'drive';
/** Invite, change roles, remove, end the share: whoever runs it, also while only watching the thread. */
export const isOwner = ({share}: Pick<AppState, 'share'>): boolean => share?.you.role === 'owner';

/** How the person at this seat is called; behind a share, by its proven name. */
export const seatName = ({share, name}: Pick<AppState, 'share' | 'name'>): string | undefined =>
	share?.you.name ?? name;

const namesOf = (share: Share, fits: (role: Share['you']['role']) => boolean): readonly string[] => [
	...new Set(share.people.filter(({role}) => fits(role)).map(({name}) => sanitiseLine(name))),
];

/** Whom to ask for more, as far as they are known. */
const ownerWords = (share: Share): string => namesOf(share, role => role === 'owner')[0] ?? 'the owner';

/** What a role means, behind `may`. */
export const roleMay: Readonly<Record<Share['you']['role'], string>> = {
	observe: 'only watch',
	steer: 'send messages',
	answer: 'send messages and answer',
	owner: 'do everything',
};

/** At the beginning of a sentence. */
export const ownerName = ({share}: Pick<AppState, 'share'>): string =>
	(share === undefined ? undefined : namesOf(share, role => role === 'owner')[0]) ?? 'Its owner';

export type Act = 'speak' | 'answer' | 'manageQueue';

const notDone: Readonly<Record<Act, string>> = {
	speak: 'nothing can be sent',
	answer: 'nothing is answered',
	manageQueue: 'the queue can only be looked at',
};

/** Why it may not, in a sentence. Only asked when it may not. */
export const refusalOf = ({observe, share}: Seat, act: Act): string => {
	const {role} = share?.you ?? {};
	if (observe || share === undefined || role === undefined) {
		const where = act === 'manageQueue' ? '' : ' in observe mode';
		return `Read-only: ${notDone[act]}${where}.`;
	}
	return `Your role here is ${role}: ${notDone[act]}; ask ${ownerWords(share)}.`;
};

const listed = (names: readonly string[]): string => {
	const [first = '', second, ...more] = names;
	if (second === undefined) return first;
	return more.length === 0 ? `${first} or ${second}` : `${first}, ${second} or ${more.length} more`;
};

/** Under a request that this seat may not answer: who may. The whole sentence, and what of it a phone has room for. */
export const whoAnswers = ({observe, share}: Seat): readonly [string, string] => {
	if (share === undefined)
		return ['Read-only: it is answered in another seat.', 'It is answered in another seat.'];
	const names = namesOf(share, role => role === 'answer' || role === 'owner');
	const others = names.filter(name => name !== sanitiseLine(share.you.name));
	const who = others.length === 0 ? 'its owner may answer' : `${listed(others)} may answer`;
	return [observe ? `Read-only: ${who}.` : `Your role here is ${share.you.role}: ${who}.`, `${who}.`];
};
