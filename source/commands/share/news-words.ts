/** What happens in a share as a sentence for its owner. Pure; names and words of others are made harmless. */
import type {ShareNews} from '../../share/news.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {clientWords} from './share-words.ts';

const spoken: Readonly<Record<(ShareNews & {type: 'spoke'})['how'], string>> = {
	start: 'started a turn',
	steer: 'steered the turn',
	queue: 'queued a message',
	interrupt: 'interrupted the turn',
};

export const newsSentence = (news: ShareNews): string => {
	const who = 'name' in news ? sanitiseLine(news.name) : '';
	switch (news.type) {
		case 'came':
			return `${who} ${news.again ? 'is back' : 'came in'} (${news.role}, ${clientWords[news.client]}).`;
		case 'left':
			return `${who} left.`;
		case 'invited':
			return `${who} is invited (${news.role}).`;
		case 'roleChanged':
			return `${who} may ${news.role} from now on.`;
		case 'removed':
			return `${who} was removed; the link is void.`;
		case 'expired':
			return `The invitation of ${who} has expired: nobody is in by it any more.`;
		case 'cutOff':
			return `${who} was cut off: ${sanitiseLine(news.why)}`;
		case 'answered':
			return `${who} ${sanitiseLine(news.deed)}: ${sanitiseLine(news.subject)}`;
		case 'answerDropped':
			return `An answer of ${who} was not passed on: ${sanitiseLine(news.why)}`;
		case 'answerUnconfirmed':
			return `The server has not confirmed the answer of ${who}: ${sanitiseLine(news.subject)}`;
		case 'spoke':
			return `${who} ${spoken[news.how]}.`;
		case 'refused': {
			const times = news.times === 1 ? '' : `, ${news.times} times`;
			return `${who} was refused ${sanitiseLine(news.method)}${times}.`;
		}
		case 'upstreamLost':
			return `The server is away; guests come back when it does. ${sanitiseLine(news.why)}`;
		case 'upstreamBack':
			return 'The server is back.';
		case 'threadClosed':
			return 'The thread was closed on the server: nobody can be in it.';
		case 'ended':
			return `The share has ended: ${sanitiseLine(news.why)}`;
	}
};
