/**
 * What is known about a thread as such: metadata, status, settings — from the wire into the terms of state.ts.
 *
 * Invariant: a field that the server leaves out keeps what was known before. Called by reduce.ts and hydrate.ts.
 */
import {asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {WireResumeResponse, WireSandbox, WireThread, WireThreadStatus} from '../protocol/types.ts';
import {sameJson} from './equal.ts';
import type {Settings, ThreadId, ThreadInfo, ThreadState, ThreadStatus} from './state.ts';
import {secondsToMs} from './turns.ts';

export const threadId = (id: string): ThreadId => id as ThreadId;

export const threadStatus = (wire: WireThreadStatus | undefined): ThreadStatus => {
	if (wire === undefined) return {kind: 'unknown'};
	switch (wire.type) {
		case 'notLoaded':
		case 'idle':
		case 'systemError':
			return {kind: wire.type};
		case 'active': {
			const flags = wire.activeFlags ?? [];
			if (flags.includes('waitingOnApproval')) return {kind: 'active', waitingOn: 'approval'};
			if (flags.includes('waitingOnUserInput')) return {kind: 'active', waitingOn: 'userInput'};
			return {kind: 'active', waitingOn: 'nobody'};
		}
		default:
			return {kind: 'other', name: wire.type};
	}
};

/** `undefined` (left out) keeps the old value, `null` clears it. */
const told = <T, U>(
	value: T | null | undefined,
	before: U | undefined,
	read: (value: T) => U,
): U | undefined => (value === undefined ? before : value === null ? undefined : read(value));

const asIs = <T>(value: T): T => value;

/** Metadata of `wire`, over what was known of the same thread. Used for thread lists as well. */
export const describeThread = (wire: WireThread, before?: ThreadInfo): ThreadInfo => ({
	id: threadId(wire.id),
	name: told(wire.name, before?.name, asIs),
	preview: wire.preview ?? before?.preview ?? '',
	cwd: wire.cwd ?? before?.cwd ?? '',
	parentThreadId: told(wire.parentThreadId, before?.parentThreadId, threadId),
	agentNickname: told(wire.agentNickname, before?.agentNickname, asIs),
	agentRole: told(wire.agentRole, before?.agentRole, asIs),
	ephemeral: wire.ephemeral ?? before?.ephemeral ?? false,
	cliVersion: wire.cliVersion ?? before?.cliVersion,
	createdAtMs: secondsToMs(wire.createdAt) ?? before?.createdAtMs,
	updatedAtMs: secondsToMs(wire.updatedAt) ?? before?.updatedAtMs,
	status: wire.status === undefined && before !== undefined ? before.status : threadStatus(wire.status),
});

const closedBy = (status: ThreadStatus, before: boolean): boolean => {
	switch (status.kind) {
		case 'notLoaded':
			return true;
		case 'idle':
		case 'active':
			return false;
		case 'systemError':
		case 'unknown':
		case 'other':
			return before;
	}
};

export const withInfo = (state: ThreadState, info: ThreadInfo): ThreadState => {
	const closed = closedBy(info.status, state.closed);
	if (closed === state.closed && sameJson(info, state.info)) return state;
	return {...state, info: sameJson(info, state.info) ? state.info : info, closed};
};

/** Metadata that came by itself: of another thread it is none of our business. */
export const describeOwn = (state: ThreadState, wire: WireThread): ThreadState => {
	if (state.info !== undefined && state.info.id !== wire.id) return state;
	return withInfo(state, describeThread(wire, state.info));
};

const policyWord = (policy: unknown): string | undefined =>
	asString(policy) ?? (asRecord(policy) === undefined ? undefined : 'granular');

/** `workspaceWrite` on the wire is `workspace-write` for people, in the settings file and on the command line. */
const sandboxWord = (sandbox: WireSandbox | undefined): string | undefined =>
	sandbox?.type.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);

export const settingsOf = (response: WireResumeResponse, before: Settings): Settings => ({
	model: response.model ?? response.thread.model ?? before.model,
	effort: told(response.reasoningEffort, before.effort, asIs),
	approvalPolicy: policyWord(response.approvalPolicy) ?? before.approvalPolicy,
	sandbox: sandboxWord(response.sandbox) ?? before.sandbox,
});

/** `thread/settings/updated`. */
export const withSettings = (
	state: ThreadState,
	raw: JsonRecord,
	sandbox: WireSandbox | undefined,
): ThreadState => {
	const before = state.settings;
	const effort = raw.effort === null ? null : asString(raw.effort);
	const settings: Settings = {
		model: asString(raw.model) ?? before.model,
		effort: told(effort, before.effort, asIs),
		approvalPolicy: policyWord(raw.approvalPolicy) ?? before.approvalPolicy,
		sandbox: sandboxWord(sandbox) ?? before.sandbox,
	};
	const cwd = asString(raw.cwd);
	const info =
		state.info === undefined || cwd === undefined || cwd === state.info.cwd
			? state.info
			: {...state.info, cwd};
	if (sameJson(settings, before) && info === state.info) return state;
	return {...state, info, settings: sameJson(settings, before) ? before : settings};
};
