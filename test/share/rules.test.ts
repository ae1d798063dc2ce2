import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {outgoing} from '../../source/protocol/methods.ts';
import {type Role, roles} from '../../source/protocol/share.ts';
import {createFamily} from '../../source/share/family.ts';
import {judge, localMethods, type Verdict} from '../../source/share/rules.ts';
import {parseSignature, signMessage} from '../../source/thread/signature.ts';

const family = createFamily('mine');
family.learn({thread: {id: 'sub-agent', parentThreadId: 'mine'}});
const uuid = '0d5ad0b2-6a8c-4d44-9d5c-6c9f0d1b2a3e';

const judged = (method: string, params: unknown, role: Role = 'steer', name = 'ada'): Verdict =>
	judge({method, params}, {role, name, makeUuid: () => 'made-uuid'}, family);

const message = (more: object = {}) => ({
	threadId: 'mine',
	input: [{type: 'text', text: 'hi', text_elements: []}],
	...more,
});

const paramsOf = (verdict: Verdict) => {
	if (verdict.kind !== 'forward' && verdict.kind !== 'local') throw new Error(JSON.stringify(verdict));
	return verdict.params;
};

describe('what a guest sends', () => {
	it('is text only: whatever would make the server read a file of the owner is refused', () => {
		for (const element of [
			{type: 'localImage', path: '/etc/passwd'},
			{type: 'image', url: 'https://example.org/a.png'},
			{type: 'image', fileId: 'f'},
			{type: 'localAudio', path: '/a.wav'},
			{type: 'skill', name: 's', path: '/s'},
			{type: 'mention', name: 'm', path: '/m'},
			{type: 'text'},
			{type: 'text', text: 7},
			{text: 'no type'},
			'text',
			null,
		]) {
			const text = {type: 'text', text: 'hi', text_elements: []};
			for (const input of [[element], [text, element]]) {
				expect(judged('turn/start', {threadId: 'mine', input})).toMatchObject({kind: 'refuse', code: -32602});
			}
		}
		for (const input of [[], {}, 'hi', null, undefined]) {
			expect(judged('turn/start', {threadId: 'mine', input})).toMatchObject({kind: 'refuse', code: -32602});
		}
	});

	it('is rebuilt: nothing that hides in an element goes on', () => {
		const element = {
			type: 'text',
			text: 'hi',
			text_elements: [{byteRange: {start: 0, end: 2}, placeholder: 'x'}],
			path: '/etc',
		};
		const {input} = paramsOf(judged('turn/start', {threadId: 'mine', input: [element]}));
		expect(input).toEqual([{type: 'text', text: 'hi', text_elements: []}]);
	});

	it('carries the name of the invitation, whoever the sender says he is', () => {
		const id = (claimed: unknown, name = 'ada') =>
			paramsOf(judged('turn/start', message({clientUserMessageId: claimed}), 'steer', name))
				.clientUserMessageId;
		expect(id(signMessage('the owner', uuid))).toBe(`jumpseat:ada:${uuid}`);
		expect(id(uuid)).toBe(`jumpseat:ada:${uuid}`);
		for (const claimed of ['short', 'jumpseat:owner:', 'jumpseat:owner:a b', 'x'.repeat(65), null, '::']) {
			expect(id(claimed)).toBe('jumpseat:ada:made-uuid');
		}
		expect(id(uuid, 'bob:owner')).toBe(`jumpseat:bob%3Aowner:${uuid}`);
		expect(judged('turn/start', message({clientUserMessageId: {}}))).toMatchObject({kind: 'refuse'});
	});

	it('goes to the thread of the share and its sub-agents only', () => {
		expect(paramsOf(judged('turn/start', message({threadId: 'sub-agent'}))).threadId).toBe('sub-agent');
		for (const threadId of ['other', '', ['mine'], {}, 7, true]) {
			for (const method of ['turn/start', 'thread/read', 'thread/resume', 'thread/unsubscribe']) {
				const verdict = judged(method, {...message(), threadId});
				expect(verdict, `${method} ${JSON.stringify(threadId)}`).toMatchObject({
					kind: 'refuse',
					code: -32602,
				});
			}
		}
		expect(judged('thread/list', {parentThreadId: 'other'})).toMatchObject({kind: 'refuse', code: -32602});
		expect(judged('thread/list', {parentThreadId: 'mine'})).toMatchObject({kind: 'local'});
	});

	it('is refused in a sentence that says what the matter is', () => {
		expect(judged('fs/readFile', {path: '/etc/passwd'})).toEqual({
			kind: 'refuse',
			code: -32601,
			message: 'A guest may not call "fs/readFile".',
		});
		expect(judged('turn/start', message(), 'observe')).toEqual({
			kind: 'refuse',
			code: -32601,
			message: 'Your role here is observe: nothing can be sent (turn/start). Ask the owner of the share.',
		});
		expect(judged('turn/start', message({outputSchema: {}}))).toEqual({
			kind: 'refuse',
			code: -32602,
			message: 'turn/start: a guest may not set "outputSchema".',
		});
		expect(judged('thread/read', {})).toMatchObject({message: 'thread/read: "threadId" is missing.'});
		expect(judged('x'.repeat(5000), {})).toMatchObject({
			message: `A guest may not call "${'x'.repeat(80)}".`,
		});
	});

	it('does not get past the tables by a name that every object has', () => {
		for (const method of ['constructor', 'toString', '__proto__', 'hasOwnProperty', '']) {
			expect(judged(method, {})).toMatchObject({kind: 'refuse', code: -32601});
		}
		const sly = JSON.parse('{"threadId": "mine", "__proto__": {"path": "/etc"}}');
		expect(judged('thread/read', sly)).toMatchObject({kind: 'refuse', code: -32602});
		expect(judged('thread/read', {threadId: 'mine', constructor: 'x'})).toMatchObject({kind: 'refuse'});
	});

	it('asks for one page of a size, by a cursor of the family', () => {
		const page = (params: object) => judged('thread/turns/list', {threadId: 'mine', ...params});
		expect(paramsOf(page({limit: 1e9}))).toEqual({threadId: 'mine', limit: 200});
		expect(paramsOf(page({cursor: 'opaque'})).cursor).toBe('opaque');
		const cursor = (requestedThreadId: unknown) => JSON.stringify({requestedThreadId, rolloutOrdinal: 1});
		expect(paramsOf(page({cursor: cursor('mine')})).cursor).toBe(cursor('mine'));
		for (const wrong of [
			{limit: -1},
			{limit: 1.5},
			{limit: '5'},
			{cursor: ''},
			{cursor: cursor('other')},
			{cursor: cursor(7)},
			{cursor: {type: 'item', itemId: 'i'}},
			{cursor: 'x'.repeat(5000)},
			{sortDirection: 'up'},
			{itemsView: {}},
		]) {
			expect(page(wrong), JSON.stringify(wrong).slice(0, 80)).toMatchObject({kind: 'refuse', code: -32602});
		}
		const resumed = (initialTurnsPage: unknown) =>
			judged('thread/resume', {threadId: 'mine', initialTurnsPage});
		expect(paramsOf(resumed({limit: 300, itemsView: null, sortDirection: 'desc'})).initialTurnsPage).toEqual({
			limit: 200,
			sortDirection: 'desc',
		});
		for (const wrong of [{path: '/etc'}, [], 'all', {limit: {}}]) {
			expect(resumed(wrong)).toMatchObject({kind: 'refuse', code: -32602});
		}
	});

	it('leaves the gateway with what it understands of a client', () => {
		const verdict = judged('initialize', {
			clientInfo: {name: 'codex-tui', title: null, version: '0.169.0', more: 1},
			capabilities: {experimentalApi: true, extensions: {x: 1}, optOutNotificationMethods: ['a', 7]},
		});
		expect(paramsOf(verdict)).toEqual({
			clientInfo: {name: 'codex-tui', version: '0.169.0'},
			capabilities: {
				experimentalApi: true,
				requiredHumanApproval: false,
				optOutNotificationMethods: ['a'],
			},
		});
		expect(judged('initialized', {})).toMatchObject({kind: 'refuse'});
	});
});

const fields = [...new Set(Object.values(outgoing).flatMap(rule => [...rule.fields]))];
const anyParams = fc.oneof(
	fc.anything(),
	fc.dictionary(
		fc.oneof(fc.constantFrom(...fields), fc.string()),
		fc.oneof(fc.anything(), fc.constantFrom('mine', 'other', null), fc.constant(message().input)),
	),
);

describe('whatever a guest sends', () => {
	it('ends in a verdict, and what is forwarded has allowed fields and no null, for a thread of the family', () => {
		fc.assert(
			fc.property(
				fc.oneof(fc.constantFrom(...Object.keys(outgoing)), fc.string()),
				anyParams,
				fc.constantFrom(...roles),
				fc.string(),
				(method, params, role, name) => {
					const verdict = judged(method, params, role, name);
					if (verdict.kind !== 'forward') {
						return verdict.kind !== 'local' || localMethods.some(each => each === verdict.method);
					}
					const rule = outgoing[verdict.method];
					const signature = verdict.params.clientUserMessageId;
					return (
						(rule.modes as readonly string[]).includes(role) &&
						Object.keys(verdict.params).every(field => (rule.fields as readonly string[]).includes(field)) &&
						Object.values(verdict.params).every(value => value !== null && value !== undefined) &&
						family.has(verdict.params.threadId) &&
						(signature === undefined ||
							parseSignature(signature as string)?.name === parseSignature(signMessage(name, 'u'))?.name)
					);
				},
			),
			{numRuns: 3000},
		);
	});

	it('gets through with a message when it is one: the property above is not empty', () => {
		fc.assert(
			fc.property(fc.constantFrom('steer' as const, 'answer' as const), fc.string(), (role, text) => {
				const verdict = judged('turn/start', message({input: [{type: 'text', text}]}), role);
				return verdict.kind === 'forward' && verdict.method === 'turn/start';
			}),
		);
	});
});
