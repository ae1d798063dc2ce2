/** What kind of thing is asked, in two or three words, safe to show. Pure; for the title of a card and for a shell. */
import type {Ask} from './ask.ts';
import {revealedLine} from './hidden.ts';

export const kindWords = (ask: Ask): string => {
	switch (ask.kind) {
		case 'command':
			if (ask.action === 'writeStdin') return 'input to a command';
			return ask.command === undefined && ask.network !== undefined ? 'network access' : 'command';
		case 'fileChange':
			return 'file change';
		case 'permissions':
			return 'permissions';
		case 'question':
			return ask.fields.length === 1 ? 'a question' : `${ask.fields.length} questions`;
		case 'form':
			return 'a form';
		case 'url':
			return 'an address to open';
		case 'mcpTool':
			return 'MCP tool';
		case 'shown':
			return revealedLine(ask.method);
	}
};
