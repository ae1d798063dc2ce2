/** What one part of `npm run torture` says at its end. Shared by all of them. */
export type Result = {
	/** Of the part: `versions`. */
	readonly name: string;
	/** What was done, and how often: `{versions: 5, checks: 45}`. */
	readonly counts: Readonly<Record<string, number>>;
	/** One line each, with whatever is needed to see it again (a seed, a version). Empty when all is well. */
	readonly failures: readonly string[];
};
