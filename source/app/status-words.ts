/** The status line: what a person should know now, the most urgent first, in one line. Pure; part of `chrome.ts`. */
import type {ConnectionState} from '../app-server/connection-state.ts';
import {aimLabel} from '../composer/aim.ts';
import {composerAim} from '../composer/composer.ts';
import {asRecord} from '../protocol/fields.ts';
import {isForPerson} from '../thread/selectors.ts';
import {unwrapShell} from '../thread/shell-command.ts';
import type {Format} from '../view/format.ts';
import type {Layout} from '../view/layout.ts';
import {chromeLine} from './chrome-line.ts';
import {maySpeak} from './seat.ts';
import {type Ending, endingOf} from './share-ending.ts';
import type {AppState} from './state.ts';
import {situationOf} from './writing.ts';

export type Tone = 'plain' | 'muted' | 'good' | 'warn' | 'bad' | 'strong';
export type Words = {readonly text: string; readonly tone: Tone};

/** Left of the status line. */
export const statusWords = (state: AppState, layout: Layout, format: Format): Words => {
	const {connection, thread, ui, nowMs} = state;
	if (ui.confirming !== undefined) return {text: confirmWords(ui.confirming), tone: 'warn'};
	if (ui.notice !== undefined)
		return {text: chromeLine(ui.notice.text), tone: ui.notice.bad ? 'bad' : 'strong'};
	const ending = endingOf(connection);
	if (ending !== undefined) return endingWords(state.connection, ending);
	if (connection.kind === 'connecting' && connection.attempt > 0 && state.share !== undefined)
		return waitingForShare;
	if (connection.kind === 'reconnecting') {
		const seconds = Math.max(0, Math.ceil((connection.nextAtMs - nowMs) / 1000));
		return {
			// First what a narrow terminal must not cut.
			text: `Trying again in ${seconds} s (attempt ${connection.attempt}; r: now). ${chromeLine(connection.why)}`,
			tone: 'bad',
		};
	}
	if (connection.kind === 'failed') return {text: `r: try again. ${chromeLine(connection.why)}`, tone: 'bad'};
	if (connection.kind === 'waiting') return {text: waitingSentence(connection), tone: 'warn'};
	if (isCardShown(state, layout)) return atRest(state);
	const request = thread.requests.find(isForPerson) ?? thread.requests[0];
	if (request !== undefined) {
		const more = thread.requests.length > 1 ? ` (+${thread.requests.length - 1})` : '';
		const asked = format.elapsed(Math.max(0, nowMs - (request.startedAtMs ?? request.receivedAtMs)) / 1000);
		return {
			text: `⚑ ${requestWords(request.method, request.params)}${more} · asked ${asked} ago`,
			tone: 'warn',
		};
	}
	return atRest(state);
};

const waitingForShare: Words = {
	text: 'The share waits for its server, and catches up by itself.',
	tone: 'muted',
};

/**
 * Whom a share sent away need not try again, and hears why in its own words; whom it lost for a moment need not worry.
 */
const endingWords = (connection: ConnectionState, ending: Ending): Words => {
	const why = connection.kind === 'failed' ? chromeLine(connection.why) : '';
	const left = `q quits. ${why} What you saw stays here.`;
	switch (ending) {
		case 'again':
			return waitingForShare;
		case 'removed':
			return {text: left, tone: 'bad'};
		case 'ended':
			return {text: left, tone: 'strong'};
	}
};

const confirmWords = (confirming: NonNullable<AppState['ui']['confirming']>): string => {
	switch (confirming.kind) {
		case 'interrupt':
			return `Interrupt ${confirming.name}? y stops it for everybody; any other key: no.`;
		case 'deleteQueued':
			return 'Remove the marked message from the queue? y removes it; any other key: no.';
		case 'endShare':
			return 'End the share? y sends every guest away; any other key: no.';
	}
};

/** Then the card says it, and better. */
const isCardShown = ({ui}: AppState, {cardBox}: Layout): boolean =>
	cardBox !== undefined && !ui.help && ui.picker === undefined;

/** What Enter in the composer would do, while nothing is more urgent. */
const atRest = (state: AppState): Words => {
	const {ui, connection, queue} = state;
	if (!maySpeak(state) || ui.holder === 'composer' || connection.kind !== 'live')
		return {text: '', tone: 'muted'};
	const aim = composerAim(state.composer, situationOf(state));
	const queued = typeof queue === 'string' || queue.length === 0 ? '' : ` · ${queue.length} queued`;
	return {text: `${aimLabel(aim).trim()}${queued}`, tone: 'muted'};
};

const waitingSentence = (connection: Extract<ConnectionState, {kind: 'waiting'}>): string => {
	switch (connection.reason) {
		case 'notLoaded':
			return 'Nobody has this thread open on this server. Jumpseat waits, and joins when somebody does.';
		case 'noTurnYet':
			return 'This thread has no turn yet. Jumpseat joins with its first message.';
		case 'ownedElsewhere':
			return 'Another process writes this thread: followed from disk, a moment behind. Nothing can be sent.';
		case 'noThread':
			return '';
	}
};

const requestNames: ReadonlyMap<string, string> = new Map([
	['item/commandExecution/requestApproval', 'approve?'],
	['execCommandApproval', 'approve?'],
	['item/fileChange/requestApproval', 'approve a file change?'],
	['applyPatchApproval', 'approve a file change?'],
	['item/permissions/requestApproval', 'grant permissions?'],
	['item/tool/requestUserInput', 'a question'],
	['mcpServer/elicitation/request', 'an MCP server asks'],
]);

/** What waits for a person, in one line. */
const requestWords = (method: string, params: unknown): string => {
	const {command, reason, message} = asRecord(params) ?? {};
	const what = Array.isArray(command)
		? command.join(' ')
		: typeof command === 'string'
			? unwrapShell(command)
			: command;
	const detail = [what, reason, message].find(each => typeof each === 'string' && each !== '');
	const name = requestNames.get(method) ?? method;
	return chromeLine(typeof detail === 'string' ? `${name} ${detail}` : name);
};
