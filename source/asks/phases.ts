/**
 * The life of a card as a table: which signal moves it from which phase to which.
 *
 * Invariant: `undefined` means that the signal changes nothing; a card is answered from `pending` only, and what is
 * resolved stays resolved. PROTOCOL.md: `serverRequest/resolved` names neither the outcome nor the author, and an
 * answer that came too late is dropped without a word, so `resolvedHere` may turn out to be wrong and be corrected.
 */

export type CardPhase =
	/** Waits for a person. */
	| 'pending'
	/** Our answer is on its way. */
	| 'answering'
	/** The connection was lost before it was answered. */
	| 'unknown'
	/** The connection was lost while our answer was on its way. */
	| 'unknownSent'
	| 'resolvedHere'
	| 'resolvedElsewhere'
	/** Nobody has to answer any more: its turn is over. */
	| 'resolvedVoid'
	/** It was settled while the connection was lost, and nothing says how. */
	| 'resolvedUnclear';

export type CardSignal =
	/** We sent an answer. */
	| 'sent'
	/** It never left: the gate, the size or the connection refused it. */
	| 'refused'
	/** `serverRequest/resolved`. */
	| 'resolved'
	/** The same, when the turn is over and we sent nothing. */
	| 'voided'
	/** What happened is not what we answered: somebody else was first. */
	| 'contradicted'
	/** The connection was lost. */
	| 'dropped'
	/** Asked again, under its old id, after a reconnect. */
	| 'replayed'
	/** A reconnect was completed. What was asked again is pending by then; what was not, was settled meanwhile. */
	| 'missing';

export const cardTransitions: {
	readonly [From in CardPhase]: {readonly [Signal in CardSignal]: CardPhase | undefined};
} = {
	pending: {
		sent: 'answering',
		refused: undefined,
		resolved: 'resolvedElsewhere',
		voided: 'resolvedVoid',
		contradicted: undefined,
		dropped: 'unknown',
		replayed: undefined,
		missing: undefined,
	},
	answering: {
		sent: undefined,
		refused: 'pending',
		resolved: 'resolvedHere',
		voided: 'resolvedVoid',
		contradicted: undefined,
		dropped: 'unknownSent',
		replayed: undefined,
		missing: undefined,
	},
	unknown: {
		sent: undefined,
		refused: undefined,
		resolved: 'resolvedElsewhere',
		voided: 'resolvedVoid',
		contradicted: undefined,
		dropped: undefined,
		replayed: 'pending',
		missing: 'resolvedUnclear',
	},
	unknownSent: {
		sent: undefined,
		refused: 'unknown',
		resolved: 'resolvedUnclear',
		voided: 'resolvedVoid',
		contradicted: undefined,
		dropped: undefined,
		// Asked again, so our answer never arrived.
		replayed: 'pending',
		missing: 'resolvedUnclear',
	},
	resolvedHere: {
		sent: undefined,
		refused: undefined,
		resolved: undefined,
		voided: undefined,
		contradicted: 'resolvedElsewhere',
		dropped: undefined,
		replayed: undefined,
		missing: undefined,
	},
	resolvedElsewhere: {
		sent: undefined,
		refused: undefined,
		resolved: undefined,
		voided: undefined,
		contradicted: undefined,
		dropped: undefined,
		replayed: undefined,
		missing: undefined,
	},
	resolvedVoid: {
		sent: undefined,
		refused: undefined,
		resolved: undefined,
		voided: undefined,
		contradicted: undefined,
		dropped: undefined,
		replayed: undefined,
		missing: undefined,
	},
	resolvedUnclear: {
		sent: undefined,
		refused: undefined,
		resolved: undefined,
		voided: undefined,
		contradicted: undefined,
		dropped: undefined,
		replayed: undefined,
		missing: undefined,
	},
};

/** Nothing is left to do about it. */
export const isSettled = (phase: CardPhase): boolean => phase.startsWith('resolved');
