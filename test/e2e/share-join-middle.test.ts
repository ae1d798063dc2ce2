/**
 * What a share keeps of the real server's stream, put before somebody who joins in the middle: by the reducer, he then
 * holds what somebody holds who was there from the start, and goes on holding it.
 */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {connectRawClient, type Frame, type RawClient} from '../../source/demo/json-rpc-client.ts';
import type {Rule} from '../../source/demo/script.ts';
import {decodeResumeResponse} from '../../source/protocol/decode.ts';
import type {Json, WireNotification} from '../../source/protocol/types.ts';
import {createInProgress} from '../../source/share/in-progress.ts';
import {withoutOpen} from '../../source/share/without-open.ts';
import {reduce} from '../../source/thread/reduce.ts';
import {initialThreadState, type ThreadState} from '../../source/thread/state.ts';
import {heard, lingering, shown} from '../share/joining.ts';
import {itemOf, textOf} from '../thread/make.ts';
import {beginWith, rule, say} from './support.ts';

/** A connection whose frames become a thread's state, through the words of a share if there are any. */
const seat = async (endpoint: string, threadId: string, share?: ReturnType<typeof createInProgress>) => {
	let state: ThreadState = initialThreadState;
	let resumeId: Frame['id'];
	const notified = (frame: Frame): WireNotification => ({
		method: frame.method ?? '',
		params: (frame.params ?? null) as Json,
		...(frame.emittedAtMs !== undefined && {emittedAtMs: frame.emittedAtMs}),
	});
	const client: RawClient = await connectRawClient({
		endpoint,
		clientName: 'watcher',
		onFrame(frame, direction) {
			if (direction === 'out') {
				if (frame.method === 'thread/resume') resumeId = frame.id;
				return;
			}
			if (frame.method !== undefined && frame.id === undefined) {
				state = reduce(state, heard(notified(frame)));
			} else if (frame.id === resumeId && frame.result !== undefined) {
				const answer = frame.result as Json;
				const response = decodeResumeResponse(share === undefined ? answer : withoutOpen(answer, share));
				if (response === undefined) throw new Error('the thread cannot be resumed');
				const page = response.initialTurnsPage ?? {data: []};
				state = reduce(state, {type: 'hydrated', response, page, atMs: 1000});
				for (const each of share?.since(threadId) ?? []) state = reduce(state, heard(each));
			}
		},
	});
	onTestFinished(() => client.close());
	await client.call('thread/resume', {
		threadId,
		excludeTurns: true,
		initialTurnsPage: {limit: 20, itemsView: 'full', sortDirection: 'desc'},
	});
	return {client, state: () => state};
};

/** A thread with one turn, somebody who watches it, and the share that hears what he hears. */
const begin = async (rules: readonly Rule[]) => {
	const scenario = await beginWith(['Good morning'], rules);
	const threadId = scenario.pilot.threadId();
	const share = createInProgress();
	const watcher = await seat(scenario.endpoint, threadId);
	watcher.client.onFrame((frame, direction) => {
		if (direction === 'in' && frame.method !== undefined && frame.id === undefined)
			share.told(frame.method, (frame.params ?? null) as Json, frame.emittedAtMs);
	});
	return {scenario, watcher, share, join: () => seat(scenario.endpoint, threadId, share)};
};

type Stage = Awaited<ReturnType<typeof begin>>;

const expectSame = (ours: ThreadState, theirs: ThreadState): void => {
	expect(shown(ours)).toEqual(shown(theirs));
	expect(lingering(ours, theirs)).toEqual(lingering(theirs, ours));
};

/** Both have heard all when both have heard the turn's end. */
const ended = async ({scenario}: Stage, seats: readonly {readonly client: RawClient}[], turnId: string) => {
	await scenario.pilot.turnEnded(turnId);
	for (const {client} of seats) {
		await client.waitFor(
			({method, params}) =>
				method === 'turn/completed' && (params?.turn as {id?: unknown} | undefined)?.id === turnId,
		);
	}
};

const itemType = ({params}: Frame): unknown => (params?.item as {type?: unknown} | undefined)?.type;

test('in the middle of a message, all of it is there at once', async () => {
	const stage = await begin([
		rule('Tell me', [
			{
				do: 'message',
				text: ['Once upon a time ', {hold: 'first'}, 'there was a test ', {hold: 'second'}, 'that passed.'],
			},
		]),
	]);
	const {scenario, watcher, join} = stage;
	const turnId = await scenario.pilot.say('Tell me');
	await watcher.client.waitFor(({params}) => params?.delta === 'time ');
	const early = await join();
	scenario.model.release('first');
	await watcher.client.waitFor(({params}) => params?.delta === 'test ');
	const late = await join();
	const item = watcher.state().turns.at(-1)?.items.at(-1);
	if (item === undefined) throw new Error('no message');
	expect(textOf(item)).toBe('Once upon a time there was a test ');
	for (const {state} of [early, late]) {
		const held = itemOf(state(), item.id, turnId);
		expect(held.missedStart).toBe(false);
	}
	expectSame(late.state(), watcher.state());
	scenario.model.release('second');
	await ended(stage, [watcher, early, late], turnId);
	for (const {state} of [early, late]) expectSame(state(), watcher.state());
});

test('in the middle of the reasoning, all of it is there at once', async () => {
	const summary = ['**Looking**\n\nat the tests', '**Deciding**\n\nwhat to do and in which order to do it'];
	const stage = await begin([rule('Think', [{do: 'reason', summary, paceMs: 300}, say('Done.')])]);
	const {scenario, watcher, join} = stage;
	const turnId = await scenario.pilot.say('Think');
	const first = await watcher.client.waitFor(
		({method, params}) => method === 'item/reasoning/summaryTextDelta' && params?.summaryIndex === 1,
	);
	const guest = await join();
	const held = itemOf(guest.state(), String(first.params?.itemId), turnId);
	expect([held.phase, held.missedStart]).toEqual(['streaming', false]);
	expect(held.content.type === 'reasoning' && held.content.summary?.[0]).toBe(summary[0]);
	await ended(stage, [watcher, guest], turnId);
	expectSame(guest.state(), watcher.state());
});

test('in the middle of a command, its words and its output are there at once', async () => {
	const command = 'sleep 0.5; echo early; while [ ! -e go ]; do sleep 0.05; done; echo late';
	const stage = await begin([rule('Run it', [{do: 'command', command}], [say('It ran.')])]);
	const {scenario, watcher, join} = stage;
	const turnId = await scenario.pilot.say('Run it');
	const output = await watcher.client.waitFor(({method}) => method === 'item/commandExecution/outputDelta');
	const guest = await join();
	const held = itemOf(guest.state(), String(output.params?.itemId), turnId);
	expect(textOf(held)).toBe('early\n');
	expect(held.missedStart).toBe(false);
	expect(held.content.type === 'commandExecution' && held.content.command).toContain('while [ ! -e go ]');
	expectSame(guest.state(), watcher.state());
	writeFileSync(path.join(scenario.workdir, 'go'), '');
	await ended(stage, [watcher, guest], turnId);
	expectSame(guest.state(), watcher.state());
	expect(textOf(itemOf(guest.state(), held.id, turnId))).toContain('late');
});

test('a command that goes on behind its turn is there for who comes after the turn, until its own end', async () => {
	const command = 'sleep 0.5; echo early; while [ ! -e go ]; do sleep 0.05; done; echo late';
	const stage = await begin([rule('Run it', [{do: 'command', command, yieldMs: 300}], [say('It runs.')])]);
	const {scenario, watcher, join} = stage;
	const turnId = await scenario.pilot.say('Run it');
	await ended(stage, [watcher], turnId);
	const guest = await join();
	const items = () => guest.state().turns.at(-1)?.items ?? [];
	const running = items().find(({content}) => content.type === 'commandExecution');
	expect(running?.missedStart).toBe(false);
	writeFileSync(path.join(scenario.workdir, 'go'), '');
	for (const {client} of [watcher, guest]) {
		await client.waitFor(
			frame => frame.method === 'item/completed' && itemType(frame) === 'commandExecution',
		);
	}
	expectSame(guest.state(), watcher.state());
	expect(items().find(({id}) => id === running?.id)?.phase).toBe('completed');
});

test('with a file change that waits for a person, the diff is there at once', async () => {
	const patch = '*** Begin Patch\n*** Add File: ../notes.txt\n+first line\n+second line\n*** End Patch\n';
	const stage = await begin([rule('Write it', [{do: 'patch', patch}], [say('Written.')])]);
	const {scenario, watcher, share, join} = stage;
	const turnId = await scenario.pilot.say('Write it');
	const request = await watcher.client.waitFor(
		({id, method}) => id !== undefined && method === 'item/fileChange/requestApproval',
	);
	const guest = await join();
	const held = itemOf(guest.state(), String(request.params?.itemId), turnId);
	expect(held.content.type === 'fileChange' && held.content.changes?.[0]?.diff).toContain('second line');
	expect(held.missedStart).toBe(false);
	expectSame(guest.state(), watcher.state());
	expect(share.since(scenario.pilot.threadId()).map(({method}) => method)).toContain('item/started');
	if (request.id !== undefined) scenario.pilot.client.respond(request.id, {decision: 'accept'});
	await ended(stage, [watcher, guest], turnId);
	expectSame(guest.state(), watcher.state());
	expect(share.since(scenario.pilot.threadId()).map(({method}) => method)).toEqual([
		'thread/tokenUsage/updated',
	]);
});
