/** Short ways to make the app's state and its events, for the tests of `app/` and `ui/`. The thread is `t`. */
import {applyEvents} from '../../source/app/apply.ts';
import type {Command} from '../../source/app/commands.ts';
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import {type AppOptions, type AppState, initialAppState} from '../../source/app/state.ts';
import type {ConnectionState} from '../../source/app-server/connection-state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import type {Action} from '../../source/keys/bindings.ts';
import {type Person, type SeatRole, shareProtocol} from '../../source/protocol/share.ts';
import type {Json, WireThread} from '../../source/protocol/types.ts';
import type {ThreadEvent} from '../../source/thread/events.ts';
import {describeThread} from '../../source/thread/info.ts';
import type {ThreadInfo} from '../../source/thread/state.ts';
import {createFormat} from '../../source/view/format.ts';
import {hydrated, message, turn, user} from '../thread/make.ts';

export const startMs = 1_700_000_000_000;
export const format = createFormat({timeZone: 'UTC'});
export const panes = createPanes(format);

export const newState = (options: Partial<AppOptions> = {}): AppState =>
	initialAppState({
		columns: 120,
		rows: 30,
		observe: true,
		home: '/home/me',
		nowMs: startMs,
		threads: [],
		threadId: 't',
		...options,
	});

export const told = (event: ThreadEvent, threadId = 't'): SessionEvent => ({
	type: 'threadEvent',
	threadId,
	event,
});
export const moved = (connection: ConnectionState): SessionEvent => ({
	type: 'connectionMoved',
	connection,
	atMs: startMs,
});
/** A notification as traffic: what the Events pane and the list of threads hear. */
export const heard = (method: string, params: Json = {}): SessionEvent => ({
	type: 'traffic',
	traffic: {kind: 'notification', method, params, atMs: startMs, bytes: 10},
});
/** Somebody in a share, with a Jumpseat that watches live. */
export const person = (name: string, role: SeatRole = 'observe', more: Partial<Person> = {}): Person => ({
	id: `${name}-1`,
	name,
	role,
	client: 'jumpseat',
	at: 'live',
	typing: false,
	...more,
});
/** A server that is a share, and says who we are. */
export const welcomed = (you: Person, protocol = shareProtocol): SessionEvent => ({
	type: 'serverIdentified',
	server: {
		version: '0.169.0',
		codexHome: '/',
		platformOs: 'linux',
		welcome: {protocol, threadId: 't', you: {id: you.id, name: you.name, role: you.role}},
	},
});
/** Everybody who is here; the first of them are we. */
export const present = (you: Person, ...others: readonly Person[]): SessionEvent =>
	heard('jumpseat/presence', {you: {id: you.id, name: you.name, role: you.role}, people: [you, ...others]});
/** Live, behind a share, as the first of these people. */
export const sharedState = (you: Person, others: readonly Person[] = [], options: Partial<AppOptions> = {}) =>
	applyEvents(liveState(2, {observe: false, ...options}), [welcomed(you), present(you, ...others)]);
export const info = (id: string, more: Partial<WireThread> = {}): ThreadInfo =>
	describeThread({id, cwd: '/app', ...more});

/** A request of the server, asked eight seconds ago. */
export const asked = (
	method: string,
	params: {readonly [key: string]: Json},
	id: number | string = 0,
	atMs = startMs - 8000,
): ThreadEvent => ({
	type: 'requested',
	request: {id, method, params: {threadId: 't', ...params}},
	atMs,
});
/** The server says that it is settled. */
export const resolved = (requestId: number | string, atMs = startMs): ThreadEvent => ({
	type: 'notified',
	notification: {method: 'serverRequest/resolved', params: {threadId: 't', requestId}},
	atMs,
});

/** As many turns of a message and an answer each. */
export const turns = (count: number) =>
	Array.from({length: count}, (_, index) =>
		turn(`T${index + 1}`, [
			user(`u${index + 1}`, `question ${index + 1}`),
			message(`a${index + 1}`, `answer ${index + 1}\n\nwith a second paragraph`),
		]),
	);

/** Live, with that many turns loaded. */
export const liveState = (count = 3, options: Partial<AppOptions> = {}): AppState =>
	applyEvents(newState(options), [moved({kind: 'live'}), told(hydrated(turns(count)))]);

/** The state after intents, and all commands on the way. */
export const press = (state: AppState, ...intents: ReadonlyArray<Intent | Action>): AppState =>
	run(state, ...intents).state;

export const run = (
	state: AppState,
	...intents: ReadonlyArray<Intent | Action>
): {state: AppState; commands: readonly Command[]} => {
	const commands: Command[] = [];
	let next = state;
	for (const intent of intents) {
		const decision = decide(next, typeof intent === 'string' ? {type: 'act', action: intent} : intent, panes);
		next = decision.state;
		commands.push(...decision.commands);
	}
	return {state: next, commands};
};

export const type = (text: string): Intent => ({type: 'editField', text});
export const wait = (ms: number, state: AppState): Intent => ({type: 'tick', nowMs: state.nowMs + ms});
