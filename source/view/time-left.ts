/** How long something still holds, as in `1 h 58 m`. Pure; the screen and the shell say it in the same words. */

const minuteMs = 60_000;

/** Rounded up to whole minutes, at least one; from two days on to whole days, down. */
export const timeLeft = (spanMs: number): string => {
	const minutes = Math.max(1, Math.ceil(spanMs / minuteMs));
	if (minutes < 60) return `${minutes} m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`;
	return `${Math.floor(hours / 24)} d`;
};
