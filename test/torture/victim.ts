/** The seat that `fuzz.ts` feeds: everything real from the peer to the bytes of a picture. Throws what goes wrong. */
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import {createFormat} from '../../source/view/format.ts';
import {createMuteTerminal} from '../support/mute-terminal.ts';
import {breakFrame} from './frame-mutations.ts';
import {openMemorySeat} from './memory-seat.ts';
import {type Recorded, recordedThread, type WireFrame} from './memory-server.ts';
import {createPainter} from './picture.ts';
import type {Random} from './random.ts';
import {faultsOf} from './state-laws.ts';

export type FramePool = {
	readonly said: ReadonlyArray<readonly WireFrame[]>;
	/** By method: all results that were recorded. */
	readonly results: ReadonlyMap<string, readonly unknown[]>;
};

export const poolOf = (recorded: readonly Recorded[]): FramePool => {
	const results = new Map<string, unknown[]>();
	for (const each of recorded)
		for (const [method, values] of each.results)
			results.set(method, [...(results.get(method) ?? []), ...values]);
	return {said: recorded.map(({said}) => said), results};
};

const looks = [
	'tabEvents',
	'tabPlan',
	'tabDiff',
	'tabAgents',
	'tabThreads',
	'tabQueue',
	'tabThread',
	'holdCard',
	'open',
	'up',
	'pageUp',
	'top',
	'bottom',
	'foldAll',
	'back',
	'selectPrevious',
	'leaveCard',
	'copy',
	'nextPane',
] as const;

/** What would leave the seat, the thread or the process. */
const kept = new Set(['export', 'suspend', 'openThread', 'findThread', 'quit']);

export type Victim = {
	readonly say: (text: string) => void;
	/** Lets everything happen that follows, and holds the state against its laws. */
	readonly settle: () => Promise<void>;
	/** Presses something and draws. */
	readonly look: (random: Random) => void;
	/** Draws it from every side. */
	readonly lookAround: () => void;
};

const mostOpen = 4;

const check = (faults: readonly string[]): void => {
	if (faults.length > 0) throw new Error(faults[0]);
};

/** Without chance the server answers whole; with it, half of the answers are broken too, but not the first ones. */
export const openVictim = async (pool: FramePool, random: Random | undefined): Promise<Victim> => {
	const terminal = createMuteTerminal({columns: 110, rows: 34});
	const format = createFormat({timeZone: 'UTC'});
	const panes = createPanes(format);
	const painter = createPainter(panes, format);
	let isJoined = false;
	const seat = await openMemorySeat({
		terminal,
		observe: random?.chance(0.3) ?? false,
		answer(id, method) {
			const [first, ...others] = pool.results.get(method) ?? [];
			if (first === undefined)
				return JSON.stringify({id, error: {code: -32_601, message: `unknown variant \`${method}\``}});
			const frame = {id, result: random === undefined ? first : random.pick([first, ...others])};
			return !isJoined || random === undefined || random.chance(0.5)
				? JSON.stringify(frame)
				: breakFrame(frame, random);
		},
	});
	isJoined = true;
	const act = (intent: Intent): void => {
		const {state, commands} = decide(seat.store.get(), intent, panes);
		seat.store.set(state);
		seat.run(commands.filter(({type}) => !kept.has(type)));
	};
	const draw = (): void => check(painter.look(seat.store.get()));
	return {
		say: seat.server.say,
		async settle() {
			// Requests with broken ids are never settled by the recordings; each one is read again with every item.
			const {open} = seat.store.get().cards;
			if (open.length > mostOpen)
				for (const {ask} of open)
					seat.server.say(
						JSON.stringify({
							method: 'serverRequest/resolved',
							params: {threadId: recordedThread, requestId: ask.id},
						}),
					);
			await seat.settle();
			seat.time.advance(20);
			check(faultsOf(seat.store.get()));
		},
		look(random) {
			act({type: 'act', action: random.pick(looks)});
			draw();
		},
		lookAround() {
			for (const action of looks) {
				act({type: 'act', action});
				draw();
			}
		},
	};
};
