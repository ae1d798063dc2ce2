/**
 * The header: how the connection is, what this seat may do, who else is here, and the thread's settings. Plain words,
 * printable as they are. Pure; part of `chrome.ts`.
 */
import type {WaitReason} from '../app-server/connection-state.ts';
import {contextUsedPercent, currentTurn, turnNumber} from '../thread/selectors.ts';
import type {Format} from '../view/format.ts';
import {chromeLine} from './chrome-line.ts';
import {isOwner, maySpeak, modeOf, seatName} from './seat.ts';
import {endingOf, isOver} from './share-ending.ts';
import type {AppState} from './state.ts';
import type {Tone, Words} from './status-words.ts';

/** `● live 3 ms · codex 0.169 · OBSERVE` */
export const stateWords = (state: AppState): readonly Words[] => {
	const words: Words[] = [connectionWords(state)];
	if (state.server?.version !== undefined) {
		words.push({text: `codex ${chromeLine(state.server.version).replace(/\.0$/, '')}`, tone: 'muted'});
	}
	if (state.oddities > 0)
		words.push({text: `${state.oddities} odd frame${state.oddities === 1 ? '' : 's'}`, tone: 'bad'});
	if (isOver(state.connection)) return words;
	const badge = roleBadge(state);
	if (badge !== undefined) words.push({text: badge, tone: 'strong'});
	const name = seatName(state);
	if (name !== undefined && maySpeak(state)) words.push({text: `as ${chromeLine(name)}`, tone: 'muted'});
	return words;
};

/** What this seat may do, where it is less than all, and whether others see what it does. */
const roleBadge = (state: AppState): string | undefined => {
	const mode = modeOf(state);
	if (mode !== 'drive') return mode.toUpperCase();
	return isOwner(state) ? 'SHARED' : undefined;
};

const waitingWords: Readonly<Record<WaitReason, string>> = {
	notLoaded: 'not loaded',
	noTurnYet: 'no turn yet',
	ownedElsewhere: 'owned by another process — follow only',
	noThread: 'no thread chosen',
};

const catchingUp: Words = {text: '◌ catching up', tone: 'warn'};

const endingWords = {removed: '○ removed', ended: '○ share ended'} as const;

const connectionWords = ({connection, roundTripMs, thread, share}: AppState): Words => {
	const ending = endingOf(connection);
	if (ending !== undefined) return ending === 'again' ? catchingUp : {text: endingWords[ending], tone: 'bad'};
	switch (connection.kind) {
		case 'live': {
			const ms = roundTripMs === undefined ? '' : ` ${Math.max(1, Math.round(roundTripMs))} ms`;
			return {text: `● live${ms}`, tone: 'good'};
		}
		case 'waiting':
			return {text: `◌ ${waitingWords[connection.reason]}`, tone: 'warn'};
		case 'reconnecting':
			return {text: '○ connection lost', tone: 'bad'};
		case 'failed':
			return {text: '✗ failed', tone: 'bad'};
		case 'closed':
			return {text: '○ closed', tone: 'muted'};
		case 'hydrating':
			return thread.turns.length > 0 ? catchingUp : {text: '◌ joining', tone: 'warn'};
		case 'idle':
		case 'connecting':
		case 'initializing':
			// Coming back to a share: its own server was away for a moment.
			return share === undefined ? {text: '◌ connecting', tone: 'warn'} : catchingUp;
	}
};

/** `gpt-6-sol high · on-request · workspace-write · ctx 42% · turn 7 ◐ 00:34` */
export const detailWords = (state: AppState, format: Format): readonly Words[] => {
	const {thread, nowMs} = state;
	const {model, effort, approvalPolicy, sandbox} = thread.settings;
	const words: Words[] = [];
	const add = (text: string | undefined, tone: Tone = 'muted'): void => {
		if (text !== undefined && text !== '') words.push({text: chromeLine(text), tone});
	};
	add(model === undefined ? undefined : effort === undefined ? model : `${model} ${effort}`);
	add(approvalPolicy);
	add(sandbox, sandbox === 'danger-full-access' ? 'warn' : 'muted');
	const used = contextUsedPercent(thread);
	add(used === undefined ? undefined : `ctx ${used}%`);
	const turn = currentTurn(thread);
	if (turn !== undefined) {
		const number = turnNumber(thread);
		const name = number === undefined ? 'turn' : `turn ${number}`;
		// Tenths would have Ink lay the whole chrome out anew with every picture of a stream.
		const elapsed =
			turn.startedAtMs === undefined
				? ''
				: ` ${format.elapsed(Math.max(0, nowMs - turn.startedAtMs) / 1000)}`;
		add(`${name} ◐${elapsed}`, 'warn');
	} else if (thread.info !== undefined && state.connection.kind === 'live') {
		add('idle');
	}
	return words;
};
