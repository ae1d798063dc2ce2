/**
 * A word that is no verb, and is taken for a thread: which verb it may have been meant for. Pure. A thread of such
 * a name comes first: nothing is said unless an error follows. Used by `options.ts` and the composition root.
 */
import {CommandError, exitCodes} from '../exit-codes.ts';
import {verbs} from './verbs.ts';

/** A typo: a letter too many, too few, another one, or two in the wrong order. */
const isWithin = (typos: number, left: string, right: string): boolean => {
	if (left === right) return true;
	if (typos === 0) return false;
	let at = 0;
	while (left[at] === right[at]) at += 1;
	const [one, other] = [left.slice(at), right.slice(at)];
	const isSwapped = one.length > 1 && one[0] === other[1] && one[1] === other[0];
	return (
		isWithin(typos - 1, one.slice(1), other) ||
		isWithin(typos - 1, one, other.slice(1)) ||
		isWithin(typos - 1, one.slice(1), other.slice(1)) ||
		(isSwapped && isWithin(typos - 1, one.slice(2), other.slice(2)))
	);
};

/** Of a short word, two wrong letters leave too little. */
const mostTypos = (name: string): number => (name.length > 4 ? 2 : 1);

/** A question with a blank before it, or nothing. */
export const didYouMean = (word: string): string => {
	const near = (typos: number) =>
		verbs.find(({name}) => isWithin(Math.min(typos, mostTypos(name)), word, name));
	const verb = near(1) ?? near(2);
	return verb === undefined ? '' : ` Did you mean \`jumpseat ${verb.name}\`?`;
};

/** What a lone word without a verb has come to, with that question where it may help. */
export const withQuestion = (
	error: unknown,
	{isNamed, words}: {readonly isNamed: boolean; readonly words: readonly string[]},
): unknown => {
	const [word] = words;
	const isAboutWords =
		error instanceof CommandError &&
		(error.exitCode === exitCodes.usage || error.exitCode === exitCodes.notThere) &&
		error.more.length === 0;
	if (isNamed || word === undefined || !isAboutWords) return error;
	return new CommandError(error.exitCode, `${error.message}${didYouMean(word)}`);
};
