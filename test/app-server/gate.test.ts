import fc from 'fast-check';
import {expect, test} from 'vitest';
import {GateError, permit} from '../../source/app-server/gate.ts';
import {type Mode, type OutgoingMethod, outgoing, serverRequests} from '../../source/protocol/methods.ts';

const modes: readonly Mode[] = ['observe', 'drive'];
const methods = Object.keys(outgoing) as OutgoingMethod[];
const fieldsOf = (method: OutgoingMethod): readonly string[] => outgoing[method].fields;
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
			fc.pre(!methods.includes(method as OutgoingMethod));
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
		'Jumpseat refused to send turn/start: it is not in the table of methods that we send.',
	);
	expect(() => permit('drive', {method: 'thread/resume', params: {threadId: 'A', model: 'x'}})).toThrow(
		'the field "model" is not in the table of fields that we send',
	);
});
