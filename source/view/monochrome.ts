/** Rows without colours, for NO_COLOR: bold, dim, italic, underline and inverse stay. Pure; remembers what it made. */
import type {Row, Sgr} from './row.ts';

const attributesOnly = (sgr: Sgr): Sgr => {
	const kept: string[] = [];
	const codes = sgr.split(';');
	for (let at = 0; at < codes.length; at += 1) {
		const code = Number(codes[at]);
		// 38 and 48 are followed by 5;N or 2;R;G;B.
		if (code === 38 || code === 48) at += codes[at + 1] === '5' ? 2 : 4;
		else if (code > 0 && code < 10) kept.push(String(code));
	}
	return kept.join(';');
};

const made = new WeakMap<Row, Row>();

export const withoutColours = (row: Row): Row => {
	const known = made.get(row);
	if (known !== undefined) return known;
	const plain = row.map(({text, sgr}) => ({text, sgr: attributesOnly(sgr)}));
	made.set(row, plain);
	return plain;
};
