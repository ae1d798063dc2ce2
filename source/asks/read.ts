/**
 * A server request of any shape becomes an `Ask` (PROTOCOL.md, "Server requests").
 *
 * Invariants: total, nothing throws on any JSON; when something essential cannot be read the ask is only shown, never
 * answerable; the same request and thread give an equal ask. Called by `app/` for each pending request, again
 * whenever the item that it is about has changed.
 */
import {asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import {serverRequests} from '../protocol/methods.ts';
import type {PendingRequest, ThreadState} from '../thread/state.ts';
import type {Ask, AskBase, ShownAsk} from './ask.ts';
import {readCommand, readLegacyCommand} from './read-command.ts';
import {readElicitation} from './read-elicitation.ts';
import {readQuestions} from './read-fields.ts';
import {readFileChange, readLegacyPatch} from './read-file-change.ts';
import {permissionFields, readPermissions} from './read-permissions.ts';

const baseOf = (request: PendingRequest, params: JsonRecord): AskBase => ({
	id: request.id,
	method: request.method,
	turnId: request.turnId,
	itemId: request.itemId,
	askedAtMs: request.startedAtMs ?? request.receivedAtMs,
	reason: asString(params.reason),
	notes: [],
});

const readPermissionsAsk = (base: AskBase, params: JsonRecord): Ask | undefined => {
	if (asRecord(params.permissions) === undefined) return undefined;
	const {lines, forbidden, extras, notes} = readPermissions(params.permissions);
	return {
		...base,
		notes,
		kind: 'permissions',
		cwd: asString(params.cwd),
		lines,
		forbidden,
		extras,
		fields: permissionFields(lines),
	};
};

const readQuestionAsk = (base: AskBase, params: JsonRecord): Ask | undefined => {
	const fields = readQuestions(params.questions);
	if (fields === undefined) return undefined;
	return {...base, kind: 'question', isBlocking: params.isBlocking !== false, fields};
};

const isKnown = (method: string): method is keyof typeof serverRequests =>
	Object.hasOwn(serverRequests, method);

export const readAsk = (request: PendingRequest, thread: ThreadState): Ask => {
	const params = asRecord(request.params) ?? {};
	const base = baseOf(request, params);
	const shown = (why: ShownAsk['why']): ShownAsk => ({...base, kind: 'shown', why, params: request.params});
	const {method} = request;
	if (!isKnown(method)) return shown('unknown');
	switch (method) {
		case 'item/commandExecution/requestApproval':
			return readCommand(base, params, thread) ?? shown('unreadable');
		case 'execCommandApproval':
			return readLegacyCommand(base, params) ?? shown('unreadable');
		case 'item/fileChange/requestApproval':
			return readFileChange(base, params, thread);
		case 'applyPatchApproval':
			return readLegacyPatch(base, params) ?? shown('unreadable');
		case 'item/permissions/requestApproval':
			return readPermissionsAsk(base, params) ?? shown('unreadable');
		case 'item/tool/requestUserInput':
			return readQuestionAsk(base, params) ?? shown('unreadable');
		case 'mcpServer/elicitation/request': {
			const ask = readElicitation(base, params);
			return typeof ask === 'string' ? shown(ask) : ask;
		}
		case 'item/tool/call':
		case 'attestation/generate':
		case 'account/chatgptAuthTokens/refresh':
		case 'currentTime/read':
			return shown('owner');
	}
};
