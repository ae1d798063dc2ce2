/** The one line that a guest without words of its own is told. */
import {expect, test} from 'vitest';
import type {Asked} from '../../source/share/requests.ts';
import {answeredSentence} from '../../source/share/words.ts';

const asked = (method: string, params: object): Asked => ({
	id: 1,
	upstreamId: 0,
	threadId: 'T',
	method,
	params: params as Asked['params'],
});
const command = (text: string): Asked => asked('item/commandExecution/requestApproval', {command: text});

test('it says who did what about what', () => {
	expect(answeredSentence('ada', command('npm test'), {decision: 'accept'})).toBe('ada approved: npm test');
	expect(answeredSentence('ada', command('npm test'), {decision: 'cancel'})).toBe('ada cancelled: npm test');
	const amended = {decision: {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['npm']}}};
	expect(answeredSentence('ada', command('npm test'), amended)).toBe(
		'ada approved with an amendment: npm test',
	);
	const patch = asked('item/fileChange/requestApproval', {});
	expect(answeredSentence('bob', patch, {decision: 'decline'})).toBe('bob declined: a change of files');
	const old = asked('execCommandApproval', {command: ['git', 'push']});
	expect(answeredSentence('bob', old, {decision: 'approved'})).toBe('bob approved: git push');
	const question = asked('item/tool/requestUserInput', {});
	expect(answeredSentence('bob', question, {answers: {}})).toBe('bob answered: a question');
});

test('it is one short line that does nothing to a terminal, whatever was asked', () => {
	const sentence = answeredSentence('ada', command(`\u001B[2Jrm -rf /\n\u202E${'x'.repeat(500)}`), {
		decision: '__proto__',
	});
	expect(sentence).not.toMatch(/[\p{Cc}\p{Cf}]/u);
	expect(sentence.length).toBeLessThan(120);
	expect(sentence).toMatch(/^ada answered: /u);
	expect(answeredSentence('ada', asked('toString', {}), null)).toBe('ada answered: a request');
});
