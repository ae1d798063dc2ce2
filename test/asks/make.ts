/** Requests of every kind, written by hand from the generated types, and short ways to press keys on their cards. */
import type {Ask} from '../../source/asks/ask.ts';
import {
	type Card,
	type CardContext,
	type CardKey,
	cardGuardMs,
	openCard,
	type PressResult,
	pressCard,
	showCard,
} from '../../source/asks/card.ts';
import {readAsk} from '../../source/asks/read.ts';
import type {RpcId} from '../../source/protocol/types.ts';
import {
	type ItemId,
	initialThreadState,
	type PendingRequest,
	type ThreadState,
	type TurnId,
} from '../../source/thread/state.ts';

export type Params = {readonly [key: string]: unknown};

export const methods = {
	command: 'item/commandExecution/requestApproval',
	fileChange: 'item/fileChange/requestApproval',
	permissions: 'item/permissions/requestApproval',
	question: 'item/tool/requestUserInput',
	elicitation: 'mcpServer/elicitation/request',
	legacyCommand: 'execCommandApproval',
	legacyPatch: 'applyPatchApproval',
} as const;

export const request = (
	method: string,
	params: unknown,
	over: Partial<PendingRequest> = {},
): PendingRequest => ({
	id: 0,
	method,
	turnId: 'T' as TurnId,
	itemId: 'i' as ItemId,
	receivedAtMs: 1000,
	startedAtMs: undefined,
	params,
	...over,
});

export const ask = (
	method: string,
	params: unknown,
	thread: ThreadState = initialThreadState,
	id: RpcId = 0,
): Ask => readAsk(request(method, params, {id}), thread);

export const command = (over: Params = {}): Params => ({
	kind: 'command',
	threadId: 't',
	turnId: 'T',
	itemId: 'i',
	startedAtMs: 1000,
	environmentId: 'local',
	reason: 'needs the network',
	command: "/bin/bash -lc 'git push'",
	cwd: '/home/ada/app',
	availableDecisions: ['accept', 'cancel'],
	...over,
});

export const permissions = (over: Params = {}): Params => ({
	threadId: 't',
	cwd: '/home/ada/app',
	reason: null,
	permissions: {
		network: {enabled: true},
		fileSystem: {
			read: ['/etc'],
			write: ['/var/lib'],
			entries: [
				{path: {type: 'path', path: '/etc'}, access: 'read'},
				{path: {type: 'path', path: '/var/lib'}, access: 'write'},
			],
		},
	},
	...over,
});

export const question = (over: Params = {}): Params => ({
	id: 'scope',
	header: 'Scope',
	question: 'Which part?',
	isOther: false,
	isSecret: false,
	options: [
		{label: 'The test', description: 'Only the test'},
		{label: 'Both', description: ''},
	],
	...over,
});

export const questions = (...list: readonly Params[]): Params => ({
	threadId: 't',
	questions: list,
	isBlocking: true,
	autoResolutionMs: null,
});

export const form = (properties: Params, required: readonly string[] = [], over: Params = {}): Params => ({
	threadId: 't',
	turnId: 'T',
	serverName: 'weather',
	mode: 'form',
	_meta: null,
	message: 'Which unit?',
	requestedSchema: {type: 'object', properties, required},
	...over,
});

export const tool = (persist: unknown = ['session', 'always']): Params =>
	form({}, [], {
		message: 'Allow it?',
		_meta: {
			codex_approval_kind: 'mcp_tool_call',
			persist,
			tool_name: 'forecast',
			tool_params: {city: 'Oslo'},
		},
	});

/** A key by its character or its name. */
export const key = (name: string): CardKey => ({
	name: name === ' ' ? 'space' : name,
	text: name === 'space' ? ' ' : [...name].length === 1 ? name : '',
	ctrl: false,
	alt: false,
});

export const paste = (text: string): CardKey => ({name: 'paste', text, ctrl: false, alt: false});

/** A card that has been on the screen whole, for long enough. */
export const ready = (about: Ask): Card => showCard(openCard(about, 0), {rowsTotal: 3, rowsShownTo: 3});

export const calm: CardContext = {nowMs: cardGuardMs, composerHasText: false};

/** Presses keys by name one after the other, and gives the last result. */
export const press = (card: Card, keys: readonly (string | CardKey)[], context = calm): PressResult =>
	keys.reduce<PressResult>(
		(before, each) => pressCard(before.card, typeof each === 'string' ? key(each) : each, context),
		{card, result: {kind: 'none'}},
	);

/** Types a text, key by key. */
export const typed = (text: string): readonly string[] =>
	[...text].map(each => (each === ' ' ? 'space' : each));
