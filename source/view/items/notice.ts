/** What happened around the items: errors, retries, warnings, a change of model, history taken back. Called by `transcript.ts`. */
import type {Notice} from '../../thread/state.ts';
import {errorWords} from '../error-words.ts';
import type {Row, Sgr} from '../row.ts';
import {sanitiseText} from '../sanitise.ts';
import {theme} from '../style.ts';
import {wrapRow} from '../wrap.ts';
import {plain} from './item-view.ts';

const looks: Readonly<
	Record<Notice['kind'], {readonly glyph: string; readonly sgr: Sgr; readonly word: string}>
> = {
	error: {glyph: '✗', sgr: theme.bad, word: 'error'},
	retry: {glyph: '↻', sgr: theme.warn, word: 'retrying'},
	warning: {glyph: '!', sgr: theme.warn, word: 'warning'},
	rerouted: {glyph: '↪', sgr: theme.muted, word: 'model changed'},
	reverted: {glyph: '↶', sgr: theme.warn, word: 'history taken back'},
	compacted: {glyph: '≋', sgr: theme.muted, word: 'context compacted'},
};

export const noticeRows = (notice: Notice, columns: number): Row[] => {
	const look = looks[notice.kind];
	const lines = sanitiseText(errorWords(notice.text))
		.split('\n')
		.filter(line => line.trim() !== '');
	const [first = look.word, ...rest] = lines;
	const glyph = {text: `${look.glyph} `, sgr: look.sgr};
	return [
		...wrapRow([glyph, plain(first, look.sgr)], columns, {hang: 2}),
		...rest.flatMap(line => wrapRow([{text: '  ', sgr: ''}, plain(line, look.sgr)], columns, {hang: 2})),
	];
};
