/**
 * The outgoing gate: the one place where every frame of ours passes before it leaves the process.
 *
 * An allow-list by method, mode and field (`protocol/methods.ts`). What is not listed never leaves: not a method
 * that we forgot to forbid, not an override that slipped into a parameter. Called by the peer for every message.
 */
import {
	answerFields,
	answeringModes,
	type Mode,
	type OutgoingRule,
	outgoingRules,
} from '../protocol/methods.ts';

export class GateError extends Error {
	override readonly name = 'GateError';
	readonly method: string;
	constructor(method: string, why: string) {
		super(`Jumpseat refused to send ${method}: ${why}.`);
		this.method = method;
	}
}

const rules: Readonly<Record<string, OutgoingRule | undefined>> = outgoingRules;

/** Throws `GateError` unless `method` with exactly these top-level `params` may be sent in `mode`. */
export const permit = (mode: Mode, message: {readonly method: string; readonly params: unknown}): void => {
	const rule = Object.hasOwn(outgoingRules, message.method) ? rules[message.method] : undefined;
	if (rule === undefined)
		throw new GateError(message.method, 'it is not in the table of methods that we send');
	if (!rule.modes.includes(mode)) throw new GateError(message.method, `it is not allowed in ${mode} mode`);
	if (message.params === undefined || message.params === null) return;
	if (typeof message.params !== 'object' || Array.isArray(message.params)) {
		throw new GateError(message.method, 'its parameters are not an object');
	}
	for (const field of Object.keys(message.params)) {
		if (!rule.fields.includes(field)) {
			throw new GateError(message.method, `the field "${field}" is not in the table of fields that we send`);
		}
	}
};

const answers: Readonly<Record<string, readonly string[] | undefined>> = answerFields;

/**
 * Throws `GateError` unless a request of the server by `method` may be answered with `result` in `mode`. An error
 * is no answer of ours: from any one client it denies the request for everybody (PROTOCOL).
 */
export const permitAnswer = (
	mode: Mode,
	answer: {readonly method: string; readonly result: unknown},
): void => {
	const what = `an answer to ${answer.method}`;
	if (!answeringModes.includes(mode)) throw new GateError(what, `nothing is answered in ${mode} mode`);
	const fields = Object.hasOwn(answerFields, answer.method) ? answers[answer.method] : undefined;
	if (fields === undefined) throw new GateError(what, 'it is not a request for a person');
	const {result} = answer;
	if (typeof result !== 'object' || result === null || Array.isArray(result)) {
		throw new GateError(what, 'the answer is not an object');
	}
	for (const field of Object.keys(result)) {
		if (!fields.includes(field)) throw new GateError(what, `the field "${field}" is no part of it`);
	}
};
