/**
 * The scripted scenarios of the cards: an agent that asks for one thing at a time, Jumpseat in a pty behind a
 * tripwire, and what came of it — the frames that left, what the model was told next, what became of the item.
 *
 * Invariant: nothing here answers by itself; a key is pressed once the guard of a card that stands on the screen is
 * over, which is the only thing that time tells. Used by `answers.test.ts` and `race.test.ts`.
 */
import {fileURLToPath} from 'node:url';
import {expect} from 'vitest';
import {cardGuardMs} from '../../source/asks/card.ts';
import type {Frame} from '../../source/demo/json-rpc-client.ts';
import {type InputItem, type Question, type Step, textOf} from '../../source/demo/script.ts';
import type {Scenario, ScenarioOptions} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {Tripwire} from '../support/tripwire.ts';
import {beginTripwire, beginWith, eventually, type JumpseatOptions, openLive, rule, say} from './support.ts';

export const methods = {
	command: 'item/commandExecution/requestApproval',
	fileChange: 'item/fileChange/requestApproval',
	permissions: 'item/permissions/requestApproval',
	question: 'item/tool/requestUserInput',
	elicitation: 'mcpServer/elicitation/request',
} as const;

/** Asks for a command outside the sandbox. */
export const command = (text: string): Step => ({
	do: 'command',
	command: text,
	justification: 'It needs to leave the sandbox.',
});

/** Asks to write beside the project. */
export const fileOutside = (name: string, ...lines: readonly string[]): Step => ({
	do: 'patch',
	patch: [
		'*** Begin Patch',
		`*** Add File: ../${name}`,
		...lines.map(line => `+${line}`),
		'*** End Patch',
	].join('\n'),
});

/** The server wants options with every question, and adds an answer of one's own to each. */
export const questions = (...asked: ReadonlyArray<Question & {readonly isSecret?: boolean}>): Step => ({
	do: 'tool',
	name: 'request_user_input',
	arguments: {questions: asked},
});

export const colour = {
	id: 'colour',
	header: 'Colour',
	question: 'Which colour?',
	options: [
		{label: 'blue', description: 'Like the sky'},
		{label: 'red', description: 'Like a rose'},
	],
};

export const mcpTool = (server: string, name: string): Step => ({
	do: 'tool',
	namespace: `mcp__${server}`,
	name,
	arguments: {},
});

const mcpServer = fileURLToPath(new URL('../support/mcp-asks.mjs', import.meta.url));

/** Each of the names is the same MCP server: what is allowed always to one still has to be asked for the others. */
export const mcpServers = (...names: readonly string[]): Pick<ScenarioOptions, 'extraConfig'> => ({
	extraConfig: names
		.map(
			name =>
				`[mcp_servers.${name}]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(mcpServer)}]\n`,
		)
		.join('\n'),
});

export const size = {columns: 120, rows: 44};

export type Result = Readonly<Record<string, unknown>>;

/** A turn whose agent waits for an answer. */
export type Asked = {
	readonly id: number | string;
	readonly params: Readonly<Record<string, unknown>>;
	readonly turnId: string;
	/** The turn is over: `completed` or `interrupted`. */
	readonly ended: () => Promise<unknown>;
	/** What came out of the tools of this turn, as the model was told; after an interrupt only once it is asked again. */
	readonly outputs: () => readonly unknown[];
	/** The same as JSON. */
	readonly told: () => string;
	/** The status of its item when it was completed. */
	readonly itemStatus: () => Promise<unknown>;
};

const isOutput = ({type}: InputItem): boolean => type?.endsWith('_call_output') ?? false;

/** What the model was told by tools between this message and the next: one output for each. */
export const toldAfter = (scenario: Scenario, text: string): readonly unknown[] => {
	const isMessage = (item: InputItem): boolean => item.role === 'user' && item.type === 'message';
	const holds = (item: InputItem): boolean => isMessage(item) && textOf(item.content) === text;
	const input = scenario.model.requests().findLast(request => request.input.some(holds))?.input ?? [];
	const after = input.slice(input.findLastIndex(holds) + 1);
	const to = after.findIndex(isMessage);
	const outputs = after.slice(0, to < 0 ? after.length : to).filter(isOutput);
	return outputs.map(item => ('output' in item ? item.output : item));
};

const turnOf = ({params}: Frame): Readonly<Record<string, unknown>> =>
	(params?.turn as Readonly<Record<string, unknown>> | undefined) ?? {};

const itemOf = ({params}: Frame): Readonly<Record<string, unknown>> =>
	(params?.item as Readonly<Record<string, unknown>> | undefined) ?? {};

let messages = 0;

/** The agent does this next. Resolves with the words that made it, and the turn. */
const begun = async (
	{model, pilot}: Scenario,
	steps: readonly Step[],
): Promise<{readonly text: string; readonly turnId: string}> => {
	messages += 1;
	const text = `Request number ${messages}, please`;
	model.play({rules: [rule(text, steps, [say(`That was request ${messages}.`)])]});
	return {text, turnId: await pilot.say(text)};
};

/** The agent does this, and nobody is asked. Resolves with what it was told. */
export const playUnasked = async (scenario: Scenario, ...steps: readonly Step[]): Promise<string> => {
	const {text, turnId} = await begun(scenario, steps);
	await scenario.pilot.turnEnded(turnId);
	return JSON.stringify(toldAfter(scenario, text));
};

/** The agent does this, and asks. Resolves once the first client has been asked. */
export const askFor = async (
	scenario: Scenario,
	method: string,
	...steps: readonly Step[]
): Promise<Asked> => {
	const {text, turnId} = await begun(scenario, steps);
	return {
		...(await askedAgain(scenario, method, turnId)),
		outputs: () => toldAfter(scenario, text),
		told: () => JSON.stringify(toldAfter(scenario, text)),
	};
};

/** One more request of the same turn. */
export const askedAgain = async (
	{pilot}: Scenario,
	method: string,
	turnId: string,
): Promise<Omit<Asked, 'told' | 'outputs'>> => {
	const {id, params} = await pilot.asked(method);
	const {client} = pilot;
	return {
		id,
		params,
		turnId,
		ended: async () => {
			await pilot.turnEnded(turnId);
			const frame = await client.waitFor(
				each => each.method === 'turn/completed' && turnOf(each).id === turnId,
			);
			return turnOf(frame).status;
		},
		itemStatus: async () => {
			const frame = await client.waitFor(
				each =>
					each.method === 'item/completed' &&
					each.params?.turnId === turnId &&
					itemOf(each).id === params.itemId,
			);
			return itemOf(frame).status;
		},
	};
};

export type Seat = {readonly scenario: Scenario; readonly tripwire: Tripwire; readonly jumpseat: Pty};

/** A thread of one turn, and a Jumpseat that may answer. */
export const takeSeat = async (options?: ScenarioOptions, more: JumpseatOptions = {}): Promise<Seat> => {
	const scenario = await beginWith(['Good morning'], [], options);
	const tripwire = await beginTripwire(scenario);
	const jumpseat = await openLive(scenario, 'Noted.', {
		...size,
		endpoint: tripwire.endpoint,
		args: [],
		...more,
	});
	return {scenario, tripwire, jumpseat};
};

const cardTitle = /╭─ (approve\?|answer\?|not for us|answering…|connection lost)/;

/** The rows of the card in front, its border included; empty when there is none. */
export const cardText = (lines: readonly string[]): readonly string[] => {
	const from = lines.findLastIndex(line => cardTitle.test(line));
	if (from < 0) return [];
	const to = lines.findIndex((line, at) => at > from && line.startsWith('╰'));
	return lines.slice(from, to < 0 ? lines.length : to + 1);
};

export const cardHas =
	(...texts: ReadonlyArray<string>) =>
	(lines: readonly string[]): boolean => {
		const card = cardText(lines).join('\n');
		return card !== '' && texts.every(text => card.includes(text));
	};

export const noCard = (lines: readonly string[]): boolean => cardText(lines).length === 0;

/** The card shows this, and has been there for so long that its keys count. */
export const untilReady = async (jumpseat: Pty, ...texts: readonly string[]): Promise<void> => {
	await jumpseat.waitFor(cardHas(...texts));
	await guardOver();
};

/** No event tells of it: the guard is time. It began before the card was drawn. */
export const guardOver = (): Promise<void> =>
	new Promise(resolve => {
		setTimeout(resolve, cardGuardMs + 30);
	});

/** What a Jumpseat has answered to this request, as it left. */
export const answersTo = (tripwire: Tripwire, {id}: Pick<Asked, 'id'>): ReadonlyArray<Result | undefined> =>
	tripwire
		.sent()
		.filter(({frame}) => frame !== undefined && frame.method === undefined && frame.id === id)
		.map(({frame}) => frame?.result);

/** Every answer that left, whatever it was to. */
export const allAnswers = (tripwire: Tripwire): number =>
	tripwire.sentMethods().filter(method => method === 'answer' || method === 'error answer').length;

/** The card is gone, this is said, and exactly this has left. */
export const expectAnswered = async (
	{jumpseat, tripwire}: Seat,
	asked: Pick<Asked, 'id'>,
	label: string,
	result: Result,
): Promise<void> => {
	await jumpseat.waitFor(noCard);
	await jumpseat.waitFor(`Answered here: ${label}.`);
	expect(answersTo(tripwire, asked)).toEqual([result]);
};

/** The first client answers while the card is open: it closes, says so, sends nothing, and the next key is free. */
export const answerElsewhere = async (
	seat: Seat,
	asked: Pick<Asked, 'id'>,
	result: Result,
): Promise<void> => {
	const {scenario, jumpseat, tripwire} = seat;
	scenario.pilot.client.respond(asked.id, result);
	await jumpseat.waitFor(noCard);
	await jumpseat.waitFor('Answered elsewhere.');
	// The next key is no answer, and not eaten either: it opens the composer.
	jumpseat.type('y');
	jumpseat.type('i');
	await jumpseat.waitFor('Enter sends');
	jumpseat.type('draft');
	await jumpseat.waitFor(/▸ draft/);
	jumpseat.press('ctrl-u');
	await eventually(jumpseat, () => expect(jumpseat.screen().join('\n')).not.toContain('▸ draft'));
	jumpseat.press('escape');
	await jumpseat.waitFor('i write');
	expect(answersTo(tripwire, asked)).toEqual([]);
};
