/**
 * The second part of `share`: a crowd in a burst of deltas. Nobody misses a character; the server says to fifty what it
 * says to one; and who does not read is held in bounds, while the others have everything. Bytes are counted, no times.
 */
import {asString} from '../../source/protocol/fields.ts';
import type {LinkAddress} from '../../source/share/link.ts';
import {type Guest, sit} from './share-guests.ts';
import type {Stage} from './share-stage.ts';
import {add, type Tally} from './share-visits.ts';

export type BurstOptions = {
	readonly guests: number;
	/** Of them, in the burst in which some do not read. */
	readonly stalled: number;
	readonly deltas: number;
	readonly tally: Tally;
	readonly report: (line: string) => void;
};

/** More than that of what the server says to one guest is too much (the issue). */
const mostUpstream = 1.1;
/** So much may be held for one who does not read (share/outlet.ts), and for all who do. */
const mostHeldBytes = {each: 16 * 1024 * 1024, all: 32 * 1024 * 1024} as const;
const chars = {words: 6, blocks: 240} as const;
const withinMs = 60_000;

const textOf = (length: number, deltas: number): string =>
	Array.from({length: deltas}, (_, at) => `${String(at).padStart(length - 1, '·')} `).join('');

type Listener = {
	readonly guest: Guest;
	/** Of all messages of this guest's turn. */
	readonly heard: () => string;
	/** As its end told it. */
	readonly whole: () => string | undefined;
	readonly isDone: () => boolean;
	readonly frames: () => number;
	readonly forget: () => void;
};

const listen = (guest: Guest): Listener => {
	let heard: string[] = [];
	let whole: string | undefined;
	let isDone = false;
	let frames = 0;
	guest.onFrame(({method, params}) => {
		frames += 1;
		if (method === 'item/agentMessage/delta') heard.push(String(params?.delta));
		if (method === 'turn/completed') isDone = true;
		const item = params?.item;
		if (method !== 'item/completed' || typeof item !== 'object' || item === null || !('text' in item)) return;
		whole = asString(item.text);
	});
	return {
		guest,
		heard: () => heard.join(''),
		whole: () => whole,
		isDone: () => isDone,
		frames: () => frames,
		forget() {
			heard = [];
			whole = undefined;
			isDone = false;
			frames = 0;
		},
	};
};

const until = async (holds: () => boolean): Promise<void> => {
	const endMs = performance.now() + withinMs;
	while (!holds() && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 20));
};

const missing = (who: string, {guest, heard, whole, isDone}: Listener, text: string): readonly string[] => [
	...(heard() === text ? [] : [`${who} heard ${heard().length} of ${text.length} characters`]),
	...(whole() === text ? [] : [`${who} has not got the whole message`]),
	...(isDone() ? [] : [`${who} did not hear the end`]),
	...(guest.isOver() ? [`${who} was sent away`] : []),
];

export const burst = async (
	{scenario, house, tap, opening}: Stage,
	{guests, stalled, deltas, tally, report}: BurstOptions,
): Promise<readonly string[]> => {
	const failures: string[] = [];
	const texts = {words: textOf(chars.words, deltas), blocks: textOf(chars.blocks, deltas)};
	const names = ['words', 'blocks'] as const;
	scenario.model.play({
		rules: names.map(name => ({
			when: `Play ${name}`,
			responses: [[{do: 'message', text: texts[name], deltaChars: chars[name]}]],
		})),
	});
	const {pilot} = scenario;
	const threadId = await pilot.startThread();
	await pilot.play('Good morning');
	const doors = await house.open({...opening, threadId, hurry: 1});
	const crowd: Listener[] = [];
	const comeIn = async (count: number): Promise<void> => {
		while (crowd.length < count) {
			const batch = Array.from({length: Math.min(10, count - crowd.length)}, async (_, index) => {
				const number = crowd.length + index;
				const address = doors[number % doors.length] as LinkAddress;
				const token = await house.invite(`one-${number}`, 'observe');
				return listen(await sit(address, token, 'other', threadId));
			});
			crowd.push(...(await Promise.all(batch)));
		}
	};
	const play = async (name: (typeof names)[number], readers: readonly Listener[]): Promise<number> => {
		for (const each of crowd) each.forget();
		const before = tap.bytes();
		await pilot.play(`Play ${name}`);
		await until(() => readers.every(each => each.isDone() || each.guest.isOver()));
		for (const [index, each] of readers.entries())
			failures.push(...missing(`guest ${index} of ${readers.length}`, each, texts[name]));
		return tap.bytes() - before;
	};
	try {
		await comeIn(1);
		const one = await play('words', crowd);
		await comeIn(guests);
		const all = await play('words', crowd);
		const ratio = all / one;
		report(`${guests} guests: upstream ${ratio.toFixed(3)} of one, ${crowd[0]?.frames() ?? 0} frames each`);
		add(tally, 'deltas', 3 * deltas);
		add(tally, 'upstream ‰ of one guest', Math.round(ratio * 1000));
		if (ratio > mostUpstream) failures.push(`upstream was ${ratio.toFixed(2)} × that of one guest`);

		const readers = crowd.slice(stalled);
		const deaf = crowd.slice(0, stalled);
		for (const {guest} of deaf) guest.pause();
		await house.mostBuffers();
		await play('blocks', readers);
		const held = await house.mostBuffers();
		const most = mostHeldBytes.all + stalled * mostHeldBytes.each;
		report(`${stalled} do not read: ${Math.round(held / 1e6)} MB in buffers at most`);
		add(tally, 'MB held at most', Math.round(held / 1e6));
		if (held > most) failures.push(`${Math.round(held / 1e6)} MB were held for ${stalled} that do not read`);
		for (const {guest} of deaf) guest.read();
		await until(() => deaf.every(each => each.isDone() || each.guest.isOver()));
		for (const [index, each] of deaf.entries()) {
			if (each.guest.isOver()) add(tally, 'cut off');
			else failures.push(...missing(`guest ${index}, who read late`, each, texts.blocks));
		}
		const framesOf = (each: readonly Listener[]): number =>
			each.reduce((sum, {frames}) => sum + frames(), 0) / each.length;
		add(tally, 'frames of a reader', Math.round(framesOf(readers)));
		add(tally, 'frames of one who read late', Math.round(framesOf(deaf)));
	} finally {
		for (const {guest} of crowd) guest.leave('cut');
		const left = await house.end();
		const {connections, guests: still} = left.gateway;
		if (connections + still + left.visitors > 0) failures.push('somebody is left behind after the burst');
	}
	return failures;
};
