import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {answerFields, serverRequests} from '../../source/protocol/methods.ts';
import type {Json} from '../../source/protocol/types.ts';
import {judgeAnswer} from '../../source/share/judge-answer.ts';
import {tellableAnswer} from '../../source/share/tellable-answer.ts';

const judged = (method: string, params: unknown, answer: unknown) => {
	const verdict = judgeAnswer({method, params}, answer, 'answer');
	return verdict.ok ? verdict.result : undefined;
};

const command = 'item/commandExecution/requestApproval';
const amended = (words: string[]) => ({
	decision: {acceptWithExecpolicyAmendment: {execpolicy_amendment: words}},
});
const network = (host: string) => ({
	decision: {applyNetworkPolicyAmendment: {network_policy_amendment: {host, action: 'allow'}}},
});

describe('an answer of a guest', () => {
	it('counts in the role `answer` only', () => {
		const request = {method: command, params: {}};
		expect(judgeAnswer(request, {decision: 'accept'}, 'observe')).toMatchObject({ok: false});
		expect(judgeAnswer(request, {decision: 'accept'}, 'steer')).toEqual({
			ok: false,
			why: 'Your role here is steer: it does not answer requests.',
		});
		expect(judgeAnswer(request, {decision: 'accept'}, 'answer')).toEqual({
			ok: true,
			result: {decision: 'accept'},
		});
	});

	it('to a command is what the request offers, and a no whatever it offers', () => {
		const offers = {availableDecisions: ['accept', amended(['npm', 'test']).decision, 'cancel']};
		for (const answer of [
			{decision: 'accept'},
			{decision: 'decline'},
			{decision: 'cancel'},
			amended(['npm', 'test']),
		])
			expect(judged(command, offers, answer)).toEqual(answer);
		for (const answer of [
			{decision: 'acceptForSession'},
			amended(['npm']),
			amended([]),
			network('evil.example'),
			{decision: 'approved'},
			{decision: null},
			{},
		])
			expect(judged(command, offers, answer), JSON.stringify(answer)).toBeUndefined();
		expect(judged(command, {availableDecisions: 'all'}, {decision: 'accept'})).toBeUndefined();
	});

	it('to a command of a server that lists no decisions is a yes, or an amendment that it proposes itself', () => {
		const proposed = {
			availableDecisions: null,
			proposedExecpolicyAmendment: ['git', 'push'],
			proposedNetworkPolicyAmendments: [{host: 'example.org', action: 'allow'}],
		};
		for (const answer of [{decision: 'acceptForSession'}, amended(['git', 'push']), network('example.org')])
			expect(judged(command, proposed, answer)).toEqual(answer);
		for (const answer of [amended(['git']), network('evil.example')])
			expect(judged(command, proposed, answer)).toBeUndefined();
		expect(judged(command, {}, amended(['git', 'push']))).toBeUndefined();
	});

	it('grants no permission that nobody asked for', () => {
		const method = 'item/permissions/requestApproval';
		const denied = {path: {type: 'path', path: '/srv/secret'}, access: 'deny'};
		const entry = {path: {type: 'path', path: '/srv'}, access: 'write'};
		const params = {
			permissions: {
				network: null,
				fileSystem: {read: ['/a', '/b'], write: null, globScanMaxDepth: 3, entries: [entry, denied]},
			},
		};
		const granted = (permissions: unknown, scope: unknown = 'turn') =>
			judged(method, params, {permissions, scope});
		expect(granted({})).toEqual({permissions: {}, scope: 'turn'});
		// What narrows goes with any of it.
		expect(granted({fileSystem: {read: ['/b']}}, 'session')).toEqual({
			permissions: {
				fileSystem: {globScanMaxDepth: 3, read: ['/b'], write: null, entries: [denied]},
			},
			scope: 'session',
		});
		expect(granted({fileSystem: {read: null, write: null, globScanMaxDepth: 3, entries: [entry]}})).toEqual({
			permissions: {
				fileSystem: {globScanMaxDepth: 3, read: null, write: null, entries: [entry, denied]},
			},
			scope: 'turn',
		});
		expect(granted({network: {enabled: false}, fileSystem: null})).toEqual({permissions: {}, scope: 'turn'});
		for (const permissions of [
			{network: {enabled: true}},
			{fileSystem: {read: ['/']}},
			{fileSystem: {write: ['/a']}},
			{fileSystem: {read: '/a'}},
			{fileSystem: {read: ['/a'], globScanMaxDepth: 99}},
			{fileSystem: {entries: [{...entry, path: {type: 'path', path: '/'}}]}},
			{fileSystem: {everything: true}},
			{mac: {}},
			null,
			[],
		])
			expect(granted(permissions), JSON.stringify(permissions)).toBeUndefined();
		expect(granted({}, 'forever')).toBeUndefined();
		expect(judged(method, {}, {permissions: {fileSystem: {read: ['/a']}}})).toBeUndefined();
		// The stock client says so with every answer.
		expect(judged(method, params, {permissions: {}, scope: 'turn', strictAutoReview: false})).toEqual({
			permissions: {},
			scope: 'turn',
		});
		expect(judged(method, params, {permissions: {}, scope: 'turn', strictAutoReview: true})).toBeUndefined();
	});

	it('to questions names those that were asked', () => {
		const params = {questions: [{id: 'q'}, {id: 'r'}]};
		const given = (answers: unknown) => judged('item/tool/requestUserInput', params, {answers});
		expect(given({q: {answers: ['blue'], more: 1}})).toEqual({answers: {q: {answers: ['blue']}}});
		expect(given({})).toEqual({answers: {}});
		for (const answers of [{x: {answers: ['a']}}, {q: {answers: [7]}}, {q: 'blue'}, null, 'blue'])
			expect(given(answers)).toBeUndefined();
	});

	it('to an MCP server fills in what was asked for, and allows for as long as was offered', () => {
		const method = 'mcpServer/elicitation/request';
		const params = {
			mode: 'form',
			requestedSchema: {type: 'object', properties: {city: {type: 'string'}, days: {type: 'integer'}}},
			_meta: {persist: ['session', 'always']},
		};
		const answer = {action: 'accept', content: {city: 'Bern', days: 3}, _meta: {persist: 'always'}};
		expect(judged(method, params, answer)).toEqual(answer);
		expect(judged(method, params, {action: 'decline', content: null, _meta: null})).toEqual({
			action: 'decline',
			content: null,
			_meta: null,
		});
		for (const wrong of [
			{content: {city: {}}},
			{content: {country: 'CH'}},
			{content: 'Bern'},
			{_meta: {persist: 'for ever'}},
			{_meta: {more: 1}},
			{action: 'install'},
			{action: undefined},
		])
			expect(judged(method, params, {...answer, ...wrong}), JSON.stringify(wrong)).toBeUndefined();
		expect(judged(method, {...params, _meta: null}, answer)).toBeUndefined();
		expect(judged(method, {mode: 'openai/userVerification'}, {action: 'accept'})).toBeUndefined();
	});

	it('is an object with known fields, to a request that is for a person', () => {
		for (const answer of [null, [], 'accept', 7, undefined, {decision: 'accept', more: 1}])
			expect(judged('item/fileChange/requestApproval', {}, answer)).toBeUndefined();
		for (const method of ['item/tool/call', 'attestation/generate', 'constructor', 'nothing'])
			expect(judged(method, {}, {})).toBeUndefined();
		expect(judged('execCommandApproval', {}, {decision: 'approved_for_session'})).toEqual({
			decision: 'approved_for_session',
		});
	});

	it('is never an exception, and goes on with known fields only', () => {
		const words = fc.constantFrom(
			'decision',
			'permissions',
			'scope',
			'answers',
			'action',
			'content',
			'_meta',
		);
		fc.assert(
			fc.property(
				fc.constantFrom(...Object.keys(serverRequests)),
				fc.anything(),
				fc.oneof(fc.anything(), fc.dictionary(fc.oneof(words, fc.string()), fc.anything())),
				(method, params, answer) => {
					const verdict = judgeAnswer({method, params}, answer, 'answer');
					const fields: Readonly<Record<string, readonly string[] | undefined>> = answerFields;
					return (
						!verdict.ok || Object.keys(verdict.result as object).every(name => fields[method]?.includes(name))
					);
				},
			),
			{numRuns: 2000},
		);
	});
});

describe('what the others are told of an answer', () => {
	it('is the decision, without what was typed as a secret', () => {
		const told = (method: string, params: Json, answer: Json) => tellableAnswer({method, params}, answer);
		expect(told(command, {}, {decision: 'accept'})).toEqual({decision: 'accept'});
		const questions = [{id: 'open', isSecret: false}, {id: 'secret', isSecret: true}, {id: 'unsaid'}];
		const answers = {open: {answers: ['a']}, secret: {answers: ['b']}, unsaid: {answers: ['c']}};
		expect(told('item/tool/requestUserInput', {questions}, {answers})).toEqual({
			answers: {open: {answers: ['a']}, secret: {answers: []}, unsaid: {answers: []}},
		});
		const form = {action: 'accept', content: {token: 'x'}, _meta: null};
		expect(told('mcpServer/elicitation/request', {}, form)).toEqual({...form, content: null});
		expect(told(command, {}, null)).toBeNull();
	});
});
