/**
 * Changes to the look of a row that is already made, keeping the SGR canonical (attributes ascending, then
 * colours). Called by views that mute or select what another view drew.
 */
import type {Row, Sgr} from './row.ts';

/** Adds an attribute (1 bold, 2 dim, 7 inverse, …) to a canonical SGR string. */
export const withAttribute = (sgr: Sgr, attribute: number): Sgr => {
	if (sgr === '') return String(attribute);
	const codes = sgr.split(';').map(Number);
	// Attributes are the leading one-digit codes; what follows 38 or 48 may be small numbers too.
	let at = 0;
	while (at < codes.length && (codes[at] ?? 0) < 10 && (codes[at] ?? 0) < attribute) at += 1;
	if (codes[at] === attribute) return sgr;
	codes.splice(at, 0, attribute);
	return codes.join(';');
};

const dimOf = new Map<Sgr, Sgr>();

/** The row in a muted look. */
export const dimmed = (row: Row): Row =>
	row.map(span => {
		let sgr = dimOf.get(span.sgr);
		if (sgr === undefined) {
			sgr = withAttribute(span.sgr, 2);
			if (dimOf.size > 1000) dimOf.clear();
			dimOf.set(span.sgr, sgr);
		}
		return {text: span.text, sgr};
	});

/** The row with foreground and background exchanged. */
export const inverted = (row: Row): Row =>
	row.map(span => ({text: span.text, sgr: withAttribute(span.sgr, 7)}));
