/**
 * Who else is in the share, in as many words as the header has room for: it gives way to everything else there. One
 * name for all connections of a person. Pure; part of `chrome.ts`, fitted by `ui/chrome-rows.ts`.
 */
import {textWidth} from '../view/width.ts';
import {chromeLine} from './chrome-line.ts';
import {endingOf} from './share-ending.ts';
import type {AppState} from './state.ts';

/** Somebody else who is here: `ada`, and `✎` while they write or `↑` while they look further back. */
export type Companion = {readonly name: string; readonly mark: '' | '✎' | '↑'};

export const companyOf = ({share, connection}: AppState): readonly Companion[] | undefined => {
	const isKnown =
		connection.kind !== 'failed' && (connection.kind !== 'reconnecting' || endingOf(connection) === 'again');
	if (share === undefined || !isKnown) return undefined;
	const {you, people} = share;
	const others = people.filter(({id, name}) => id !== you.id && name !== you.name);
	return [...new Set(others.map(({name}) => name))].map(name => {
		const seats = others.filter(person => person.name === name);
		const isBack = seats.every(({at}) => at === 'back');
		return {name: chromeLine(name), mark: seats.some(({typing}) => typing) ? '✎' : isBack ? '↑' : ''};
	});
};

const marked = ({name, mark}: Companion): string => (mark === '' ? name : `${name} ${mark}`);

/** `with ada ✎, bob +2`; of those left out, only that somebody writes. Empty where nothing fits. */
export const companyWords = (company: readonly Companion[], columns: number): string => {
	if (company.length === 0) return textWidth('nobody else here') <= columns ? 'nobody else here' : '';
	for (let named = company.length; named >= 0; named -= 1) {
		const left = company.slice(named);
		const more = left.length === 0 ? '' : `+${left.length}${left.some(({mark}) => mark === '✎') ? ' ✎' : ''}`;
		const names = company.slice(0, named).map(marked).join(', ');
		const words = named === 0 ? more : `with ${names}${more === '' ? '' : ` ${more}`}`;
		if (textWidth(words) <= columns) return words;
	}
	return '';
};
