/**
 * A thread of any number of turns in a second: the server's own recording of one turn, repeated in its sessions
 * folder under a new thread id, and loaded by the pilot as a person resumes an old thread.
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Scenario} from '../support/harness.ts';

/** The number is the last group of a made-up UUID. */
const numbered = (id: string, number: number): string =>
	id.replace(/.{12}$/, number.toString(16).padStart(12, '0'));

/** Turn N says `Turn N` and is answered `Noted.` Needs a scenario without rules. Resolves with the thread's id. */
export const startLongThread = async ({pilot, home}: Scenario, turns: number): Promise<string> => {
	const model = await pilot.startThread();
	const threadId = numbered(model, 0xabc);
	await pilot.play('Turn 1');
	await pilot.play('Turn 2');
	const sessions = path.join(home, 'sessions');
	const name = readdirSync(sessions, {recursive: true, encoding: 'utf8'}).find(each => each.includes(model));
	if (name === undefined) throw new Error('The server has recorded nothing.');
	const file = path.join(sessions, name);
	const lines = readFileSync(file, 'utf8').replaceAll(model, threadId).trimEnd().split('\n');
	const second = lines.findLastIndex(line => line.includes('"type":"task_started"'));
	const recorded = lines.slice(second);
	const turnId = /"turn_id":"([\da-f-]{36})"/.exec(recorded[0] ?? '')?.[1] ?? '';
	const repeated = Array.from({length: turns - 1}, (_, index) => {
		const number = index + 2;
		const id = (first: string) => numbered(turnId, number).replace(/^.{8}/, first);
		return recorded.map((line, offset) =>
			line
				.replaceAll(turnId, numbered(turnId, number))
				.replaceAll('Turn 2', `Turn ${number}`)
				.replaceAll('msg_2_0', `msg_${number}_0`)
				.replace(/(UserMessage","id":")[\da-f-]{36}/, `$1${id('01a2aaaa')}`)
				.replace(/"id":"msg_[\da-f-]{36}"/, `"id":"msg_${id('01a2bbbb')}"`)
				.replace(/"ordinal":\d+/, `"ordinal":${second + index * recorded.length + offset}`),
		);
	});
	const copy = [...lines.slice(0, second), ...repeated.flat()];
	writeFileSync(file.replace(model, threadId), `${copy.join('\n')}\n`);
	await pilot.client.call('thread/resume', {threadId, excludeTurns: true});
	return threadId;
};
