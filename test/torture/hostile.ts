/**
 * Hostile text in every field that a server fills, on a terminal that is listened to: nothing but our own sequences is
 * ever said or executed, no question of the server's is answered, and the screen shows what was meant. One field after
 * the other first, then all at once on the whole screen, for as long as there is time. A failure prints its seed, the
 * fields and the text.
 */
import type {Action} from '../../source/keys/bindings.ts';
import type {Size} from '../../source/screen/frame.ts';
import {threadMarkdown} from '../../source/view/export.ts';
import {fieldsOf, isStructural, planted} from './fields.ts';
import {corpus, longLine, madeUp} from './hostile-corpus.ts';
import {openHostileStage} from './hostile-stage.ts';
import {hostileWire} from './hostile-wire.ts';
import {type Recorded, readRecorded} from './memory-server.ts';
import {createRandom, type Random} from './random.ts';
import type {Result} from './result.ts';
import {foreignInLines} from './tokeniser.ts';
import {openVictim, poolOf} from './victim.ts';

export type HostileOptions = {
	readonly seed: number;
	/** For all of it; the part that tries field by field always runs whole. */
	readonly seconds: number;
	/** Of the fields, one in so many is tried alone. 1 tries all. */
	readonly every?: number;
};

type Tally = {
	fields: number;
	inputs: number;
	pictures: number;
	screens: number;
	sequences: number;
	executed: number;
	titles: number;
	notifications: number;
	clipboards: number;
};

const textFor = (random: Random, round: number): string =>
	random.chance(0.5) ? (corpus[(round + random.between(0, 3)) % corpus.length] ?? '') : madeUp(random);

/** One field of all recordings that have it, the rest as it was: structural ones too. */
const tryAlone = async (
	recorded: readonly Recorded[],
	first: Recorded,
	field: string,
	text: string,
	tally: Tally,
): Promise<readonly string[]> => {
	const one = planted(first, name => {
		if (name !== field) return undefined;
		tally.inputs += 1;
		return text;
	});
	// Methods that this recording does not answer are answered by another one.
	const pool = poolOf([one, ...recorded]);
	try {
		const victim = await openVictim(pool, undefined);
		for (const frame of one.said) victim.say(JSON.stringify(frame));
		await victim.settle();
		victim.lookAround();
		tally.pictures += 19;
		return [];
	} catch (error) {
		return [error instanceof Error ? error.message : String(error)];
	}
};

const tour: readonly Action[] = [
	'tabEvents',
	'tabPlan',
	'tabDiff',
	'tabAgents',
	'tabThreads',
	'tabQueue',
	'tabThread',
	'foldAll',
	'selectPrevious',
	'copy',
	'open',
	'tabEvents',
	'up',
	'open',
	'copy',
	'pageDown',
	'back',
	'holdCard',
	'pageDown',
	'leaveCard',
];

const sizes: readonly [Size, ...Size[]] = [
	{columns: 120, rows: 40},
	{columns: 80, rows: 24},
	{columns: 44, rows: 16},
	{columns: 200, rows: 50},
];

/** Every field at once, each with another text, on the whole screen; every pane, card, field and way out. */
const tryScreen = async (
	recorded: readonly Recorded[],
	random: Random,
	tally: Tally,
): Promise<readonly string[]> => {
	const [first, ...others] = recorded;
	if (first === undefined) return [];
	const made = recorded.find(({name}) => name === 'made-up') ?? first;
	let round = random.between(0, corpus.length);
	const all = planted(random.chance(0.6) ? made : random.pick([first, ...others]), field => {
		if (isStructural(field)) return undefined;
		round += 1;
		tally.inputs += 1;
		return textFor(random, round);
	});
	const stage = await openHostileStage(
		random.pick(sizes),
		(id, method) => {
			const result = (all.results.get(method) ?? made.results.get(method))?.[0];
			return result === undefined
				? JSON.stringify({id, error: {code: -32_601, message: textFor(random, round)}})
				: JSON.stringify({id, result});
		},
		{tmux: random.chance(0.5)},
	);
	const offences: string[] = [];
	const note = ({offences: found, spoken}: Awaited<ReturnType<typeof stage.look>>): void => {
		offences.push(...found);
		tally.screens += 1;
		tally.sequences += spoken.sequences;
		tally.executed += spoken.foreign.length;
		tally.titles += spoken.titles.length;
		tally.notifications += spoken.notifications.length;
		tally.clipboards += spoken.clipboards.length;
	};
	stage.act({type: 'noteFocus', focused: random.chance(0.5)});
	const said = all.said.map(frame => JSON.stringify(frame));
	const middle = random.between(0, said.length);
	for (const text of said.slice(0, middle)) stage.seat.server.say(text);
	note(await stage.look());
	for (const text of said.slice(middle)) stage.seat.server.say(text);
	stage.seat.server.say(textFor(random, round));
	note(await stage.look());
	const start = random.between(0, tour.length - 1);
	for (const action of [...tour.slice(start), ...tour.slice(0, start)].slice(0, 8)) {
		stage.act({type: 'act', action});
		note(await stage.look());
	}
	// What a person types or pastes may come from the same hand.
	stage.act({type: 'act', action: random.pick(['search', 'compose', 'back'] as const)});
	stage.act({type: 'editField', text: textFor(random, round)});
	stage.type(`\u001B[200~${textFor(random, round)}\u001B[201~`);
	note(await stage.look('person'));
	if (random.chance(0.3)) {
		const why = textFor(random, round);
		const nowMs = stage.seat.time.nowMs();
		const connection = random.pick([
			{kind: 'reconnecting', attempt: 1, nextAtMs: nowMs + 1000, why},
			{kind: 'failed', why},
		] as const);
		stage.hear({type: 'connectionMoved', connection, atMs: nowMs});
		stage.hear({type: 'askFailed', what: textFor(random, round), why, atMs: nowMs});
		note(await stage.look('person'));
	}
	offences.push(...foreignInLines(threadMarkdown(stage.state().thread)));
	note(await stage.leave());
	return offences;
};

/** Ten million characters in one line, in the fields that hold most, on the whole screen. */
const tryLongLines = async (
	recorded: readonly Recorded[],
	length: number,
	tally: Tally,
): Promise<readonly string[]> => {
	const made = recorded.find(({name}) => name === 'made-up');
	if (made === undefined) return ['there is nothing made up'];
	const offences: string[] = [];
	const wantedFields = [
		'item/completed.item<commandExecution>.aggregatedOutput',
		'item/completed.item<agentMessage>.text',
		'item/commandExecution/outputDelta.delta',
		'item/completed.item<commandExecution>.command',
		'turn/diff/updated.diff',
		'thread/name/updated.threadName',
		'item/commandExecution/requestApproval.command',
		'error.error.message',
	];
	// The short form takes two that a screen shows at once.
	for (const wanted of length < 1_000_000
		? ['thread/name/updated.threadName', 'error.error.message']
		: wantedFields) {
		// A card shows its command whole, and every character of it is looked at for what hides.
		const long = longLine(wanted.includes('requestApproval') ? length / 20 : length);
		const one = planted(made, field => (field === wanted ? long : undefined));
		tally.inputs += 1;
		const stage = await openHostileStage(
			{columns: 100, rows: 30},
			(id, method) => {
				const [result] = one.results.get(method) ?? [];
				return JSON.stringify(
					result === undefined ? {id, error: {code: -32_601, message: 'no'}} : {id, result},
				);
			},
			{tmux: false},
		);
		for (const frame of one.said) stage.seat.server.say(JSON.stringify(frame));
		for (const action of ['tabEvents', 'tabDiff', 'selectPrevious', 'copy'] as const) {
			stage.act({type: 'act', action});
			const looked = await stage.look();
			tally.screens += 1;
			offences.push(...looked.offences.map(each => `${wanted}: ${each}`));
		}
		offences.push(...(await stage.leave()).offences);
	}
	return offences;
};

export const hostile = async (
	report: (line: string) => void,
	{seed, seconds, every = 1}: HostileOptions,
): Promise<Result> => {
	const endMs = Date.now() + seconds * 1000;
	const recorded = readRecorded();
	const random = createRandom(seed);
	const failures: string[] = [];
	const tally: Tally = {
		fields: 0,
		inputs: 0,
		pictures: 0,
		screens: 0,
		sequences: 0,
		executed: 0,
		titles: 0,
		notifications: 0,
		clipboards: 0,
	};
	const fail = (what: string, offences: readonly string[]): void => {
		if (offences.length === 0 || failures.length >= 10) return;
		failures.push(`seed ${seed}: ${what}: ${offences.slice(0, 3).join(' | ').slice(0, 600)}`);
		report(failures.at(-1) ?? '');
	};
	// Each field in the shortest recording that has it.
	const shortest = recorded.toSorted((one, other) => other.said.length - one.said.length);
	const holders = new Map(shortest.flatMap(each => fieldsOf([each]).map(field => [field, each] as const)));
	const fields = [...holders];
	for (const [index, [field, holder]] of fields.entries()) {
		if ((index + seed) % every !== 0) continue;
		const text = textFor(random, index);
		tally.fields += 1;
		fail(
			`${field} = ${JSON.stringify(text).slice(0, 300)}`,
			await tryAlone(recorded, holder, field, text, tally),
		);
	}
	report(`${tally.fields} of ${fields.length} fields alone`);
	fail('a long line', await tryLongLines(recorded, every === 1 ? 10_000_000 : 200_000, tally));
	report('long lines');
	const wire = await hostileWire(random.fork('wire'), every === 1 ? 120 : 12);
	fail('a verb', wire.offences);
	report(`${wire.verbs} runs of verbs`);
	for (let episode = 0; (episode < 3 || Date.now() < endMs) && failures.length < 10; episode += 1) {
		const episodeSeed = seed + episode;
		const offences = await tryScreen(recorded, createRandom(episodeSeed), tally);
		if (offences.length > 0) fail(`screen of seed ${episodeSeed}`, offences);
	}
	report(`${tally.inputs} texts on ${tally.screens} screens and ${tally.pictures} pictures`);
	return {name: 'hostile', counts: {...tally, lines: wire.lines, verbs: wire.verbs}, failures};
};
