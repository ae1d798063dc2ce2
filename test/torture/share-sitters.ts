/**
 * Sessions of ours that sit through it all, one by each door, write and answer as people do, and must know in the end
 * what one knows that comes in then (same-state.ts). Used by share-churn.ts.
 */
import type {AppState} from '../../source/app/state.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {accessOf, endpointOf, type LinkAddress} from '../../source/share/link.ts';
import {compare} from './same-state.ts';
import {openSeat, type TestSeat} from './seat.ts';
import type {Owner} from './share-owner.ts';
import {type Stage, settled} from './share-stage.ts';
import {add, type Invited, type Visit} from './share-visits.ts';

const enterKey = {type: 'key', name: 'enter', text: '', ctrl: false, alt: false, shift: false} as const;

/** A session of ours in the share, which writes and answers as a person does. */
const createSitter = (
	seat: TestSeat,
	{name, role}: Invited,
	{words, tally, random}: Pick<Visit, 'words' | 'tally' | 'random'>,
) => {
	const answered = new Set<unknown>();
	let ids = 0;
	const newId = (): string => `jumpseat:${name}:${name}-${++ids}`;
	const look = (): void => {
		const {cards, connection} = seat.state();
		const [card] = cards.open;
		if (role !== 'answer' || card === undefined || connection.kind !== 'live' || answered.has(card)) return;
		if (card.phase !== 'pending') return;
		if (card.ask.kind !== 'command' && card.ask.kind !== 'fileChange') return;
		// The other guests want their chance.
		if (random.chance(0.9)) return;
		answered.add(card);
		const [choice] = choicesOf(card.ask, {...card, seen: true}).filter(({blocked}) => blocked === undefined);
		if (choice === undefined) return;
		seat.session.answer(card.ask.id, choice.answer);
		add(tally, 'answers of seats');
	};
	const timer = setInterval(look, 40);
	return {
		name,
		role,
		seat,
		write(): void {
			if (role === 'observe' || seat.state().composer.editor.text !== '') return;
			const text = `‹${name}.${words.size}›`;
			words.set(text, {name, atMs: performance.now()});
			seat.intend({type: 'write', input: {type: 'paste', text}, newId});
			seat.intend({type: 'write', input: enterKey, newId});
			add(tally, 'messages of seats');
		},
		stop: () => clearInterval(timer),
	};
};

export type Sitter = ReturnType<typeof createSitter>;

const seatAt = (address: LinkAddress, {token, role}: Invited, threadId: string): TestSeat => {
	const link = {address, token};
	const hurry = 5;
	return openSeat(endpointOf(link), threadId, role, {hurry, access: accessOf(link)});
};

export const startSitters = async (
	owner: Owner,
	doors: readonly LinkAddress[],
	threadId: string,
	common: Pick<Visit, 'words' | 'tally' | 'random'>,
): Promise<readonly Sitter[]> => {
	const sitters: Sitter[] = [];
	for (const [index, address] of doors.entries()) {
		const role = (['answer', 'steer', 'observe', 'answer'] as const)[index] ?? 'observe';
		const person = await owner.invite(`seat-${address.kind}`, role);
		const sitter = createSitter(seatAt(address, person, threadId), person, common);
		sitters.push(sitter);
	}
	await Promise.all(
		sitters.map(({seat}) => seat.until('a seat is live', ({connection}) => connection.kind === 'live')),
	);
	return sitters;
};

/** A fresh one has a page of turns, ours whatever it has seen: as many of them. */
const newest = (ours: AppState, {thread: {turns, olderCursor}}: AppState): AppState => {
	const from = ours.thread.turns.findIndex(({id}) => id === turns[0]?.id);
	const {thread} = ours;
	return {...ours, thread: {...thread, turns: thread.turns.slice(Math.max(0, from)), olderCursor}};
};

export const judgeSeats = async (
	stage: Stage,
	owner: Owner,
	doors: readonly LinkAddress[],
	{sitters, threadId}: {readonly sitters: readonly Sitter[]; readonly threadId: string},
): Promise<readonly string[]> => {
	const [, door = doors[0]] = doors;
	if (door === undefined) return ['the share has no door'];
	const guest = seatAt(door, await owner.invite('fresh', 'answer'), threadId);
	const direct = openSeat(stage.scenario.endpoint, threadId);
	try {
		for (const fresh of [guest, direct]) {
			await fresh.until('a fresh seat is live', ({connection}) => connection.kind === 'live');
			await fresh.until('it knows the queue', ({queue}) => queue !== 'unread');
		}
		const look = (): readonly string[] =>
			[...sitters, undefined].flatMap(sitter => {
				const [ours, fresh] = sitter === undefined ? [guest, direct] : [sitter.seat, guest];
				// Who only watches lists no queue; a guest is told less of the settings than who sits at the server.
				const spared = sitter === undefined ? 'the settings' : sitter.role === 'observe' ? 'the queue' : '-';
				return compare(newest(ours.state(), fresh.state()), fresh.state())
					.differences.filter(each => !each.startsWith(spared))
					.map(each => `${sitter?.name ?? 'a fresh guest'}: ${each}`);
			});
		await settled(6000, () => look().length === 0);
		return look();
	} finally {
		await Promise.all([guest.leave(), direct.leave()]);
	}
};
