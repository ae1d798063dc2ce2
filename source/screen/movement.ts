/**
 * The shortest bytes that bring the terminal's cursor from one place to another. Pure; called by the pen.
 */
import {csi} from './sequences.ts';

/** Zero-based. */
export type Place = {readonly row: number; readonly column: number};

/** Where the cursor is known to be: after the last column was written, only its row is certain. */
export type KnownPlace = {readonly row: number; readonly column: number | undefined};

/** A CSI sequence with one count, which is left out where it is the default of 1. */
const counted = (count: number, final: string): string => `${csi}${count === 1 ? '' : count}${final}`;

/** CUP: right from anywhere. */
const moveTo = ({row, column}: Place): string =>
	`${csi}${row === 0 && column === 0 ? '' : row + 1}${column === 0 ? '' : `;${column + 1}`}H`;

const across = (columns: number): string => {
	if (columns === 0) return '';
	if (columns > 0) return counted(columns, 'C');
	return columns > -4 ? '\b'.repeat(-columns) : counted(-columns, 'D');
};

/**
 * The shortest way to a place. Without `from` only an absolute move is safe. LF appears only after CR, so that it
 * does not matter whether the line discipline adds a CR of its own (Node's raw mode leaves ONLCR on).
 */
export const move = (from: KnownPlace | undefined, to: Place): string => {
	const candidates = [moveTo(to)];
	if (from && to.row >= from.row) {
		const down = to.row - from.row;
		candidates.push(`\r${'\n'.repeat(down)}${across(to.column)}`);
		if (from.column !== undefined) {
			candidates.push((down === 0 ? '' : counted(down, 'B')) + across(to.column - from.column));
		}
	}

	return candidates.reduce((best, candidate) => (candidate.length < best.length ? candidate : best));
};
