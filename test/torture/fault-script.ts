/**
 * What happens in the thread during a round, from its seed: turns of every kind, what is done in their middle, who
 * answers what they ask, and what the person in our seat writes meanwhile. Pure data; fault-pilot.ts plays it.
 *
 * Invariant: every message has words of its own (`‹…›`), so that it can be counted wherever it turns up.
 */
import type {Response, Rule} from '../../source/demo/script.ts';
import type {Random} from './random.ts';

export type Meanwhile = {
	readonly afterMs: number;
	readonly do: 'steer' | 'interrupt' | 'queue' | 'dequeue';
	readonly text: string;
};

export type Answering = {readonly by: 'pilot' | 'seat'; readonly decision: 'accept' | 'decline' | 'cancel'};

export type Act = {
	readonly text: string;
	readonly answering: Answering;
	readonly meanwhile: readonly Meanwhile[];
	/** Before the next one. */
	readonly restMs: number;
};

export type Writing = {
	/** After the one before. */
	readonly afterMs: number;
	readonly do: 'auto' | 'queue' | 'interrupt';
	readonly text: string;
};

export type Script = {
	readonly rules: readonly Rule[];
	readonly acts: readonly Act[];
	readonly writings: readonly Writing[];
};

const words = [
	'fine',
	'größer',
	'naïve',
	'漢字',
	'😀🎉',
	'👩‍👩‍👧‍👦',
	'e\u0301tude',
	'مرحبا',
	'line\nbreak',
	'`code`',
	'**bold**',
	'plain',
] as const;

const prose = (random: Random, count: number): string =>
	Array.from({length: count}, () => random.pick(words)).join(' ');

const message = (random: Random, count = random.spread(3, 300)): Response[number] => ({
	do: 'message',
	text: prose(random, count),
	paceMs: random.pick([0, 0, 1, 3, 8]),
});

/** What the model does in one turn. `name` is unique: files and outputs carry it. */
const performance = (random: Random, name: string): readonly Response[] => {
	const close = message(random);
	switch (random.between(0, 9)) {
		case 0:
			return [[{do: 'command', command: `printf '%s\\n' ${name} one two`}], [close]];
		case 1:
			return [
				[
					message(random, 5),
					{do: 'command', command: `for i in 1 2 3 4 5 6; do echo "${name} $i"; sleep 0.05; done`},
				],
				[close],
			];
		case 2:
			return [
				[{do: 'patch', patch: `*** Begin Patch\n*** Add File: ${name}.txt\n+größer\n+😀\n*** End Patch`}],
				[close],
			];
		case 3:
			return [
				[{do: 'patch', patch: `*** Begin Patch\n*** Add File: ../${name}.txt\n+outside\n*** End Patch`}],
				[close],
			];
		case 4:
			return [
				[{do: 'command', command: `printf ${name}`, justification: `Because of ${name}.`}],
				[{do: 'command', command: 'printf after'}],
				[close],
			];
		case 5:
			return [
				[
					{
						do: 'ask',
						questions: [
							{
								id: 'colour',
								header: 'Colour',
								question: `Which colour has ${name}?`,
								options: [
									{label: 'red', description: 'as a rose'},
									{label: 'blue', description: 'as the sky'},
								],
							},
						],
					},
				],
				[close],
			];
		case 6:
			return [
				[
					{
						do: 'plan',
						steps: [
							['in_progress', `Begin ${name}`],
							['pending', 'End it'],
						],
					},
				],
				[message(random, 20)],
			];
		case 7:
			// It outlives the tool call, and perhaps its turn.
			return [[{do: 'command', command: `sleep 0.4; echo ${name} late`, yieldMs: 250}], [close]];
		case 8:
			return [[{do: 'reason', summary: [prose(random, 30), prose(random, 10)], paceMs: 2}, close]];
		default:
			return [[message(random, random.spread(100, 600))]];
	}
};

const meanwhile = (random: Random, name: string): readonly Meanwhile[] =>
	Array.from({length: random.pick([0, 0, 1, 1, 2])}, (_, index) => ({
		afterMs: random.spread(5, 900),
		do: random.pick(['steer', 'steer', 'interrupt', 'queue', 'queue', 'dequeue']),
		text: `‹${name}.${index}›`,
	}));

export const scriptOf = (random: Random, name: string, size: number): Script => {
	const rules: Rule[] = [];
	const rule = (text: string, responses: readonly Response[]): string => {
		rules.push({when: text, responses});
		return text;
	};
	const acts = Array.from({length: random.between(size, size + 2)}, (_, index): Act => {
		const own = `${name}p${index}`;
		const between = meanwhile(random, own);
		for (const {text} of between) rule(text, [[message(random, random.spread(3, 60))]]);
		return {
			text: rule(`‹${own}›`, performance(random, own)),
			answering: {
				by: random.pick(['pilot', 'seat']),
				decision: random.pick(['accept', 'accept', 'decline', 'cancel']),
			},
			meanwhile: between,
			restMs: random.pick([0, 0, 20, 200]),
		};
	});
	const writings = Array.from({length: random.between(size, size + 3)}, (_, index): Writing => {
		const own = `${name}s${index}`;
		return {
			afterMs: random.spread(10, 900),
			do: random.pick(['auto', 'auto', 'auto', 'queue', 'interrupt']),
			text: rule(`‹${own}›`, random.chance(0.3) ? performance(random, own) : [[message(random, 10)]]),
		};
	});
	return {rules, acts, writings};
};
