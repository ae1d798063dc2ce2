import fc from 'fast-check';
import {expect, test} from 'vitest';
import {GateError, permit, permitAnswer} from '../../source/app-server/gate.ts';
import {
	answerFields,
	type CodexMethod,
	type Mode,
	outgoing,
	type ServerRequestMethod,
	serverRequests,
} from '../../source/protocol/methods.ts';

const modes: readonly Mode[] = ['observe', 'drive'];
const methods = Object.keys(outgoing) as CodexMethod[];
const fieldsOf = (method: CodexMethod): readonly string[] => outgoing[method].fields;
const passes = (mode: Mode, method: string, params: unknown): boolean => {
	try {
		permit(mode, {method, params});
		return true;
	} catch (error) {
		expect(error).toBeInstanceOf(GateError);
		return false;
	}
};

/** Words that are likely to be taken for a method: known ones bent a little, members of Object, anything. */
const anyWord = fc.oneof(
	fc.string(),
	fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', ''),
	fc.constantFrom(
		'turn/start',
		'turn/steer',
		'turn/interrupt',
		'thread/start',
		'thread/fork',
		'thread/archive',
	),
	fc.constantFrom(...Object.keys(serverRequests)),
	fc
		.constantFrom(...methods)
		.chain(method =>
			fc.constantFrom(` ${method}`, `${method} `, method.toUpperCase(), `${method}/`, `${method}\0`),
		),
);

test('what observe may send is exactly the list of the promise', () => {
	const observable = methods.filter(method =>
		(outgoing[method].modes as readonly Mode[]).includes('observe'),
	);
	expect(observable.toSorted()).toEqual([
		'initialize',
		'initialized',
		'thread/backgroundTerminals/list',
		'thread/items/list',
		'thread/list',
		'thread/loaded/list',
		'thread/queue/list',
		'thread/read',
		'thread/resume',
		'thread/turns/list',
		'thread/unsubscribe',
	]);
});

test('every listed method passes with its listed fields, in its modes and in no other', () => {
	for (const method of methods) {
		const params = Object.fromEntries(fieldsOf(method).map(field => [field, 'x']));
		for (const mode of modes) {
			const isAllowed = (outgoing[method].modes as readonly Mode[]).includes(mode);
			expect(passes(mode, method, params), `${method} in ${mode}`).toBe(isAllowed);
		}
		expect(passes('drive', method, undefined)).toBe(true);
		expect(passes('drive', method, null)).toBe(true);
	}
});

test('no method outside the table ever passes', () => {
	fc.assert(
		fc.property(fc.constantFrom(...modes), anyWord, fc.anything(), (mode, method, params) => {
			fc.pre(!methods.includes(method as CodexMethod));
			expect(passes(mode, method, params)).toBe(false);
		}),
		{numRuns: 500},
	);
});

test('no field outside the table ever passes, whatever it holds and whoever stands beside it', () => {
	const overrides = fc.constantFrom(
		'model',
		'cwd',
		'approvalPolicy',
		'sandbox',
		'config',
		'personality',
		'history',
	);
	fc.assert(
		fc.property(
			fc.constantFrom(...modes),
			fc.constantFrom(...methods),
			fc.oneof(overrides, anyWord),
			fc.anything(),
			fc.boolean(),
			(mode, method, field, value, isFirst) => {
				fc.pre(!fieldsOf(method).includes(field));
				const good = Object.fromEntries(fieldsOf(method).map(each => [each, 'x']));
				const bad = Object.fromEntries([[field, value]]);
				const params = isFirst ? {...bad, ...good} : {...good, ...bad};
				expect(passes(mode, method, params)).toBe(!Object.keys(params).includes(field));
			},
		),
		{numRuns: 500},
	);
});

test('parameters are an object or nothing', () => {
	for (const params of [[], ['threadId'], 'threadId', 7, true, () => {}]) {
		expect(passes('drive', 'thread/read', params)).toBe(false);
	}
});

test('a refusal names the method, the reason, and the field', () => {
	expect(() => permit('observe', {method: 'turn/start', params: {}})).toThrow(
		'Jumpseat refused to send turn/start: it is not allowed in observe mode.',
	);
	expect(() => permit('drive', {method: 'thread/start', params: {}})).toThrow(
		'Jumpseat refused to send thread/start: it is not in the table of methods that we send.',
	);
	expect(() => permit('drive', {method: 'thread/resume', params: {threadId: 'A', model: 'x'}})).toThrow(
		'the field "model" is not in the table of fields that we send',
	);
});

test('what a person sends is exactly this, in drive mode only, and no call of it may be repeated', () => {
	const driven = methods.filter(method => !(outgoing[method].modes as readonly Mode[]).includes('observe'));
	expect(driven.toSorted()).toEqual([
		'thread/queue/add',
		'thread/queue/delete',
		'thread/queue/reorder',
		'thread/queue/start',
		'thread/queue/update',
		'turn/interrupt',
		'turn/start',
		'turn/steer',
	]);
	expect(driven.filter(method => outgoing[method].repeatable)).toEqual([]);
});

const requests = Object.keys(serverRequests) as ServerRequestMethod[];
const answers = (mode: Mode, method: string, result: unknown): boolean => {
	try {
		permitAnswer(mode, {method, result});
		return true;
	} catch (error) {
		expect(error).toBeInstanceOf(GateError);
		return false;
	}
};
const fieldOfAnswer = fc.constantFrom(
	...new Set(Object.values(answerFields).flat()),
	'error',
	'code',
	'constructor',
	'__proto__',
);
const anyResult = fc.oneof(
	fc.dictionary(fieldOfAnswer, fc.anything(), {maxKeys: 3, noNullPrototype: true}),
	fc.anything(),
);

test('exactly the requests that are for a person have an answer', () => {
	const forPerson = requests.filter(method => serverRequests[method] === 'person');
	expect(Object.keys(answerFields).toSorted()).toEqual(forPerson.toSorted());
});

test('nothing whatsoever is answered in observe mode', () => {
	fc.assert(
		fc.property(fc.oneof(fc.constantFrom(...requests), anyWord), anyResult, (method, result) => {
			expect(answers('observe', method, result)).toBe(false);
		}),
		{numRuns: 500},
	);
});

test('in drive mode an answer passes exactly when its request is for a person and all its fields are known', () => {
	fc.assert(
		fc.property(fc.oneof(fc.constantFrom(...requests), anyWord), anyResult, (method, result) => {
			const fields = Object.hasOwn(answerFields, method)
				? answerFields[method as ServerRequestMethod]
				: undefined;
			const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
			const wanted =
				fields !== undefined && isObject && Object.keys(result).every(field => fields.includes(field));
			expect(answers('drive', method, result)).toBe(wanted);
		}),
		{numRuns: 1000},
	);
});

test('a refused answer says why', () => {
	const method = 'item/fileChange/requestApproval';
	expect(() => permitAnswer('observe', {method, result: {decision: 'accept'}})).toThrow(
		`Jumpseat refused to send an answer to ${method}: nothing is answered in observe mode.`,
	);
	expect(() => permitAnswer('drive', {method: 'item/tool/call', result: {}})).toThrow(
		'it is not a request for a person',
	);
	expect(() => permitAnswer('drive', {method, result: {decision: 'accept', scope: 'turn'}})).toThrow(
		'the field "scope" is no part of it',
	);
	expect(() => permitAnswer('drive', {method, result: 'accept'})).toThrow('the answer is not an object');
});
