/** What an error says, where the server hands on the provider's JSON instead. Raw text in and out; pure. */
import {asRecord, asString} from '../protocol/fields.ts';

/** The `error.message` of a text that is such JSON as a whole; any other text as it is. */
export const errorWords = (text: string): string => {
	if (!text.trimStart().startsWith('{')) return text;
	try {
		const message = asString(asRecord(asRecord(JSON.parse(text))?.error)?.message);
		return message === undefined || message.trim() === '' ? text : message;
	} catch {
		return text;
	}
};
