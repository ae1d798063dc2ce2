/** Times as people write them, on a command line and in a `/` command. Pure. */

const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** What a timer of Node's can count, 24.8 days: one that is set to more goes off at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * `90s`, `1.5h`, `250ms`, or a bare number of seconds, in milliseconds, and no more than a timer can count; undefined:
 * it is none, or none at all.
 */
export const parseDuration = (text: string): number | undefined => {
	const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
	const scale = unitMs[unit];
	if (number === undefined || scale === undefined) return undefined;
	const ms = Math.round(Number(number) * scale);
	return ms > 0 ? Math.min(ms, longestTimerMs) : undefined;
};
