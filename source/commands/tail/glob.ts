/** Globs over the names of methods, for `tail --events`: `*` is any text, `?` any character. Pure. */

const patternOf = (glob: string): RegExp =>
	new RegExp(
		`^${glob
			.replace(/\*+/g, '*')
			.replace(/[\\^$.*+?()[\]{}|]/g, sign => (sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`))}$`,
		'su',
	);

/** Whether a name fits one of them; without any, every name does. */
export const matcherOf = (globs: readonly string[]): ((name: string) => boolean) => {
	const patterns = globs.map(patternOf);
	return name => patterns.length === 0 || patterns.some(pattern => pattern.test(name));
};
