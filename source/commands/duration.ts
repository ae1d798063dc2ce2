/** Times as people write them on a command line. Pure. */

const unitMs: Readonly<Record<string, number>> = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** `90s`, `1.5h`, `250ms`, or a bare number of seconds, in milliseconds; undefined: it is none, or none at all. */
export const parseDuration = (text: string): number | undefined => {
	const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
	const scale = unitMs[unit];
	if (number === undefined || scale === undefined) return undefined;
	const ms = Math.round(Number(number) * scale);
	return ms > 0 && Number.isSafeInteger(ms) ? ms : undefined;
};
