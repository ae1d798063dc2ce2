/**
 * The text formats that an MCP form may ask for (JSON Schema: email, uri, date, date-time), checked no more strictly
 * than the specifications: a value that the server would take must never be refused here. Pure.
 */

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text);

export const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:[^\s]+$/i.test(text);

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** RFC 3339 full-date, with the days that the month has. */
export const isDate = (text: string): boolean => {
	const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
	if (match === null) return false;
	const [year, month, day] = match.slice(1).map(Number);
	if (year === undefined || month === undefined || day === undefined) return false;
	const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
	const last = month === 2 && isLeap ? 29 : (days[month - 1] ?? 0);
	return day >= 1 && day <= last;
};

/** RFC 3339 date-time: with a zone; a leap second is allowed. */
export const isDateTime = (text: string): boolean => {
	const match =
		/^(\d{4}-\d\d-\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(
			text,
		);
	return match?.[1] !== undefined && isDate(match[1]);
};
