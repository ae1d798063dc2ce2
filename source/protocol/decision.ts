/**
 * What an answer decided, in one word, whatever kind of request it answers: for telling others who did it. Looks at
 * the result as it went to the server (PROTOCOL, "Server requests"); never at what was typed in. Pure.
 */
import {asRecord} from './fields.ts';
import type {Json} from './types.ts';

export type Decision = 'approved' | 'declined' | 'cancelled' | 'answered';

const words: ReadonlyMap<string, Decision> = new Map([
	['accept', 'approved'],
	['acceptForSession', 'approved'],
	['approved', 'approved'],
	['approved_for_session', 'approved'],
	['decline', 'declined'],
	['denied', 'declined'],
	['timed_out', 'declined'],
	['cancel', 'cancelled'],
	['abort', 'cancelled'],
]);

/** `accept`, `{acceptWithExecpolicyAmendment: …}`; an amendment of the network may forbid as well. */
const ofDecision = (decision: Json): Decision => {
	if (typeof decision === 'string') return words.get(decision) ?? 'answered';
	const amendment = asRecord(asRecord(decision)?.applyNetworkPolicyAmendment)?.network_policy_amendment;
	return asRecord(amendment)?.action === 'deny' ? 'declined' : 'approved';
};

const grantsNothing = (permissions: unknown): boolean =>
	Object.keys(asRecord(permissions) ?? {}).length === 0;

export const decisionOf = (answer: Json): Decision => {
	const fields = asRecord(answer);
	if (fields === undefined) return 'answered';
	if (fields.decision !== undefined) return ofDecision(fields.decision as Json);
	if (typeof fields.action === 'string') return words.get(fields.action) ?? 'answered';
	if (fields.permissions !== undefined) return grantsNothing(fields.permissions) ? 'declined' : 'approved';
	return 'answered';
};
