/**
 * Remembers the last result of a pure function: panes are asked for the same rows with every frame. Compares
 * arguments by identity (strings by content).
 */
export const memoiseLast = <Arguments extends readonly unknown[], Result>(
	work: (...given: Arguments) => Result,
): ((...given: Arguments) => Result) => {
	let last: {readonly given: Arguments; readonly result: Result} | undefined;
	return (...given) => {
		const known = last;
		if (known?.given.every((value, index) => Object.is(value, given[index])) === true) return known.result;
		const result = work(...given);
		last = {given, result};
		return result;
	};
};
