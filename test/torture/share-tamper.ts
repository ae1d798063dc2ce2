/**
 * The third part of `share`: a relay that changes, drops, repeats, cuts and sends back what passes between the share of
 * a real thread and guests of ours who were asked something. Each session ends with one sentence, and nothing that was
 * touched is executed; through an honest relay the same answer then counts.
 */
import {existsSync} from 'node:fs';
import path from 'node:path';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import {accessOf, endpointOf, type LinkAddress} from '../../source/share/link.ts';
import {connect, type FrameChannel} from '../../source/transport/connect.ts';
import {otherSide, type Piece, pass, type Side, startHostileRelay} from '../share/hostile-relay.ts';
import type {Random} from './random.ts';
import {wordOf} from './share-laws.ts';
import type {Stage} from './share-stage.ts';
import {add, type Tally} from './share-visits.ts';

export type TamperOptions = {
	readonly rounds: number;
	readonly random: Random;
	readonly tally: Tally;
	readonly report: (line: string) => void;
};

const attacks = ['flip', 'drop', 'twice', 'cut', 'shorten', 'echo'] as const;
type Attack = (typeof attacks)[number];

const withinMs = 8000;

const until = async (what: string, holds: () => boolean): Promise<void> => {
	const endMs = performance.now() + withinMs;
	while (!holds()) {
		if (performance.now() > endMs) throw new Error(`never: ${what}`);
		await new Promise(resolve => setTimeout(resolve, 5));
	}
};

const strike = (attack: Attack, piece: Piece, random: Random): void => {
	const {pair, from, bytes} = piece;
	const onward = pair.sockets[otherSide(from)];
	const at = random.between(0, bytes.length - 1);
	switch (attack) {
		case 'flip': {
			const changed = Buffer.from(bytes);
			changed[at] = (changed[at] ?? 0) ^ (1 << random.between(0, 7));
			onward.write(changed);
			return;
		}
		case 'drop':
			return;
		case 'twice':
			onward.write(Buffer.concat([bytes, bytes]));
			return;
		case 'cut':
			onward.end(bytes.subarray(0, at));
			return;
		case 'shorten':
			onward.write(bytes.subarray(0, at));
			return;
		case 'echo':
			pair.sockets[from].write(bytes);
	}
};

type Session = {
	readonly channel: FrameChannel;
	readonly frames: Frame[];
	readonly endings: string[];
	/** The request of the server, as it was shown. */
	readonly asked: () => Frame | undefined;
	readonly say: (frame: object) => void;
};

const comeIn = async (address: LinkAddress, token: string, threadId: string): Promise<Session> => {
	const link = {address, token};
	const channel = await connect(endpointOf(link), {
		codexHome: '/nowhere',
		handshakeTimeoutMs: withinMs,
		maxFrameBytes: 64 * 1024 * 1024,
		...accessOf(link),
	});
	const frames: Frame[] = [];
	const endings: string[] = [];
	channel.onFrame(({text}) => frames.push(JSON.parse(text) as Frame));
	channel.onClose(({sentence}) => endings.push(sentence));
	const session: Session = {
		channel,
		frames,
		endings,
		asked: () => frames.find(({id, method}) => id !== undefined && method !== undefined),
		say(frame) {
			try {
				channel.send(JSON.stringify(frame));
			} catch {
				// It has ended, which is what this is about.
			}
		},
	};
	session.say({
		id: 1,
		method: 'initialize',
		params: {clientInfo: {name: 'jumpseat', title: null, version: '0.0.0'}},
	});
	session.say({method: 'initialized'});
	session.say({id: 2, method: 'thread/resume', params: {threadId, excludeTurns: true}});
	await until('the guest is shown the request', () => session.asked() !== undefined);
	return session;
};

const isOneSentence = (text: string | undefined): boolean =>
	text !== undefined && /^[^\p{Cc}]{10,400}\.$/u.test(text);

export const tamper = async (
	{scenario, house, tap, opening}: Stage,
	{rounds, random, tally, report}: TamperOptions,
): Promise<readonly string[]> => {
	const failures: string[] = [];
	const sentences = new Set<string>();
	const relay = await startHostileRelay();
	const {pilot, model} = scenario;
	const done = path.join(scenario.workdir, 'tampered');
	const command = {do: 'command', command: `touch ${done}`, justification: 'To see.'} as const;
	model.play({rules: [{when: 'Do it', responses: [[command], [{do: 'message', text: 'Done.'}]]}]});
	const threadId = await pilot.startThread();
	await pilot.play('Good morning');
	const doors = await house.open({
		...opening,
		threadId,
		hurry: 5,
		via: {host: '127.0.0.1', port: relay.port},
	});
	const door = doors.find(({kind}) => kind === 'relay');
	const before = tap.said.length;
	const said = () => tap.said.slice(before);
	const marks = (): readonly string[] =>
		said().flatMap(each => (each.kind === 'call' ? (wordOf(each.text) ?? []) : []));

	const attackOnce = async (address: LinkAddress, number: number): Promise<void> => {
		const attack = random.pick(attacks);
		const from: Side = random.chance(0.75) ? 'guest' : 'host';
		const name = `round ${number}, ${attack} of what the ${from} says`;
		const session = await comeIn(address, await house.invite(`t-${number}`, 'answer'), threadId);
		const mine = relay.pairs.length - 1;
		let isStruck = false;
		relay.mangle(piece => {
			if (isStruck || piece.pair.number !== mine || piece.from !== from) {
				pass(piece);
				return;
			}
			isStruck = true;
			strike(attack, piece, random);
		});
		const mark = `‹tampered ${number}›`;
		const input = [{type: 'text', text: mark, text_elements: []}];
		// What is repeated was whole once, and counts once. What the share says is changed when it answers a reading.
		if (from === 'host') session.say({id: 3, method: 'thread/read', params: {threadId}});
		else if (attack === 'twice') session.say({id: 3, method: 'thread/queue/add', params: {threadId, input}});
		else session.say({id: session.asked()?.id, result: {decision: 'accept'}});
		await until(`${name}: it comes by`, () => isStruck);
		// What is missing shows with the next word.
		for (let word = 10; word < 200 && session.endings.length === 0; word += 1) {
			session.say({id: word, method: 'thread/read', params: {threadId}});
			await new Promise(resolve => setTimeout(resolve, 20));
		}
		await until(`${name}: the session ends`, () => session.endings.length > 0);
		relay.mangle(pass);
		add(tally, 'relay attacks');
		for (const sentence of session.endings) sentences.add(sentence.replaceAll(/\d+/gu, '…'));
		if (session.endings.length !== 1 || !isOneSentence(session.endings[0]))
			failures.push(`${name}: it ended with ${JSON.stringify(session.endings)}`);
		const expected = from === 'guest' && attack === 'twice' ? 1 : 0;
		const passed = marks().filter(each => each === mark).length;
		if (passed > expected) failures.push(`${name}: ${mark} was executed ${passed} times`);
		const answers = said().filter(({kind}) => kind === 'answer').length;
		if (answers > 0 || existsSync(done)) failures.push(`${name}: the answer counted`);
	};

	try {
		if (door === undefined) return ['the share has no door at the relay'];
		const turnId = await pilot.say('Do it');
		await pilot.asked('item/commandExecution/requestApproval');
		for (let number = 0; number < rounds; number += 1) {
			await attackOnce(door, number).catch((error: unknown) => {
				relay.mangle(pass);
				failures.push(`round ${number}: ${error instanceof Error ? error.message : String(error)}`);
			});
		}
		report(`${rounds} attacks of a relay; a session ends with: ${[...sentences].join(' | ')}`);
		const honest = await comeIn(door, await house.invite('honest', 'answer'), threadId);
		honest.say({id: honest.asked()?.id, result: {decision: 'accept'}});
		await pilot.turnEnded(turnId);
		if (!existsSync(done)) failures.push('the honest answer did not count');
		await honest.channel.close();
	} finally {
		await house.end();
		await relay.stop();
	}
	return failures;
};
