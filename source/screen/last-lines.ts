/** Rows as lines of the normal screen, for those that stay there when the screen is given back. Used by the driver. */
import type {Row} from '../view/row.ts';
import {restyle} from './restyle.ts';
import {harmless} from './sequences.ts';

export const asLines = (rows: readonly Row[]): string =>
	rows
		.map(row => {
			const spans = row.map(({text, sgr}) => restyle('', sgr) + harmless(text) + restyle(sgr, ''));
			return `${spans.join('')}\r\n`;
		})
		.join('');
