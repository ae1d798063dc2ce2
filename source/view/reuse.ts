/**
 * Keeps the identity of rows that were laid out anew and came out the same: whoever compares rows by identity
 * (the compositor, first of all) then has nothing to do. Called by what lays out blocks.
 */
import type {Row} from './row.ts';

const sameRow = (left: Row, right: Row): boolean => {
	if (left === right) return true;
	if (left.length !== right.length) return false;
	for (let index = 0; index < left.length; index += 1) {
		const a = left[index];
		const b = right[index];
		if (a === undefined || b === undefined) return false;
		if (a !== b && (a.text !== b.text || a.sgr !== b.sgr)) return false;
	}
	return true;
};

/** `next`, with each row that equals the one at its place in `previous` replaced by that one. */
export const reuseRows = (previous: readonly Row[] | undefined, next: readonly Row[]): readonly Row[] => {
	if (previous === undefined) return next;
	let same = previous.length === next.length;
	const rows = next.map((row, index) => {
		const known = previous[index];
		if (known !== undefined && sameRow(known, row)) return known;
		same = false;
		return row;
	});
	return same ? previous : rows;
};
