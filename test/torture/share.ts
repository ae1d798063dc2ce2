/**
 * Part of `npm run torture`: a share on a real App Server, behind every door that it can have, under a thousand guests
 * that come, go, speak, answer and cheat; a crowd in a burst; and a relay that changes what passes. A short form runs in
 * `npm test`.
 */
import process from 'node:process';
import {createRandom} from './random.ts';
import type {Result} from './result.ts';
import {burst} from './share-burst.ts';
import {churn} from './share-churn.ts';
import {openStage} from './share-stage.ts';
import {tamper} from './share-tamper.ts';
import type {Tally} from './share-visits.ts';

export type ShareOptions = {
	readonly seed?: number;
	/** Guests that come and go. Default 1,060: some are not let in. */
	readonly visits?: number;
	readonly lanes?: number;
	/** How often the server is lost meanwhile. Default 10. */
	readonly strikes?: number;
	/** Default 5. */
	readonly hurry?: number;
	/** Of a relay. Default 40. */
	readonly attacks?: number;
	/** In the burst. Default 50, of whom 5 do not read, and 16,000 deltas. */
	readonly crowd?: {readonly guests: number; readonly stalled: number; readonly deltas: number};
};

const wholeCrowd = {guests: 50, stalled: 5, deltas: 16_000};

const saidOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const share = async (
	report: (line: string) => void,
	{
		seed = Math.floor(Math.random() * 1_000_000),
		visits = 1060,
		lanes = 16,
		strikes = 10,
		hurry = 5,
		attacks = 40,
		crowd = wholeCrowd,
	}: ShareOptions = {},
): Promise<Result> => {
	const random = createRandom(seed);
	const tally: Tally = {joins: 0};
	const failures: string[] = [];
	const part = async (name: string, play: () => Promise<readonly string[]>): Promise<void> => {
		const broken = await play().catch(error => [saidOf(error)]);
		for (const each of broken) failures.push(`share, ${name}, seed ${seed}: ${each}`);
		report(`${name} · ${broken.length === 0 ? 'holds' : `FAILED: ${broken.slice(0, 5).join(' · ')}`}`);
	};
	const stage = await openStage();
	try {
		await part('burst', () => burst(stage, {...crowd, tally, report}));
		await part('relay', () => tamper(stage, {rounds: attacks, random: random.fork('relay'), tally, report}));
		await part('churn', () =>
			churn(stage, {visits, lanes, strikes, hurry, random: random.fork('churn'), tally, report}),
		);
	} finally {
		await stage.stop();
	}
	return {name: 'share', counts: tally, failures};
};

// `tsx test/torture/share.ts SEED [VISITS]` plays it again.
if (process.argv[1]?.endsWith('torture/share.ts')) {
	const [seed, visits] = process.argv.slice(2).map(Number);
	const result = await share(line => console.info(line), {
		...(seed !== undefined && {seed}),
		...(visits !== undefined && {visits}),
	});
	console.info(JSON.stringify(result, undefined, 1));
	process.exitCode = result.failures.length === 0 ? 0 : 1;
}
