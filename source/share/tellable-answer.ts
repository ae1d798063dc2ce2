/**
 * What the others in a share are told of an answer: the decision, and never what was typed as a secret.
 *
 * Pure and total; called by the gateway when it says who answered what.
 */
import {asArray, asRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {ShownRequest} from './judge-answer.ts';

/** `answer` as `judgeAnswer` let it through, or as the owner gave it. */
export const tellableAnswer = ({method, params}: ShownRequest, answer: Json): Json => {
	const given = asRecord(answer);
	if (given === undefined) return answer;
	if (method === 'mcpServer/elicitation/request') {
		// A form has no word for a secret: any field may be one.
		return {...(given as {[name: string]: Json}), content: null};
	}
	if (method !== 'item/tool/requestUserInput') return answer;
	const open = (asArray(asRecord(params)?.questions) ?? []).flatMap(question => {
		const fields = asRecord(question);
		return fields?.isSecret === false ? [fields.id] : [];
	});
	const answers = Object.entries(asRecord(given.answers) ?? {}).map(([id, each]): [string, Json] => [
		id,
		open.includes(id) ? (each as Json) : {answers: []},
	]);
	return {answers: Object.fromEntries(answers)};
};
