/**
 * What this seat knows of the share that it sits behind: who it is, who else is here, who answered what; for the owner
 * also the invitations. Undefined in the state where the server is a plain one. Invariant: all of it is the share's
 * word. Pure; fed by `apply.ts` with what came over the wire, in its order.
 */

import type {Traffic} from '../app-server/connection.ts';
import {type Decision, decisionOf} from '../protocol/decision.ts';
import {
	type Answered,
	decodeAnswered,
	decodeInvited,
	decodePresence,
	decodeShareDescription,
	type Invited,
	type Person,
	type ShareDescription,
	shareProtocol,
	type Welcome,
	type You,
} from '../protocol/share.ts';
import type {RpcId} from '../protocol/types.ts';
import {keepNewest} from './keep-newest.ts';

/** Who answered a request, and how. */
export type Verdict = {readonly by: string; readonly decision: Decision};

export type Share = {
	readonly you: You;
	/** Everybody who is here, this seat too. */
	readonly people: readonly Person[];
	/** Of the requests answered last, by request id. */
	readonly verdicts: ReadonlyMap<RpcId, Verdict>;
	/** The same by the id of the item that it was about: what its line in the thread says. */
	readonly itemVerdicts: ReadonlyMap<string, Verdict>;
	/** Doors and invitations; only the owner is told. */
	readonly described: ShareDescription | undefined;
	/** The newest link, until the owner puts it away. */
	readonly link: Invited | undefined;
};

/** Of one thread that is looked at; older ones have scrolled away long since. */
const mostItems = 500;
const mostRequests = 50;

/** Why a Jumpseat of this version cannot go on behind that share; undefined when it can. */
export const welcomeComplaint = ({protocol}: Welcome): string | undefined => {
	if (protocol === shareProtocol) return undefined;
	return protocol > shareProtocol
		? 'This share is made by a newer Jumpseat than this one. Update yours, then join again.'
		: 'This share is made by an older Jumpseat than this one. Its owner has to update, and share again.';
};

/** A connection says who we are; ids of requests begin anew with a new share. */
export const shareAfterWelcome = (
	share: Share | undefined,
	welcome: Welcome | undefined,
): Share | undefined =>
	welcome === undefined
		? undefined
		: {
				you: welcome.you,
				people: share?.people ?? [],
				verdicts: new Map(),
				itemVerdicts: share?.itemVerdicts ?? new Map(),
				described: share?.described,
				link: share?.link,
			};

/** `itemOf`: the item that a request is or was about. */
export const shareAfter = (
	share: Share,
	traffic: Traffic,
	itemOf: (requestId: RpcId) => string | undefined,
): Share => {
	if (traffic.kind === 'response') return traffic.outcome.ok ? afterResult(share, traffic) : share;
	if (traffic.kind !== 'notification') return share;
	switch (traffic.method) {
		case 'jumpseat/presence': {
			const presence = decodePresence(traffic.params);
			return presence === undefined ? share : {...share, ...presence};
		}
		case 'jumpseat/answered': {
			const answered = decodeAnswered(traffic.params);
			return answered === undefined ? share : withVerdict(share, answered, itemOf(answered.requestId));
		}
		case 'jumpseat/share/changed': {
			const described = decodeShareDescription(traffic.params);
			return described === undefined ? share : {...share, described, people: described.people};
		}
		default:
			return share;
	}
};

/** `approved by ada`, as the share says it; made safe by whoever shows it. */
export const verdictWords = ({by, decision}: Verdict): string => `${decision} by ${by}`;

export const verdictsInWords = (verdicts: ReadonlyMap<string, Verdict>): ReadonlyMap<string, string> =>
	new Map([...verdicts].map(([id, verdict]) => [id, verdictWords(verdict)]));

const afterResult = (share: Share, {method, outcome}: Extract<Traffic, {kind: 'response'}>): Share => {
	const result = outcome.ok ? outcome.result : undefined;
	if (method === 'jumpseat/share/invite') return {...share, link: decodeInvited(result) ?? share.link};
	if (method !== 'jumpseat/share/read') return share;
	return {...share, described: decodeShareDescription(result) ?? share.described};
};

const withVerdict = (share: Share, {requestId, by, answer}: Answered, itemId: string | undefined): Share => {
	const verdict: Verdict = {by, decision: decisionOf(answer)};
	return {
		...share,
		verdicts: keepNewest(share.verdicts, requestId, verdict, mostRequests),
		itemVerdicts:
			itemId === undefined ? share.itemVerdicts : keepNewest(share.itemVerdicts, itemId, verdict, mostItems),
	};
};
