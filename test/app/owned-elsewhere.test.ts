/** A thread that another process owns, as the person at the screen meets it. */
import {expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import {createPanes} from '../../source/app/panes.ts';
import {situationOf} from '../../source/app/writing.ts';
import {aimOf} from '../../source/composer/aim.ts';
import {holdLimits} from '../../source/thread/page-out.ts';
import {createFormat} from '../../source/view/format.ts';
import {message, relisted, turn} from '../thread/make.ts';
import {liveState, moved, startMs, told} from './make.ts';

const elsewhere = () => applyEvents(liveState(), [moved({kind: 'waiting', reason: 'ownedElsewhere'})]);

test('the composer says that it can only be followed, and keeps the text', () => {
	const {thread, capabilities} = situationOf({...elsewhere(), observe: false});
	for (const choice of ['auto', 'queue'] as const) {
		expect(aimOf(thread, choice, capabilities)).toEqual({
			kind: 'nothing',
			why: 'Another process owns the thread: it can only be followed. Your text stays here.',
		});
	}
});

test('the list of threads names it, though the server calls it not loaded; the others keep their word', () => {
	const [wire, other] = ['t', 'u'].map(id => ({id, status: {type: 'notLoaded'}, updatedAt: 1}));
	const threads = {type: 'threadsListed', threads: [wire, other].filter(each => each !== undefined)} as const;
	const panes = createPanes(createFormat({timeZone: 'UTC'}));
	const state = applyEvents({...elsewhere(), threadId: 't'}, [threads]);
	const statuses = (shown: typeof state) => panes.threads(shown).map(({id, status}) => [id, status]);
	expect(statuses(state)).toEqual([
		['t', {kind: 'other', name: 'owned elsewhere'}],
		['u', {kind: 'notLoaded'}],
	]);
	const forgotten = applyEvents(state, [moved({kind: 'waiting', reason: 'notLoaded'})]);
	expect(new Map(statuses(forgotten) as Array<[string, unknown]>).get('t')).toEqual({kind: 'notLoaded'});
});

test('an hour of looks is one line of the log, that counts', () => {
	const look = (id: number) =>
		[
			{kind: 'sent', method: 'thread/read', id, params: {}, bytes: 60, atMs: startMs + id},
			{
				kind: 'response',
				method: 'thread/read',
				id,
				outcome: {ok: true, result: {}},
				bytes: 900,
				atMs: startMs + id,
			},
		] as const;
	const looks = Array.from({length: 3600}, (_, id) => look(id)).flat();
	const before = elsewhere();
	const after = applyEvents(
		before,
		looks.map(traffic => ({type: 'traffic', traffic}) as never),
	);
	expect(after.log.entries.length - before.log.entries.length).toBe(1);
	expect(after.log.entries.at(-1)?.count).toBe(7200);
});

test('old turns of it are let go while the tail is followed, and kept for whoever looks at them', () => {
	const numbered = (count: number) =>
		Array.from({length: count}, (_, at) => turn(`N${at}`, [message(`m${at}`, 'hello')]));
	const before = applyEvents(elsewhere(), [told(relisted(numbered(holdLimits.turns)))]);
	const grown = told(relisted(numbered(holdLimits.turns + 1)));
	const commandsOf = (state: typeof before) => followUps(state, applyEvents(state, [grown]), [grown]);
	expect(commandsOf(before)).toContainEqual({type: 'pageOut', keep: holdLimits.keptTurns});
	const reading = {...before, ui: {...before.ui, selectedKey: 'N1/m1'}};
	expect(commandsOf(reading).map(({type}) => type)).not.toContain('pageOut');
});
