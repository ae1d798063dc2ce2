/**
 * Reads the import lines of a source text: static, re-exporting, dynamic and type-only ones alike, since a type
 * from an upper layer ties the lower one to it just as well.
 */

/** Good enough for reading imports and calls: a `//` inside a string counts only after a blank. */
export const withoutComments = (text: string): string =>
	text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');

const patterns = [
	/^\s*(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
	/^\s*import\s*['"]([^'"]+)['"]/gm,
	/\bimport\(\s*['"]([^'"]+)['"]\s*[,)]/g,
];

/** Source code may be data (the demo writes files): what stands in a template literal of several lines is no import. */
const withoutTexts = (text: string): string => text.replaceAll(/`(?:\\.|[^`\\])*`/gs, '``');

/** The specifiers that a text imports, as written. */
export const importsOf = (text: string): string[] => {
	const code = withoutTexts(withoutComments(text));
	return patterns.flatMap(pattern => [...code.matchAll(pattern)].flatMap(match => match[1] ?? []));
};
