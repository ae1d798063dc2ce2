/**
 * Requests that are filled in — questions, forms and addresses of MCP servers — and the approval of MCP tools: every
 * answer that the card offers, and once by the first client while the card is open. The proof is what the model, or
 * the MCP server, is told next.
 */
import {expect, test} from 'vitest';
import {
	type Asked,
	answerElsewhere,
	answersTo,
	askedAgain,
	askFor,
	cardHas,
	colour,
	expectAnswered,
	mcpServers,
	mcpTool,
	methods,
	playUnasked,
	questions,
	takeSeat,
	untilReady,
} from './ask-scripts.ts';

test('questions are answered by an option, in own words, several at once, in secret, or not at all', async () => {
	const seat = await takeSeat();
	const {scenario, jumpseat, tripwire} = seat;

	const option = await askFor(scenario, methods.question, questions(colour));
	await untilReady(jumpseat, 'answer? · a question', 'Which colour?', 'Like the sky', 'something else');
	// It is asked as one that may wait, and the turn waits for it all the same.
	expect(option.params.isBlocking).toBe(false);
	expect(option.outputs()).toEqual([]);
	jumpseat.type('2\ry');
	await expectAnswered(seat, option, 'send', {answers: {colour: {answers: ['red']}}});
	expect(await option.ended()).toBe('completed');
	expect(option.told()).toContain('red');

	const own = await askFor(scenario, methods.question, questions(colour));
	await untilReady(jumpseat, 'answer? · a question', 'Which colour?');
	jumpseat.type('3');
	jumpseat.type('yes: grün 🟢');
	await jumpseat.waitFor(cardHas('yes: grün'));
	expect(answersTo(tripwire, own)).toEqual([]);
	jumpseat.type('\ry');
	await expectAnswered(seat, own, 'send', {answers: {colour: {answers: ['yes: grün 🟢']}}});
	expect(await own.ended()).toBe('completed');
	expect(own.told()).toContain('yes: grün 🟢');

	const secret = 'hunter2-and-more';
	const several = await askFor(
		scenario,
		methods.question,
		questions(
			colour,
			{...colour, id: 'shape', header: 'Shape', question: 'Which shape?'},
			{...colour, id: 'key', header: 'Key', question: 'Which key?', isSecret: true},
		),
	);
	await untilReady(jumpseat, 'answer? · 3 questions', 'Which shape?', 'Which key?');
	jumpseat.type('1\r2\r');
	jumpseat.type('3');
	jumpseat.type(secret);
	await jumpseat.waitFor(cardHas('•'.repeat(secret.length)));
	jumpseat.type('\r');
	await jumpseat.waitFor(cardHas('▸ the last step'));
	jumpseat.type('y');
	const answers = {colour: {answers: ['blue']}, shape: {answers: ['red']}, key: {answers: [secret]}};
	const isSecret = (several.params.questions as ReadonlyArray<{isSecret: boolean}>).map(
		each => each.isSecret,
	);
	expect(isSecret).toEqual([false, false, true]);
	await expectAnswered(seat, several, 'send', {answers});
	expect(await several.ended()).toBe('completed');
	expect(several.told()).toContain(secret);

	const declined = await askFor(scenario, methods.question, questions(colour));
	await untilReady(jumpseat, 'answer? · a question', 'Which colour?');
	jumpseat.press('down');
	jumpseat.type('n');
	await expectAnswered(seat, declined, 'decline', {answers: {}});
	expect(await declined.ended()).toBe('completed');
	expect(declined.told()).not.toMatch(/blue|red/);

	const elsewhere = await askFor(scenario, methods.question, questions(colour));
	await untilReady(jumpseat, 'answer? · a question', 'Which colour?');
	jumpseat.type('1');
	await answerElsewhere(seat, elsewhere, {answers: {colour: {answers: ['red']}}});
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).toContain('red');
	// What the model saw of the secret is the model's; on our screen there never was any of it.
	expect(jumpseat.output()).not.toContain(secret);
});

const accepted = (persist?: string) => ({
	action: 'accept',
	content: {},
	_meta: persist === undefined ? null : {persist},
});
const refused = (action: 'decline' | 'cancel') => ({action, content: null, _meta: null});

test('the tool of an MCP server is approved once, for the session, always, or not', async () => {
	const seat = await takeSeat(mcpServers('asks', 'other'));
	const {scenario, jumpseat} = seat;
	const cases = [
		{key: 'y', server: 'asks', label: 'accept', result: accepted(), told: /told/},
		{key: 'n', server: 'asks', label: 'decline', result: refused('decline'), told: /reject|declin|denied/},
		{key: 'c', server: 'asks', label: 'cancel', result: refused('cancel'), told: /cancel/},
		{key: 'a', server: 'asks', label: 'accept for the session', result: accepted('session'), told: /told/},
		{key: 'p', server: 'other', label: 'always allow', result: accepted('always'), told: /told/},
	];
	for (const {key, server, label, result, told} of cases) {
		const asked = await askFor(scenario, methods.elicitation, mcpTool(server, 'look'));
		await untilReady(jumpseat, 'approve? · MCP tool', server, 'tool look');
		jumpseat.type(key);
		await expectAnswered(seat, asked, label, result);
		expect(await asked.ended()).toBe('completed');
		expect(asked.told()).toMatch(told);
	}
	for (const server of ['asks', 'other'])
		expect(await playUnasked(scenario, mcpTool(server, 'look'))).toContain('told');

	const elsewhere = await askFor(scenario, methods.elicitation, mcpTool('asks', 'visit'));
	await untilReady(jumpseat, 'approve? · MCP tool', 'tool visit');
	await answerElsewhere(seat, elsewhere, refused('decline'));
	expect(await elsewhere.ended()).toBe('completed');
	expect(elsewhere.told()).toMatch(/reject|declin|denied/);
});

/** What has come back to the MCP server, which it tells the model. */
const toldByServer = (asked: Asked): unknown => {
	const [output] = asked.outputs() as ReadonlyArray<ReadonlyArray<{readonly text?: string}>>;
	const text = output?.findLast(part => part.text?.startsWith('told '))?.text ?? 'told null';
	return JSON.parse(text.slice('told '.length));
};

test('a form and an address of an MCP server are answered with each answer', async () => {
	const seat = await takeSeat(mcpServers('asks'));
	const {scenario, jumpseat, tripwire} = seat;

	const book = await askFor(scenario, methods.elicitation, mcpTool('asks', 'book'));
	await untilReady(jumpseat, 'approve? · MCP tool', 'tool book');
	jumpseat.type('a');
	const form = await askedAgain(scenario, methods.elicitation, book.turnId);
	await untilReady(jumpseat, 'answer? · a form', 'Who comes, and for how long?', 'Breakfast', 'Room');
	jumpseat.type('1\rAda\rnonsense\r2\r\r2\r');
	await jumpseat.waitFor(cardHas('▸ the last step'));
	jumpseat.type('y');
	await jumpseat.waitFor('“Mail” must be an e-mail address');
	expect(answersTo(tripwire, form)).toEqual([]);
	for (let times = 0; times < 4; times++) jumpseat.press('up');
	for (const _letter of 'nonsense') jumpseat.press('backspace');
	jumpseat.type('ada@example.org\r\r\r\r');
	await jumpseat.waitFor(cardHas('▸ the last step', 'ada@example.org'));
	jumpseat.type('y');
	const content = {breakfast: true, guest: 'Ada', mail: 'ada@example.org', nights: 2, room: 'double'};
	await expectAnswered(seat, form, 'send', {action: 'accept', content, _meta: null});
	expect(await form.ended()).toBe('completed');
	expect(toldByServer(book)).toEqual({action: 'accept', content});

	const visit = await askFor(scenario, methods.elicitation, mcpTool('asks', 'visit'));
	await untilReady(jumpseat, 'approve? · MCP tool', 'tool visit');
	jumpseat.type('a');
	const address = await askedAgain(scenario, methods.elicitation, visit.turnId);
	await untilReady(jumpseat, 'an address to open', 'https://example.org/sign-in', 'leads to example.org');
	jumpseat.type('y');
	await expectAnswered(seat, address, 'accept', {action: 'accept', content: null, _meta: null});
	expect(await address.ended()).toBe('completed');
	expect(toldByServer(visit)).toMatchObject({action: 'accept'});

	for (const [name, sight] of [
		['book', 'a form'],
		['visit', 'an address to open'],
	] as const) {
		for (const [key, label] of [
			['n', 'decline'],
			['c', 'cancel'],
		] as const) {
			const asked = await askFor(scenario, methods.elicitation, mcpTool('asks', name));
			await untilReady(jumpseat, sight);
			// A form takes an answer at its last step only.
			if (name === 'book') for (let times = 0; times < 6; times++) jumpseat.press('down');
			jumpseat.type(key);
			await expectAnswered(seat, asked, label, refused(label));
			expect(await asked.ended()).toBe('completed');
			expect(toldByServer(asked)).toEqual({action: label});
		}
		const elsewhere = await askFor(scenario, methods.elicitation, mcpTool('asks', name));
		await untilReady(jumpseat, sight);
		await answerElsewhere(seat, elsewhere, refused('decline'));
		expect(await elsewhere.ended()).toBe('completed');
		expect(toldByServer(elsewhere)).toEqual({action: 'decline'});
	}
});
