/**
 * Sentences of the share for guests whose client has no words of its own for it: who came, who answered what. One line
 * each and safe to print, whatever the server's request says. Pure.
 */
import {decisionOf} from '../protocol/decision.ts';
import {asArray, asRecord, asString} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import {unwrapShell} from '../thread/shell-command.ts';
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
			return inShort(unwrapShell(asString(fields?.command) ?? words ?? 'a command'));
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

/** What somebody did about it. */
export const deedOf = (answer: Json): string => {
	const deed = decisionOf(answer);
	const decision = asRecord(answer)?.decision;
	if (deed !== 'approved') return deed;
	if (decision === 'acceptForSession' || decision === 'approved_for_session')
		return 'approved for the session';
	return asRecord(decision) === undefined ? deed : 'approved with an amendment';
};

/** "ada approved: npm test" */
export const answeredSentence = (by: string, asked: Asked, answer: Json): string =>
	`${by} ${deedOf(answer)}: ${subjectOf(asked)}`;

/** To the guests, when the owner wanted it. */
export const endedBy = (ownerName: string): string => `${ownerName} ended the share.`;
