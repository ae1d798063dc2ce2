import {expect, test} from 'vitest';
import {endSentence, turnJson} from '../../source/commands/turns/turn-end.ts';
import {errorWords} from '../../source/view/error-words.ts';

const provider = '{"error":{"message":"The model is overloaded.","type":"server_error"}}';

test('of the JSON of a provider its message is shown, and --json keeps all of it', () => {
	expect(errorWords(provider)).toBe('The model is overloaded.');
	const end = {turnId: 'T8', turnNumber: 8, status: 'failed', error: provider, message: undefined} as const;
	expect(endSentence(end)).toBe('Turn 8 failed: The model is overloaded.');
	expect(turnJson('A', end).error).toBe(provider);
});

test.each([
	'It broke.',
	`It broke: ${provider}`,
	`${provider} more`,
	'{"error":"no"}',
	'{"error":{"message":" "}}',
	'{"error":{"message":7}}',
	'{',
	'',
])('any other text stays as it is: %j', text => {
	expect(errorWords(text)).toBe(text);
});
