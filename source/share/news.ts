/**
 * What happened in a share, for the owner's log: typed, in the past tense, in the order in which it happened. The
 * verb makes sentences of it; names and words in it are fit for one line. Written by the gateway's parts.
 */
import type {Environment} from '../app-server/connection.ts';
import type {Person, Role, SeatRole} from '../protocol/share.ts';

export type ShareNews =
	/** `again`: after the server was away. */
	| {
			readonly type: 'came';
			readonly name: string;
			readonly role: SeatRole;
			readonly client: Person['client'];
			readonly again: boolean;
	  }
	| {readonly type: 'left'; readonly name: string}
	| {readonly type: 'invited'; readonly name: string; readonly role: Role}
	| {readonly type: 'roleChanged'; readonly name: string; readonly role: Role}
	| {readonly type: 'removed'; readonly name: string}
	/** Whoever was in by it was sent away. */
	| {readonly type: 'expired'; readonly name: string}
	/** Was too slow, or too much. */
	| {readonly type: 'cutOff'; readonly name: string; readonly why: string}
	/** Settled by the server after this answer; `deed` and `subject` as in "approved", "npm test". */
	| {readonly type: 'answered'; readonly name: string; readonly deed: string; readonly subject: string}
	/** An answer that did not go to the server, and why. */
	| {readonly type: 'answerDropped'; readonly name: string; readonly why: string}
	/** An answer that went, and of which the server says nothing. */
	| {readonly type: 'answerUnconfirmed'; readonly name: string; readonly subject: string}
	/** The server took it. */
	| {readonly type: 'spoke'; readonly name: string; readonly how: 'start' | 'steer' | 'queue' | 'interrupt'}
	/** Calls that a guest may not make; `times` since the last such word. */
	| {readonly type: 'refused'; readonly name: string; readonly method: string; readonly times: number}
	| {readonly type: 'upstreamLost'; readonly why: string}
	| {readonly type: 'upstreamBack'}
	/** The server does not hold the thread any more: nobody can be in it until somebody loads it again. */
	| {readonly type: 'threadClosed'}
	| {readonly type: 'ended'; readonly why: string};

export type Refusals = {
	readonly note: (name: string, method: string) => void;
	readonly stop: () => void;
};

const gatherMs = 5000;
/** Different refusals of one guest that are gathered at the same time. */
const mostKinds = 10;

/** The first of a kind is told at once, those that follow with their number, so that nobody can flood the log. */
export const createRefusals = (later: Environment['later'], onNews: (news: ShareNews) => void): Refusals => {
	const gathered = new Map<string, {readonly name: string; readonly method: string; times: number}>();
	const kindsOf = new Map<string, number>();
	let cancel: (() => void) | undefined;
	const tell = (): void => {
		cancel = undefined;
		for (const each of gathered.values()) if (each.times > 0) onNews({type: 'refused', ...each});
		gathered.clear();
		kindsOf.clear();
	};
	return {
		note(name, method) {
			const key = JSON.stringify([name, method]);
			const held = gathered.get(key);
			if (held !== undefined) {
				held.times += 1;
				return;
			}
			const kinds = kindsOf.get(name) ?? 0;
			if (kinds >= mostKinds) return;
			kindsOf.set(name, kinds + 1);
			gathered.set(key, {name, method, times: 0});
			onNews({type: 'refused', name, method, times: 1});
			cancel ??= later(gatherMs, tell);
		},
		stop: () => cancel?.(),
	};
};

/** Of the answers of one guest that were dropped, told in the same time. */
const mostDropped = 5;

/** He may send answers by the hundred, each wrong in its own way: only the first few are told. */
export const withoutFloods = (
	onNews: (news: ShareNews) => void,
	nowMs: () => number,
): ((news: ShareNews) => void) => {
	/** By name, and so no more than were invited. */
	const told = new Map<string, {readonly sinceMs: number; times: number}>();
	return news => {
		if (news.type === 'answerDropped') {
			const now = nowMs();
			const held = told.get(news.name);
			const isRecent = held !== undefined && Math.abs(now - held.sinceMs) < gatherMs;
			const window = isRecent ? held : {sinceMs: now, times: 0};
			told.set(news.name, window);
			window.times += 1;
			if (window.times > mostDropped) return;
		}
		onNews(news);
	};
};
