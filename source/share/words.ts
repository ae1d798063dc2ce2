/**
 * Sentences of the share for guests whose client has no words of its own for it: who came, who answered what. One line
 * each and safe to print, whatever the server's request says. Pure.
 */
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import {printable} from '../transport/errors.ts';
import type {Asked} from './requests.ts';

const mostSubject = 80;

const inShort = (text: string): string => {
	const line = printable(text).replace(/\s+/gu, ' ').trim();
	const characters = [...line];
	return characters.length > mostSubject ? `${characters.slice(0, mostSubject - 1).join('')}…` : line;
};

/** What was asked about. */
export const subjectOf = ({method, params}: Pick<Asked, 'method' | 'params'>): string => {
	const fields = asRecord(params);
	switch (method) {
		case 'item/commandExecution/requestApproval':
		case 'execCommandApproval': {
			const words = asArray(fields?.command)
				?.flatMap(word => asString(word) ?? [])
				.join(' ');
			return inShort(asString(fields?.command) ?? words ?? 'a command');
		}
		case 'item/fileChange/requestApproval':
		case 'applyPatchApproval':
			return 'a change of files';
		case 'item/permissions/requestApproval':
			return 'permissions';
		case 'item/tool/requestUserInput':
			return 'a question';
		case 'mcpServer/elicitation/request':
			return inShort(`a question of ${asString(fields?.serverName) ?? 'a tool'}`);
		default:
			return 'a request';
	}
};

const approvals: Readonly<Record<string, string>> = {
	accept: 'approved',
	acceptForSession: 'approved for the session',
	approved: 'approved',
	approved_for_session: 'approved for the session',
	decline: 'declined',
	denied: 'declined',
	cancel: 'cancelled',
	abort: 'cancelled',
};

/** What somebody did about it. */
export const deedOf = (answer: Json): string => {
	const fields = asRecord(answer);
	const word = asString(fields?.decision) ?? asString(fields?.action);
	if (word !== undefined)
		return Object.hasOwn(approvals, word) ? (approvals[word] ?? 'answered') : 'answered';
	const amended = Object.keys(asRecord(fields?.decision) ?? {});
	return amended.length > 0 ? 'approved with an amendment' : 'answered';
};

/** "ada approved: npm test" */
export const answeredSentence = (by: string, asked: Asked, answer: Json): string =>
	`${by} ${deedOf(answer)}: ${subjectOf(asked)}`;
