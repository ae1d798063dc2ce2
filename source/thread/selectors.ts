/**
 * Questions about a thread's state, answered in one place for the header, the lists and the headless commands.
 *
 * Invariant: pure; the text in the answers is the server's, raw — sanitise it before it is shown.
 */
import {serverRequests} from '../protocol/methods.ts';
import {turnsBefore} from './page-out.ts';
import {parseSignature} from './signature.ts';
import type {Item, PendingRequest, ThreadInfo, ThreadState, Turn} from './state.ts';

/** The running turn. */
export const currentTurn = (state: ThreadState): Turn | undefined =>
	state.turns.findLast(turn => turn.status === 'inProgress');

/** What the server asks, oldest first, whoever is to answer. */
export const pendingRequests = (state: ThreadState): readonly PendingRequest[] => state.requests;

/** False for what only the thread's owner can answer. A method that we do not know may well need a person. */
export const isForPerson = ({method}: PendingRequest): boolean =>
	!Object.hasOwn(serverRequests, method) ||
	serverRequests[method as keyof typeof serverRequests] === 'person';

export const isWaitingForPerson = (state: ThreadState): boolean => {
	if (state.requests.some(isForPerson)) return true;
	const status = state.info?.status;
	return !state.closed && status?.kind === 'active' && status.waitingOn !== 'nobody';
};

/** The first two groups of a UUIDv7: its milliseconds, enough to tell the threads of one person apart. */
export const shortId = (id: string): string => id.slice(0, 13);

/** Its name, else the first line that somebody wrote in it, else its short id. */
export const threadTitle = ({id, name, preview}: Pick<ThreadInfo, 'id' | 'name' | 'preview'>): string => {
	if (name !== undefined && name.trim() !== '') return name;
	const line = preview.split(/\r\n|\r|\n/).find(text => text.trim() !== '');
	return line?.trim() ?? shortId(id);
};

/** The number of the newest turn, from 1. `undefined` while older pages are missing, or before the first turn. */
export const turnNumber = (state: ThreadState): number | undefined => {
	const before = turnsBefore(state);
	return before === undefined || state.turns.length === 0 ? undefined : before + state.turns.length;
};

/** How full the model's context is, 0–100, rounded. */
export const contextUsedPercent = ({tokenUsage}: ThreadState): number | undefined => {
	const window = tokenUsage?.modelContextWindow;
	if (tokenUsage === undefined || !window || window <= 0) return undefined;
	return Math.min(100, Math.max(0, Math.round((tokenUsage.last.totalTokens / window) * 100)));
};

/** The thread's status in words for people. */
export const statusWord = (state: ThreadState): string => {
	const status = state.info?.status;
	if (state.closed) return 'not loaded';
	switch (status?.kind) {
		case undefined:
		case 'unknown':
			return 'unknown';
		case 'notLoaded':
			return 'not loaded';
		case 'idle':
			return 'idle';
		case 'systemError':
			return 'system error';
		case 'active':
			switch (status.waitingOn) {
				case 'nobody':
					return 'working';
				case 'approval':
					return 'waiting for approval';
				case 'userInput':
					return 'waiting for an answer';
			}
			break;
		case 'other':
			return status.name;
	}
};

export type Author = {readonly kind: 'jumpseat'; readonly name: string} | {readonly kind: 'primary'};

/** Who signed a message with this id; an id that no Jumpseat made is the primary's, or unknown to us as such. */
export const authorOfId = (clientId: string | null | undefined): Author => {
	const signature = parseSignature(clientId);
	return signature === undefined ? {kind: 'primary'} : {kind: 'jumpseat', name: signature.name};
};

/** Who wrote a user message: `clientId` is `jumpseat:NAME:UUID` for those of a Jumpseat; see signature.ts. */
export const authorOf = ({content}: Item): Author =>
	authorOfId(content.type === 'userMessage' ? content.clientId : undefined);
