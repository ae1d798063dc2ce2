/**
 * A pen writes cells and knows, at every moment, where the terminal's cursor stands and in which style it writes;
 * so it moves and restyles by the shortest way, and only when something is written. Made by the compositor, one a frame.
 */
import type {Sgr} from '../view/row.ts';
import {type KnownPlace, move, type Place} from './movement.ts';
import {restyle} from './restyle.ts';

export type Pen = {
	/** Chooses where the next writing goes; costs nothing until then. */
	aim(place: Place): void;
	/** Writes text at the aim in a style; `cells` is its width, or 'unknown' where terminals disagree. */
	print(text: string, cells: number | 'unknown', sgr: Sgr): void;
	/** Sends a sequence from the aim, in the plain style; it leaves the cursor at `leaves`, or where it was. */
	send(sequence: string, leaves?: Place): void;
	/** Goes back to the plain style, and to a place if one is given; all that has been written. */
	finish(place: Place | undefined): string;
	/** Where the cursor stands. */
	place(): KnownPlace | undefined;
};

/** `start` is where the cursor stands, if known; the terminal writes in the plain style between frames. */
export const createPen = (columns: number, start: KnownPlace | undefined): Pen => {
	let place: KnownPlace | undefined = start;
	let style: Sgr = '';
	let aimed: Place | undefined;
	let output = '';

	const settle = (sgr: Sgr): void => {
		if (aimed && (aimed.row !== place?.row || aimed.column !== place.column)) {
			output += move(place, aimed);
			place = aimed;
		}

		aimed = undefined;
		output += restyle(style, sgr);
		style = sgr;
	};

	return {
		aim(target) {
			aimed = target;
		},
		print(text, cells, sgr) {
			settle(sgr);
			output += text;
			if (cells === 'unknown' || place?.column === undefined) {
				place = undefined;
			} else {
				const column = place.column + cells;
				// Whether the cursor waits on or after the last column depends on the terminal.
				place = {row: place.row, column: column < columns ? column : undefined};
			}
		},
		send(sequence, leaves) {
			settle('');
			output += sequence;
			place = leaves ?? place;
		},
		finish(target) {
			aimed = target;
			settle('');
			return output;
		},
		place: () => place,
	};
};
