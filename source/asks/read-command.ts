/**
 * Reads the approval of a command: `item/commandExecution/requestApproval`, and `execCommandApproval` of old servers.
 * Called by `read.ts`. Undefined when what is there to approve cannot be read.
 */
import {asArray, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {ThreadState} from '../thread/state.ts';
import type {AskBase, CommandAsk, Offer} from './ask.ts';
import {findItem} from './find-item.ts';
import {readPermissions} from './read-permissions.ts';

const strings = (value: unknown): readonly string[] | undefined => {
	const list = asArray(value)?.map(asString);
	const readable = list?.filter(each => each !== undefined);
	return readable !== undefined && readable.length === list?.length ? readable : undefined;
};

const execPolicyOffer = (prefix: unknown): Offer | undefined => {
	const words = strings(prefix);
	if (words === undefined || words.length === 0) return undefined;
	return {
		kind: 'execPolicy',
		prefix: words,
		answer: {acceptWithExecpolicyAmendment: {execpolicy_amendment: words}},
	};
};

const networkPolicyOffer = (amendment: unknown): Offer | undefined => {
	const record = asRecord(amendment);
	const host = asString(record?.host);
	const action = record?.action;
	if (host === undefined || host === '' || (action !== 'allow' && action !== 'deny')) return undefined;
	const answer: Json = {applyNetworkPolicyAmendment: {network_policy_amendment: {host, action}}};
	return {kind: 'networkPolicy', host, action, answer};
};

/** The record, if it has exactly these keys: a decision with more in it could not be shown, nor sent back, whole. */
const exactly = (value: unknown, ...keys: readonly string[]): JsonRecord | undefined => {
	const record = asRecord(value);
	const isExact =
		record !== undefined &&
		Object.keys(record).length === keys.length &&
		keys.every(key => Object.hasOwn(record, key));
	return isExact ? record : undefined;
};

const readOffer = (decision: unknown): Offer | 'negative' | undefined => {
	if (decision === 'accept' || decision === 'acceptForSession') return {kind: decision};
	if (decision === 'decline' || decision === 'cancel') return 'negative';
	const exec = exactly(decision, 'acceptWithExecpolicyAmendment')?.acceptWithExecpolicyAmendment;
	if (exec !== undefined) return execPolicyOffer(exactly(exec, 'execpolicy_amendment')?.execpolicy_amendment);
	const network = exactly(decision, 'applyNetworkPolicyAmendment')?.applyNetworkPolicyAmendment;
	const amendment = exactly(network, 'network_policy_amendment')?.network_policy_amendment;
	return networkPolicyOffer(exactly(amendment, 'host', 'action'));
};

/** What a server that lists nothing would take: accept, for the session, and what it proposes itself. */
const impliedOffers = (params: JsonRecord): readonly Offer[] => {
	const proposed = [
		execPolicyOffer(params.proposedExecpolicyAmendment),
		...(asArray(params.proposedNetworkPolicyAmendments) ?? []).map(networkPolicyOffer),
	];
	return [{kind: 'accept'}, {kind: 'acceptForSession'}, ...proposed.filter(offer => offer !== undefined)];
};

const readOffers = (
	params: JsonRecord,
): {readonly offers: readonly Offer[]; readonly notes: readonly string[]} => {
	const listed = params.availableDecisions;
	if (listed === undefined || listed === null) return {offers: impliedOffers(params), notes: []};
	const read = asArray(listed)?.map(readOffer);
	if (read === undefined) return {offers: [], notes: ['its list of decisions cannot be read']};
	const offers: Offer[] = [];
	for (const offer of read) {
		const isNew = !offers.some(other => JSON.stringify(other) === JSON.stringify(offer));
		if (offer !== undefined && offer !== 'negative' && isNew) offers.push(offer);
	}
	const unknown = read.filter(offer => offer === undefined).length;
	return {offers, notes: unknown === 0 ? [] : [`it offers ${unknown} more that this version does not know`]};
};

const readNetwork = (value: unknown): CommandAsk['network'] => {
	const record = asRecord(value);
	const host = asString(record?.host);
	return host === undefined || host === '' ? undefined : {host, protocol: asString(record?.protocol)};
};

const said = (value: unknown): boolean => value !== undefined && value !== null;

export const readCommand = (
	base: AskBase,
	params: JsonRecord,
	thread: ThreadState,
): CommandAsk | undefined => {
	if (said(params.command) && asString(params.command) === undefined) return undefined;
	const network = readNetwork(params.networkApprovalContext);
	if (said(params.networkApprovalContext) && network === undefined) return undefined;
	const action = asString(params.kind) ?? 'command';
	const approvalId = asString(params.approvalId);
	// The item holds the command of the request only when the request is not about a part of it, or about input to it.
	const item = approvalId === undefined ? findItem(thread, base.turnId, base.itemId)?.content : undefined;
	const known = item?.type === 'commandExecution' && action !== 'writeStdin' ? item : undefined;
	// An empty command is none.
	const command = asString(params.command) || known?.command || undefined;
	const {offers, notes} = readOffers(params);
	const additional = readPermissions(params.additionalPermissions);
	return {
		...base,
		notes: [...notes, ...additional.notes],
		kind: 'command',
		dialect: 'item',
		action,
		command,
		details: command === undefined && network === undefined ? 'missed' : 'whole',
		cwd: asString(params.cwd) ?? known?.cwd,
		network,
		approvalId,
		additional: additional.lines,
		offers,
	};
};

const bare = /^[\w@%+=:,./-]+$/;
/** Words as a POSIX shell would need them, so that it can be seen where each begins and ends. */
export const shellWords = (words: readonly string[]): string =>
	words.map(word => (bare.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');

export const readLegacyCommand = (base: AskBase, params: JsonRecord): CommandAsk | undefined => {
	const words = strings(params.command);
	if (words === undefined || words.length === 0) return undefined;
	return {
		...base,
		kind: 'command',
		dialect: 'legacy',
		action: 'command',
		command: shellWords(words),
		details: 'whole',
		cwd: asString(params.cwd),
		network: undefined,
		approvalId: asString(params.approvalId),
		additional: [],
		offers: [{kind: 'accept'}, {kind: 'acceptForSession'}],
	};
};
