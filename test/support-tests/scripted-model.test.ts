/** The scripted model: which response comes next, what is streamed, and that it never crashes on what it is sent. */
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {afterEach, describe, expect, test} from 'vitest';
import {deltasOf, encodeResponse} from '../../source/demo/responses-api.ts';
import {decide, type InputItem, type Script} from '../../source/demo/script.ts';
import {type ScriptedModel, startScriptedModel} from '../../source/demo/scripted-model.ts';

const script: Script = {
	rules: [
		{
			when: 'fix',
			responses: [
				[
					{do: 'command', command: 'a'},
					{do: 'command', command: 'b'},
				],
				[{do: 'patch', patch: 'p'}],
				[{do: 'message', text: 'fixed'}],
			],
		},
		{when: /^shorter/i, responses: [[{do: 'message', text: 'ok'}]]},
	],
	fallback: [{do: 'message', text: 'what?'}],
};

const user = (text: string): InputItem => ({role: 'user', content: [{type: 'input_text', text}]});
const output: InputItem = {type: 'function_call_output'};

describe('the decision', () => {
	test('the newest user message picks the rule', () => {
		expect(decide(script, [user('fix it'), user('Shorter!')])).toEqual([{do: 'message', text: 'ok'}]);
	});

	test('a response follows once all tools of the one before have answered', () => {
		expect(decide(script, [user('fix it'), output])).toBe(script.rules[0]?.responses[0]);
		expect(decide(script, [user('fix it'), output, output])).toBe(script.rules[0]?.responses[1]);
		expect(decide(script, [user('fix it'), output, output, {type: 'custom_tool_call_output'}])).toBe(
			script.rules[0]?.responses[2],
		);
	});

	test('the same message again starts again', () => {
		const once = [user('fix it'), output, output, output];
		expect(decide(script, [...once, user('fix it')])).toBe(script.rules[0]?.responses[0]);
	});

	test('context that the server puts in is not a message of a person', () => {
		expect(decide(script, [user('fix it'), user('<environment_context>…')])).toBe(
			script.rules[0]?.responses[0],
		);
	});

	test('the task of a parent agent counts as a message, its answer does not', () => {
		const told = (kind: string): InputItem => ({
			type: 'agent_message',
			content: [
				{type: 'input_text', text: `Message Type: ${kind}\nPayload:\n`},
				{type: 'encrypted_content', encrypted_content: 'fix it'},
			],
		});
		expect(decide(script, [told('NEW_TASK')])).toBe(script.rules[0]?.responses[0]);
		expect(decide(script, [told('FINAL_ANSWER')])).toBe(script.fallback);
	});

	test('without a rule, or after its last response, the fallback ends the turn', () => {
		expect(decide(script, [user('hello')])).toBe(script.fallback);
		expect(decide(script, [])).toBe(script.fallback);
	});
});

test('deltas joined again are the text, and no character is torn', () => {
	fc.assert(
		fc.property(
			fc.string({unit: 'binary'}),
			fc.option(fc.integer({min: 1, max: 9}), {nil: undefined}),
			(text, size) => {
				const deltas = deltasOf(text, size);
				expect(deltas.join('')).toBe(text);
				expect(deltas.every(delta => !/^[\uDC00-\uDFFF]/.test(delta))).toBe(true);
			},
		),
	);
});

test('ids differ between responses', () => {
	const ids = [1, 2].flatMap(number =>
		encodeResponse([{do: 'message', text: 'x'}], {number, paceMs: 0}).flatMap(action =>
			action.kind === 'send' && action.event.type === 'response.output_item.done'
				? [(action.event.item as {id: string}).id]
				: [],
		),
	);
	expect(new Set(ids).size).toBe(2);
});

describe('the server', () => {
	let model: ScriptedModel | undefined;
	afterEach(async () => {
		await model?.stop();
		model = undefined;
	});

	const ask = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
		model ??= await startScriptedModel({script});
		return fetch(`${model.url}/responses`, {method: 'POST', body, headers});
	};

	test('it reads a compressed conversation', async () => {
		const response = await ask(new Uint8Array(gzipSync(JSON.stringify({input: [user('shorter')]}))), {
			'content-encoding': 'gzip',
		});
		expect(await response.text()).toContain('"delta":"ok"');
		expect(model?.requests()[0]?.userText).toBe('shorter');
	});

	test.each([
		['nothing', '', {}],
		['no JSON', '{"input":', {}],
		['the wrong shape', '[1,{"input":3}]', {}],
		['what is not compressed but says so', 'abc', {'content-encoding': 'gzip'}],
		['an unknown compression', 'abc', {'content-encoding': 'zstd'}],
	])('given %s it answers with the fallback', async (_name, body, headers) => {
		const response = await ask(body, headers);
		expect(response.status).toBe(200);
		expect(await response.text()).toContain('"delta":"what?"');
	});

	test('a list of models is not counted as a request', async () => {
		model = await startScriptedModel({script});
		expect((await fetch(`${model.url}/models`)).status).toBe(200);
		expect(model.requests()).toHaveLength(0);
	});

	test('a held response stops there and goes on when released', async () => {
		model = await startScriptedModel({
			script: {rules: [], fallback: [{do: 'message', text: ['before ', {hold: 'gate'}, 'after']}]},
		});
		const response = await ask('{}');
		const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
		await model.holding('gate');
		let text = '';
		while (!text.includes('"delta":"before "')) {
			text += (await reader?.read())?.value ?? '';
		}

		expect(text).not.toContain('"delta":"after"');
		model.release('gate');
		while (!text.includes('response.completed')) {
			text += (await reader?.read())?.value ?? '';
		}

		expect(text).toContain('"delta":"after"');
	});

	test('a release that comes early is not lost', async () => {
		model = await startScriptedModel({
			script: {
				rules: [],
				fallback: [
					{do: 'wait', beat: {hold: 'gate'}},
					{do: 'message', text: 'done'},
				],
			},
		});
		model.release('gate');
		expect(await (await ask('{}')).text()).toContain('"delta":"done"');
	});

	test('it fails, breaks down and cuts as told', async () => {
		model = await startScriptedModel({
			script: {rules: [], fallback: [{do: 'fail', status: 429, message: 'no'}]},
		});
		expect((await ask('{}')).status).toBe(429);
		model.play({rules: [], fallback: [{do: 'breakdown', code: 'server_error', message: 'oh'}]});
		expect(await (await ask('{}')).text()).toContain('response.failed');
		model.play({rules: [], fallback: [{do: 'message', text: 'half'}, {do: 'cut'}]});
		await expect((await ask('{}')).text()).rejects.toThrow();
	});

	test('stopping it ends a response that is held', async () => {
		model = await startScriptedModel({
			script: {rules: [], fallback: [{do: 'wait', beat: {hold: 'for ever'}}]},
		});
		const response = await ask('{}');
		await model.holding('for ever');
		await model.stop();
		model = undefined;
		await expect(response.text()).rejects.toThrow();
	});
});
