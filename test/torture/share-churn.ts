/**
 * The first part of `share`: so many joins and leaves by every door, roles that change, invitations that go and come, a
 * server that is lost and comes back, while a pilot works and four seats of ours sit through it; and when all is quiet,
 * the laws: what went to the server (share-laws.ts), what each seat knows (same-state.ts), and nothing left behind.
 */
import {existsSync} from 'node:fs';
import path from 'node:path';
import type {Step} from '../../source/demo/script.ts';
import {asArray, asRecord, asString} from '../../source/protocol/fields.ts';
import {roles} from '../../source/protocol/share.ts';
import type {LinkAddress} from '../../source/share/link.ts';
import {type Pilot, startPilot} from './fault-pilot.ts';
import {scriptOf} from './fault-script.ts';
import type {Random} from './random.ts';
import type {Guest} from './share-guests.ts';
import type {HouseCounts, Weight} from './share-house.ts';
import {breaches, type Word} from './share-laws.ts';
import {createOwner, type Owner} from './share-owner.ts';
import {judgeSeats, type Sitter, startSitters} from './share-sitters.ts';
import {type Stage, settled} from './share-stage.ts';
import type {Strike} from './share-tap.ts';
import {add, type Tally, visit} from './share-visits.ts';

export type ChurnOptions = {
	/** Guests that come and go. */
	readonly visits: number;
	/** At a time. */
	readonly lanes: number;
	/** How often the server is lost meanwhile. */
	readonly strikes: number;
	/** By how much the share's waits are shortened. */
	readonly hurry: number;
	readonly random: Random;
	readonly tally: Tally;
	readonly report: (line: string) => void;
};

/** Above what it was after the first third, when all that is made once is made. */
const heapBoundBytes = 24 * 1024 * 1024;
/** Settled requests that are remembered (share/requests.ts), and a few that are open. */
const mostRequests = 220;

/** Every id of a message that stands in the thread. */
const messageIds = async ({scenario}: Stage, threadId: string): Promise<readonly string[]> => {
	const client = await scenario.connect('reader');
	const ids: string[] = [];
	for (let cursor: string | undefined; ; ) {
		const page = await client.call('thread/turns/list', {
			threadId,
			limit: 50,
			itemsView: 'full',
			...(cursor !== undefined && {cursor}),
		});
		for (const turn of asArray(page.data) ?? [])
			for (const item of asArray(asRecord(turn)?.items) ?? [])
				ids.push(asString(asRecord(item)?.clientId) ?? '');
		cursor = asString(page.nextCursor);
		if (cursor === undefined) break;
	}
	await client.close();
	return ids.filter(id => id !== '');
};

const judgeRemains = (left: HouseCounts, before: Weight, third: Weight, after: Weight): readonly string[] => {
	const {gateway, relay, visitors} = left;
	const grown = after.heapBytes - third.heapBytes;
	const resources = [...after.resources];
	for (const each of before.resources) {
		const at = resources.indexOf(each);
		if (at >= 0) resources.splice(at, 1);
	}
	const remains = {...gateway, requests: 0, ...relay, visitors};
	return [
		...Object.entries(remains).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what} are left`])),
		...(gateway.requests > mostRequests ? [`${gateway.requests} requests are held`] : []),
		...resources.map(each => `left in the process: ${each}`),
		...(grown > heapBoundBytes ? [`the heap grew by ${Math.round(grown / 1e6)} MB`] : []),
	];
};

type Playing = {readonly owner: Owner; readonly doors: readonly LinkAddress[]; readonly pilot: Pilot};

/** Resolves when all visits are over. */
const play = async (
	stage: Stage,
	{owner, doors, pilot}: Playing,
	{sitters, words}: {readonly sitters: readonly Sitter[]; readonly words: Map<string, Word>},
	{visits, lanes, strikes, random, tally, report}: ChurnOptions,
): Promise<{readonly third: Weight; readonly undead: Set<Guest>}> => {
	const undead = new Set<Guest>();
	const forbidden = path.join(stage.scenario.workdir, 'forbidden');
	let done = 0;
	let isOver = false;
	let third: Promise<Weight> | undefined;
	let restarting: Promise<void> | undefined;
	const strike = (number: number): void => {
		// Twice in a long run the server itself dies; else only the line to it.
		if (number % 5 === 3) {
			restarting = pilot.restart();
			add(tally, 'restarts');
			return;
		}
		const how = random.pick<Strike>(['cut', 'reset', 'halfOpen']);
		stage.tap.strike(how);
		add(tally, `upstream ${how}`);
	};
	const every = Math.ceil(visits / strikes);
	const lane = async (): Promise<void> => {
		while (done < visits) {
			const number = done;
			done += 1;
			if (number % 3 === 2) await owner.act();
			if (number % every === every - 1) strike(Math.floor(number / every));
			if (number % 20 === 7) for (const sitter of sitters) sitter.write();
			if (number === Math.floor(visits / 3)) third = stage.house.weigh();
			if (number % 100 === 99) report(`${number + 1} visits, ${tally.joins} came in`);
			const person = owner.anybody();
			const address = doors[random.between(0, doors.length - 1)];
			if (person === undefined || address === undefined) continue;
			const token = random.chance(0.02) ? 'A'.repeat(43) : person.token;
			const fork = random.fork(`visit ${number}`);
			await visit(
				{
					address,
					person: {...person, token},
					threadId: pilot.threadId(),
					random: fork,
					words,
					tally,
					forbidden,
				},
				undead,
			);
		}
	};
	const work = async (): Promise<void> => {
		for (let round = 0; !isOver; round += 1) {
			const {rules, acts} = scriptOf(random.fork(`work ${round}`), `w${round}`, 2);
			const asking = `‹w${round}asks›`;
			const ask = (number: number): Step => ({
				do: 'command',
				command: `printf ${number}`,
				justification: `Number ${number}.`,
			});
			const responses = [[ask(1)], [ask(2)], [ask(3)]];
			stage.scenario.model.play({rules: [...rules, {when: asking, responses}]});
			const answering = {by: 'seat', decision: 'accept'} as const;
			await pilot.play([
				...acts.map(act => ({...act, answering: {...act.answering, by: 'seat'} as const})),
				{text: asking, answering, meanwhile: [], restMs: 0},
			]);
			add(tally, 'turns of the pilot', acts.length + 1);
		}
	};
	const working = work();
	await Promise.all(Array.from({length: lanes}, lane));
	isOver = true;
	await working;
	await restarting;
	const weight = await (third ?? stage.house.weigh());
	return {third: weight, undead};
};

/** The breaches of the law; empty when all is well. */
export const churn = async (stage: Stage, options: ChurnOptions): Promise<readonly string[]> => {
	const {random, tally, hurry} = options;
	const {house, opening, scenario, tap} = stage;
	const pilot = await startPilot(scenario);
	const said = tap.said.length;
	const threadId = pilot.threadId();
	const before = await house.weigh();
	const doors = await house.open({...opening, threadId, hurry});
	const owner = createOwner(stage, random.fork('owner'), tally);
	const words = new Map<string, Word>();
	let sitters: readonly Sitter[] = [];
	try {
		sitters = await startSitters(owner, doors, threadId, {words, tally, random: random.fork('seats')});
		for (let number = 0; number < 8; number += 1) {
			for (const role of ['observe', 'steer'] as const)
				await owner.inviteOneOfMany(`${role}-${number}`, role, true);
			await owner.inviteOneOfMany(`any-${number}`, random.pick(roles), false);
			await owner.inviteOneOfMany(`other-${number}`, random.pick(roles), false);
		}
		const {third, undead} = await play(stage, {owner, doors, pilot}, {sitters, words}, options);
		options.report('all visits are over');
		await pilot.quiet(20_000);
		for (const {seat} of sitters)
			await seat.until('our seat is live', ({connection}) => connection.kind === 'live');
		await pilot.quiet(20_000);
		const seats = await judgeSeats(stage, owner, doors, {sitters, threadId});
		const ids = await messageIds(stage, threadId);
		add(tally, 'messages in the thread', ids.length);
		add(tally, 'answers passed on', tap.said.slice(said).filter(({kind}) => kind === 'answer').length);
		// The doors find out by themselves that somebody is gone.
		const standing = async (): Promise<number> => (await house.counts()).visitors - sitters.length;
		await settled(20_000, async () => (await standing()) === 0);
		const halfOpen = await standing();
		for (const guest of undead) guest.leave('cut');
		for (const sitter of sitters) {
			sitter.stop();
			await sitter.seat.leave();
		}
		await settled(10_000, async () => (await house.counts()).visitors === 0);
		const empty = await house.counts();
		const left = await house.end();
		const after = await house.weigh();
		add(tally, 'heap growth kB', Math.round((after.heapBytes - third.heapBytes) / 1000));
		return [
			...breaches(tap.said.slice(said), tap.asked, words, owner.book),
			...seats,
			...[...new Set(ids)].flatMap(id =>
				ids.filter(each => each === id).length > 1 ? [`message ${id} is in the thread twice`] : [],
			),
			...(existsSync(path.join(scenario.workdir, 'forbidden')) ? ['a forbidden file was made'] : []),
			...(halfOpen > 0 ? [`${halfOpen} half-open connections still stand`] : []),
			...(empty.gateway.connections > 0
				? [`${empty.gateway.connections} connections are counted, and nobody is here`]
				: []),
			...judgeRemains(left, before, third, after),
		];
	} finally {
		for (const sitter of sitters) sitter.stop();
		await Promise.allSettled(sitters.map(({seat}) => seat.leave()));
		await pilot.stop();
	}
};
