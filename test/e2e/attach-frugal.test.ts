/** A good guest: what Jumpseat sends, counted at the wire between it and the real server. */
import {expect, test} from 'vitest';
import {outgoing} from '../../source/protocol/methods.ts';
import type {Pty} from '../support/pty.ts';
import type {RecordedFrame, Tripwire} from '../support/tripwire.ts';
import {begin, beginTripwire, beginWith, openJumpseat, openLive, rule, sawSent, say} from './support.ts';

/** Requests: what wants an answer. `initialized` is a notification. */
const requests = (tripwire: Tripwire): readonly string[] =>
	tripwire
		.sent()
		.flatMap(({frame}) => (frame?.method !== undefined && frame.id !== undefined ? [frame.method] : []));

/** The complaint about a frame that the allow-list does not hold, with its fields. */
const trespass = ({frame, text}: RecordedFrame): string | undefined => {
	const rules: Readonly<Record<string, {readonly kind: string; readonly fields: readonly string[]}>> =
		outgoing;
	const known = rules[frame?.method ?? ''];
	if (frame === undefined || known === undefined) return text;
	if ((known.kind === 'request') !== (frame.id !== undefined)) return text;
	return Object.keys(frame.params ?? {}).some(field => !known.fields.includes(field)) ? text : undefined;
};

const trespasses = (tripwire: Tripwire): readonly string[] =>
	tripwire.sent().flatMap(frame => trespass(frame) ?? []);

const quit = async (jumpseat: Pty, tripwire: Tripwire): Promise<void> => {
	await jumpseat.waitFor(lines => !lines.join('').includes('◌'));
	jumpseat.type('q');
	expect((await jumpseat.exit).code).toBe(0);
	await sawSent(tripwire, 'thread/unsubscribe');
};

test('three requests bring the first screen, whatever the thread is called by', async () => {
	const scenario = await beginWith(['What is new?'], [rule('What is new', [say('Nothing is new.')])]);
	const tripwire = await beginTripwire(scenario);
	const id = scenario.pilot.threadId();
	await scenario.pilot.client.call('thread/name/set', {threadId: id, name: 'the news'});
	for (const thread of [[], [id], [id.slice(-8)], ['the news'], ['news']]) {
		const before = requests(tripwire).length;
		const jumpseat = openJumpseat(scenario, {
			endpoint: tripwire.endpoint,
			args: ['--observe', ...thread],
		});
		await jumpseat.waitFor('Nothing is new.');
		expect(requests(tripwire).slice(before)).toEqual([
			'initialize',
			thread[0] === id ? 'thread/read' : 'thread/list',
			'thread/resume',
		]);
		await quit(jumpseat, tripwire);
		expect(requests(tripwire).slice(before + 3)).toEqual(['thread/unsubscribe']);
	}

	expect(trespasses(tripwire)).toEqual([]);
	// The server answers 403 to any Origin (PROTOCOL).
	expect(tripwire.upgrades().every(headers => headers.origin === undefined)).toBe(true);
});

test('a whole visit with scrolling, searching and every tab stays within the allow-list', async () => {
	const words = Array.from({length: 45}, (_, number) => `Word number ${number + 1}.`);
	const scenario = await beginWith(words, [rule('Word', [say('A word.')])]);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await openLive(scenario, 'Word number 45.', {endpoint: tripwire.endpoint});
	expect(requests(tripwire)).toEqual(['initialize', 'thread/list', 'thread/resume']);

	jumpseat.type('g');
	await jumpseat.waitFor('beginning of the thread');
	jumpseat.type('G');
	await jumpseat.waitFor('Word number 45.');
	jumpseat.type('/');
	await jumpseat.waitFor(/search/i);
	jumpseat.type('number 20.\r');
	await jumpseat.waitFor('Word number 20.');
	for (const [tab, sight] of [
		['2', 'thread/resume'],
		['3', 'No plan'],
		['4', 'No file changed'],
		['5', 'No sub-agents'],
		['6', 'idle'],
	] as const) {
		jumpseat.type(tab);
		await jumpseat.waitFor(sight);
	}

	jumpseat.type('r'); // Retry: nothing to retry.
	jumpseat.type('1zz+-yJKo?');
	await jumpseat.waitFor('close');
	jumpseat.press('escape');
	await jumpseat.waitFor('╭ Thread');
	await quit(jumpseat, tripwire);
	expect(trespasses(tripwire)).toEqual([]);
	expect(new Set(requests(tripwire))).toEqual(
		new Set([
			'initialize',
			'thread/list',
			'thread/resume',
			'thread/turns/list',
			'thread/loaded/list',
			'thread/unsubscribe',
		]),
	);
	expect(scenario.model.requests()).toHaveLength(45);
});

for (const args of [['--observe'], []]) {
	const mode = args[0] ?? 'plain';
	test(`a pending approval is shown, never answered, and seen resolved (${mode})`, async () => {
		const scenario = await begin([
			rule(
				'Push it',
				[{do: 'command', command: 'echo pushed', justification: 'It needs the network.'}],
				[say('Done.')],
			),
		]);
		await scenario.pilot.startThread();
		await scenario.pilot.play('Good morning');
		const tripwire = await beginTripwire(scenario);
		const watching = await openLive(scenario, 'Good morning', {endpoint: tripwire.endpoint, args});
		const turnId = await scenario.pilot.say('Push it');
		const {id} = await scenario.pilot.asked('item/commandExecution/requestApproval');
		await watching.waitFor(/approve\?[\s\S]*echo pushed/);

		// Whoever comes late is shown it too: the server replays it.
		const late = await openLive(scenario, /approve\?[\s\S]*echo pushed/, {endpoint: tripwire.endpoint, args});
		for (const jumpseat of [watching, late]) {
			// A seat that may answer does so for these keys, and for nothing else: without one nothing leaves it.
			const keys = mode === '--observe' ? ['y', 'p', 'n', 'c', 'a', 'd', '\r', '\t', '1'] : [];
			for (const key of [...keys, '\u0003']) jumpseat.type(key);

			await jumpseat.waitFor('Press Ctrl+C again');
		}

		const asked = tripwire
			.frames()
			.filter(
				({from, frame}) => from === 'server' && frame?.method === 'item/commandExecution/requestApproval',
			);
		expect(asked.map(({frame}) => frame?.id)).toEqual([id, id]);
		late.signal('SIGTERM');
		await late.exit;

		scenario.pilot.client.respond(id, {decision: 'accept'});
		await scenario.pilot.turnEnded(turnId);
		await watching.waitFor('Done.');
		await watching.waitFor(lines => !lines.join('').includes('approve?'));
		await watching.waitFor('serverRequest/resolved');
		await quit(watching, tripwire);
		expect(tripwire.sentMethods().filter(method => method.includes('answer'))).toEqual([]);
		expect(trespasses(tripwire)).toEqual([]);
	});
}
