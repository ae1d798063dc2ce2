/**
 * What the chrome says: app state → plain words, printable as they are. Pure; Ink renders this model and nothing
 * else, and only when the model differs from the last one.
 */
import type {ConnectionState} from '../app-server/connection-state.ts';
import {contextUsedPercent, currentTurn, threadTitle, turnNumber} from '../thread/selectors.ts';
import type {Format} from '../view/format.ts';
import type {Layout} from '../view/layout.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import type {Viewport} from '../view/viewport.ts';
import {textWidth} from '../view/width.ts';
import {fieldText} from './decide-field.ts';
import type {Panes} from './panes.ts';
import {pickerChoices} from './picker.ts';
import {type AppState, type SideTab, sideTabs} from './state.ts';

export type Tone = 'plain' | 'muted' | 'good' | 'warn' | 'bad' | 'strong';
export type Words = {readonly text: string; readonly tone: Tone};

export type TabLabel = {readonly name: 'thread' | SideTab; readonly label: string; readonly current: boolean};

export type Field = {readonly label: string; readonly value: string; readonly hint: string};

export type ChromeModel = {
	readonly layout: Layout;
	readonly title: string;
	readonly place: string;
	readonly state: readonly Words[];
	readonly details: readonly Words[];
	readonly threadFocused: boolean;
	readonly sideFocused: boolean;
	/** Right end of the Thread pane's upper border: where the view stands. */
	readonly threadPosition: string;
	readonly sidePosition: string;
	readonly tabs: readonly TabLabel[];
	/** Left of the status line. */
	readonly status: Words;
	/** Right of the status line. */
	readonly hints: string;
	readonly field: Field | undefined;
	readonly help: {readonly offset: number} | undefined;
	readonly picker:
		| {
				readonly rows: ReadonlyArray<{
					readonly id: string;
					readonly title: string;
					readonly detail: string;
					readonly live: boolean;
					readonly waiting: boolean;
				}>;
				readonly selected: number;
		  }
		| undefined;
};

const labels: Readonly<Record<SideTab, string>> = {
	events: 'Events',
	plan: 'Plan',
	diff: 'Diff',
	agents: 'Agents',
	threads: 'Threads',
};

export const chromeModel = (
	state: AppState,
	panes: Panes,
	view: Viewport | undefined,
	format: Format,
): ChromeModel => {
	const {ui} = state;
	const layout = panes.layout(state);
	return {
		layout,
		title: state.thread.info === undefined ? 'jumpseat' : sanitiseLine(threadTitle(state.thread.info)),
		place:
			state.thread.info === undefined
				? ''
				: sanitiseLine(format.shortPath(state.thread.info.cwd, state.home)),
		state: stateWords(state),
		details: detailWords(state, format),
		threadFocused: ui.focus === 'thread',
		sideFocused: ui.focus === 'side',
		threadPosition: view === undefined ? '' : positionOf(view),
		sidePosition: sidePosition(state, panes),
		tabs: tabLabels(state, layout),
		status: statusWords(state, format),
		hints: hintsFor(state, layout, statusWords(state, format).text),
		field: fieldOf(state),
		help: ui.help ? {offset: ui.helpOffset} : undefined,
		picker: ui.picker === undefined ? undefined : pickerModel(state, panes, format),
	};
};

/** `● live 3 ms · codex 0.169 · OBSERVE` */
const stateWords = (state: AppState): readonly Words[] => {
	const words: Words[] = [connectionWords(state)];
	if (state.server?.version !== undefined) {
		words.push({text: `codex ${sanitiseLine(state.server.version).replace(/\.0$/, '')}`, tone: 'muted'});
	}
	if (state.oddities > 0)
		words.push({text: `${state.oddities} odd frame${state.oddities === 1 ? '' : 's'}`, tone: 'bad'});
	if (state.observe) words.push({text: 'OBSERVE', tone: 'strong'});
	else if (state.name !== undefined) words.push({text: `as ${sanitiseLine(state.name)}`, tone: 'muted'});
	return words;
};

const waitingWords: Readonly<Record<string, string>> = {
	notLoaded: 'not loaded',
	noTurnYet: 'no turn yet',
	ownedElsewhere: 'owned by another process',
	noThread: 'no thread chosen',
};

const connectionWords = ({connection, roundTripMs, thread}: AppState): Words => {
	switch (connection.kind) {
		case 'live': {
			const ms = roundTripMs === undefined ? '' : ` ${Math.max(1, Math.round(roundTripMs))} ms`;
			return {text: `● live${ms}`, tone: 'good'};
		}
		case 'waiting':
			return {text: `◌ ${waitingWords[connection.reason] ?? connection.reason}`, tone: 'warn'};
		case 'reconnecting':
			return {text: '○ connection lost', tone: 'bad'};
		case 'failed':
			return {text: '✗ failed', tone: 'bad'};
		case 'closed':
			return {text: '○ closed', tone: 'muted'};
		case 'hydrating':
			return {text: thread.turns.length > 0 ? '◌ catching up' : '◌ joining', tone: 'warn'};
		case 'idle':
		case 'connecting':
		case 'initializing':
			return {text: '◌ connecting', tone: 'warn'};
	}
};

/** `gpt-6-sol high · on-request · workspace-write · ctx 42% · turn 7 ◐ 00:34` */
const detailWords = (state: AppState, format: Format): readonly Words[] => {
	const {thread, nowMs} = state;
	const {model, effort, approvalPolicy, sandbox} = thread.settings;
	const words: Words[] = [];
	const add = (text: string | undefined, tone: Tone = 'muted'): void => {
		if (text !== undefined && text !== '') words.push({text: sanitiseLine(text), tone});
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
		const elapsed =
			turn.startedAtMs === undefined ? '' : ` ${format.duration(Math.max(0, nowMs - turn.startedAtMs))}`;
		add(`${name} ◐${elapsed}`, 'warn');
	} else if (thread.info !== undefined && state.connection.kind === 'live') {
		add('idle');
	}
	return words;
};

const positionOf = (view: Viewport): string => {
	if (view.atTail) return view.atTop ? '' : 'follows';
	const percent = `${Math.round(view.position * 100)}%`;
	const {blocks} = view.hiddenBelow;
	return blocks === 0 ? percent : `${percent} · ${blocks} below`;
};

const sidePosition = (state: AppState, panes: Panes): string => {
	const {ui} = state;
	if (ui.tab === 'events' && ui.detail === undefined) {
		const count = panes.events(state).length;
		const lost = state.log.dropped > 0 ? ` · ${state.log.dropped} dropped` : '';
		const filter = ui.eventsFilter === '' ? '' : `/${sanitiseLine(ui.eventsFilter)} · `;
		return `${filter}${count}${lost}`;
	}
	if (ui.tab === 'agents' || ui.tab === 'threads') return '';
	const rows = panes.sideRows(state).length;
	const height = panes.sideHeight(state);
	const offset = ui.tab === 'plan' ? ui.planOffset : ui.tab === 'diff' ? ui.diffOffset : ui.detailOffset;
	return rows <= height ? '' : `${Math.min(100, Math.round(((offset + height) / rows) * 100))}%`;
};

const tabLabels = (state: AppState, layout: Layout): readonly TabLabel[] => {
	const {focus, tab} = state.ui;
	const side = sideTabs.map(name => ({
		name,
		label: labels[name],
		current: tab === name && (layout.shape === 'wide' || focus === 'side'),
	}));
	if (layout.shape === 'wide') return side;
	return [{name: 'thread', label: 'Thread', current: focus === 'thread'}, ...side];
};

const statusWords = (state: AppState, format: Format): Words => {
	const {connection, thread, ui, nowMs} = state;
	if (ui.notice !== undefined)
		return {text: sanitiseLine(ui.notice.text), tone: ui.notice.bad ? 'bad' : 'strong'};
	if (connection.kind === 'reconnecting') {
		const seconds = Math.max(0, Math.ceil((connection.nextAtMs - nowMs) / 1000));
		return {
			// First what a narrow terminal must not cut.
			text: `Trying again in ${seconds} s (attempt ${connection.attempt}; r: now). ${sanitiseLine(connection.why)}`,
			tone: 'bad',
		};
	}
	if (connection.kind === 'failed')
		return {text: `r: try again. ${sanitiseLine(connection.why)}`, tone: 'bad'};
	if (connection.kind === 'waiting') return {text: waitingSentence(connection), tone: 'warn'};
	const [request] = thread.requests;
	if (request !== undefined) {
		const more = thread.requests.length > 1 ? ` (+${thread.requests.length - 1})` : '';
		const asked = format.duration(Math.max(0, nowMs - (request.startedAtMs ?? request.receivedAtMs)));
		return {
			text: `⚑ ${requestWords(request.method, request.params)}${more} · asked ${asked} ago`,
			tone: 'warn',
		};
	}
	return {text: '', tone: 'muted'};
};

const waitingSentence = (connection: Extract<ConnectionState, {kind: 'waiting'}>): string => {
	switch (connection.reason) {
		case 'notLoaded':
			return 'Nobody has this thread open on this server. Jumpseat waits, and joins when somebody does.';
		case 'noTurnYet':
			return 'This thread has no turn yet. Jumpseat joins with its first message.';
		case 'ownedElsewhere':
			return 'Another process owns this thread: it cannot be joined through this server.';
		case 'noThread':
			return '';
	}
};

const requestNames: Readonly<Record<string, string>> = {
	'item/commandExecution/requestApproval': 'approve?',
	execCommandApproval: 'approve?',
	'item/fileChange/requestApproval': 'approve a file change?',
	applyPatchApproval: 'approve a file change?',
	'item/permissions/requestApproval': 'grant permissions?',
	'item/tool/requestUserInput': 'a question',
	'mcpServer/elicitation/request': 'an MCP server asks',
};

/** What waits for a person, in one line. */
export const requestWords = (method: string, params: unknown): string => {
	const fields: Readonly<Record<string, unknown>> =
		typeof params === 'object' && params !== null ? {...params} : {};
	const {command, reason, message} = fields;
	const what = Array.isArray(command) ? command.join(' ') : command;
	const detail = [what, reason, message].find(each => typeof each === 'string' && each !== '');
	const name = requestNames[method] ?? method;
	return sanitiseLine(typeof detail === 'string' ? `${name} ${detail}` : name);
};

/** What the person should know comes before what they could press. */
const hintsFor = (state: AppState, layout: Layout, status: string): string => {
	if (layout.columns < 60) return status === '' ? '? keys' : '';
	if (textWidth(status) > layout.columns - 50) return '';
	if (state.ui.help) return '↑↓ scroll · Esc closes';
	if (state.ui.picker !== undefined) return '↑↓ choose · Enter opens · Esc quits';
	if (fieldOf(state) !== undefined) return '↑↓ match · Enter keeps · Esc drops';
	return 'tab panes · / search · q quits · ? keys';
};

const fieldOf = (state: AppState): Field | undefined => {
	const value = fieldText(state);
	if (value === undefined) return undefined;
	const {ui} = state;
	if (ui.picker !== undefined) return {label: 'thread ▸ ', value, hint: 'type to filter'};
	return ui.editingFilter
		? {label: 'filter ▸ ', value, hint: 'words that must all be there; !word must not'}
		: {label: 'search ▸ ', value, hint: 'in the turns loaded so far'};
};

const pickerModel = (state: AppState, panes: Panes, format: Format): NonNullable<ChromeModel['picker']> => {
	const choices = pickerChoices(state, panes);
	return {
		rows: choices.map(info => ({
			id: info.id,
			title: sanitiseLine(threadTitle(info)),
			detail: sanitiseLine(
				[
					format.shortPath(info.cwd, state.home),
					info.updatedAtMs === undefined ? '' : format.ago(Math.max(0, state.nowMs - info.updatedAtMs)),
				]
					.filter(Boolean)
					.join(' · '),
			),
			live: info.status.kind !== 'notLoaded' && info.status.kind !== 'unknown',
			waiting: info.status.kind === 'active' && info.status.waitingOn !== 'nobody',
		})),
		selected: Math.min(state.ui.picker?.selected ?? 0, Math.max(0, choices.length - 1)),
	};
};
