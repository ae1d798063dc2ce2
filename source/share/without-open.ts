/**
 * The answer to a guest's `thread/resume` without the items that he is told of right behind it, from their beginning.
 *
 * Measured on 0.169: the list has a command that runs, and a file change that waits, but nothing of their output: who
 * took them from there would have them without their beginning, or twice. Called by forward.ts.
 */
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {InProgress} from './in-progress.ts';

type Announces = InProgress['announces'];

const turnWithout = (raw: Json, threadId: string, announces: Announces): Json => {
	const turn = asRecord(raw) as {readonly [key: string]: Json} | undefined;
	const turnId = asString(turn?.id);
	const items = asArray(turn?.items) as readonly Json[] | undefined;
	if (turn === undefined || turnId === undefined || items === undefined) return raw;
	const kept = items.filter(item => !announces(threadId, turnId, asString(asRecord(item)?.id) ?? ''));
	return kept.length === items.length ? raw : {...turn, items: kept};
};

const turnsWithout = (
	holder: unknown,
	name: 'turns' | 'data',
	threadId: string,
	announces: Announces,
): object => {
	const turns = asArray(asRecord(holder)?.[name]) as readonly Json[] | undefined;
	return turns === undefined ? {} : {[name]: turns.map(turn => turnWithout(turn, threadId, announces))};
};

/** What is no answer to `thread/resume` comes back as it is. */
export const withoutOpen = (answer: Json, {announces}: Pick<InProgress, 'announces'>): Json => {
	const result = asRecord(answer);
	const thread = asRecord(result?.thread);
	const threadId = asString(thread?.id);
	if (threadId === undefined) return answer;
	const page = asRecord(result?.initialTurnsPage);
	return {
		...result,
		thread: {...thread, ...turnsWithout(thread, 'turns', threadId, announces)},
		...(page && {initialTurnsPage: {...page, ...turnsWithout(page, 'data', threadId, announces)}}),
	} as Json;
};
