/**
 * How often a guest may change something: a message costs the owner money, and many connections of one guest are one
 * guest. By name; the owner's own seat is not asked for. Called by calls.ts.
 */
import type {Environment} from '../app-server/connection.ts';
import {type CodexMethod, outgoing} from '../protocol/methods.ts';
import {type Allowance, createAllowance} from './allowance.ts';

export type Speaking = {
	/** Undefined: it may go on. Else a sentence for the guest. */
	readonly complaint: (name: string, method: CodexMethod) => string | undefined;
};

/** Nobody types faster for long; what a script wants is the owner's to do. */
export const speakingLimits = {burst: 20, perSecond: 0.5} as const;

export const createSpeaking = ({nowMs}: Pick<Environment, 'nowMs'>): Speaking => {
	/** Two at most for each name that the owner invited. */
	const allowances = new Map<string, Allowance>();
	return {
		complaint(name, method) {
			if (outgoing[method].repeatable) return undefined;
			// Whoever said too much may still stop what he set going.
			const key = `${method === 'turn/interrupt' ? 'stop' : 'say'} ${name}`;
			const allowance = allowances.get(key) ?? createAllowance({...speakingLimits, nowMs});
			allowances.set(key, allowance);
			return allowance.take(1)
				? undefined
				: 'You send faster than this share passes on: wait a few seconds, and send it again.';
		},
	};
};
