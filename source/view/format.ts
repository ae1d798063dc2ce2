/**
 * Times, sizes and paths as a person reads them. Pure: the time zone is given, and no function asks the clock.
 * A value that makes no sense (a hostile or missing number) becomes `--:--` or an empty string, never an error.
 * Called by every view.
 */

export type Format = {
	/** `HH:MM` in the chosen zone; `--:--` for an impossible time. */
	readonly clock: (atMs: number) => string;
	/** `HH:MM:SS.mmm`. */
	readonly clockMs: (atMs: number) => string;
	/** `12 Nov 12:03`. */
	readonly stamp: (atMs: number) => string;
	/** `340 ms`, `4.2 s`, `5 s`, `34 s`, `2 m 05 s`, `1 h 02 m`. */
	readonly duration: (ms: number) => string;
	/** Like `duration`, in whole seconds: for what is still running. */
	readonly elapsed: (seconds: number) => string;
	/** `512 B`, `1.2 KB`, `3.4 MB`; 1 KB is 1024 bytes. */
	readonly bytes: (count: number) => string;
	/** How long ago, given as a span in ms: `now`, `34 s ago`, `5 m ago`, `3 h ago`, `2 d ago`. */
	readonly ago: (spanMs: number) => string;
	/** The path with the home folder as `~`. */
	readonly shortPath: (path: string, home: string | undefined) => string;
};

/** The last moment that an ECMAScript date can name, ms since the epoch. */
const lastDateMs = 8.64e15;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

const formatElapsed = (seconds: number): string => {
	if (!Number.isFinite(seconds) || seconds < 0) return '';
	const whole = Math.floor(seconds);
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
	return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} m`;
};

const formatDuration = (ms: number): string => {
	if (!Number.isFinite(ms) || ms < 0) return '';
	if (ms < 1000) return `${Math.floor(ms)} ms`;
	if (ms < 10_000) return `${Math.floor(ms / 100) / 10} s`;
	return formatElapsed(ms / 1000);
};

const formatBytes = (count: number): string => {
	if (!Number.isFinite(count) || count < 0) return '';
	if (count < 1024) return `${Math.floor(count)} B`;
	const units = ['KB', 'MB', 'GB', 'TB'];
	let value = count / 1024;
	let unit = 0;
	while (value >= 1024 && unit < units.length - 1) {
		value /= 1024;
		unit += 1;
	}
	return `${value < 10 ? value.toFixed(1) : Math.floor(value)} ${units[unit]}`;
};

const formatAgo = (spanMs: number): string => {
	if (!Number.isFinite(spanMs)) return '';
	const seconds = Math.floor(spanMs / 1000);
	if (seconds < 1) return 'now';
	if (seconds < 60) return `${seconds} s ago`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)} m ago`;
	if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
	return `${Math.floor(seconds / 86_400)} d ago`;
};

const shortPath = (path: string, home: string | undefined): string => {
	if (home === undefined || home === '' || home === '/') return path;
	const root = home.endsWith('/') ? home.slice(0, -1) : home;
	if (path === root) return '~';
	return path.startsWith(`${root}/`) ? `~${path.slice(root.length)}` : path;
};

/** `path` as seen from `folder` when it is inside it, else unchanged. */
export const relativePath = (path: string, folder: string | undefined): string => {
	if (folder === undefined || folder === '' || folder === '/') return path;
	const root = folder.endsWith('/') ? folder : `${folder}/`;
	return path.startsWith(root) && path.length > root.length ? path.slice(root.length) : path;
};

/** Without a time zone: the one of the machine. An unknown zone throws a RangeError at once. */
export const createFormat = (options: {readonly timeZone?: string}): Format => {
	const zoned = new Intl.DateTimeFormat('en-GB', {
		...(options.timeZone === undefined ? {} : {timeZone: options.timeZone}),
		month: 'numeric',
		day: 'numeric',
		hour: '2-digit',
		minute: '2-digit',
		hourCycle: 'h23',
	});
	type Minute = {readonly clock: string; readonly day: string};
	// Intl takes microseconds a call and one screen asks for the same few minutes again and again.
	const minutes = new Map<number, Minute>();
	const minuteOf = (atMs: number): Minute | undefined => {
		if (!Number.isFinite(atMs) || Math.abs(atMs) > lastDateMs) return undefined;
		const key = Math.floor(atMs / 60_000);
		const known = minutes.get(key);
		if (known !== undefined) return known;
		const parts = new Map(zoned.formatToParts(atMs).map(part => [part.type, part.value]));
		const minute = {
			clock: `${parts.get('hour')}:${parts.get('minute')}`,
			day: `${parts.get('day')} ${months[Number(parts.get('month')) - 1]}`,
		};
		if (minutes.size > 500) minutes.clear();
		minutes.set(key, minute);
		return minute;
	};
	return {
		clock: atMs => minuteOf(atMs)?.clock ?? '--:--',
		clockMs: atMs => {
			const minute = minuteOf(atMs);
			if (minute === undefined) return '--:--:--.---';
			const inMinute = Math.floor(atMs - Math.floor(atMs / 60_000) * 60_000);
			return `${minute.clock}:${two(Math.floor(inMinute / 1000))}.${String(inMinute % 1000).padStart(3, '0')}`;
		},
		stamp: atMs => {
			const minute = minuteOf(atMs);
			return minute === undefined ? '--:--' : `${minute.day} ${minute.clock}`;
		},
		duration: formatDuration,
		elapsed: formatElapsed,
		bytes: formatBytes,
		ago: formatAgo,
		shortPath,
	};
};
