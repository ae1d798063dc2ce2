/** Decodes what a server says of itself. Never throws. */

/** The server version hides in the user agent: `NAME/0.169.0 (…)`, where NAME is the first client's (PROTOCOL). */
export const versionOf = (userAgent: string): string | undefined =>
	/\/(\d+\.\d+\.\d+\S*)/.exec(userAgent)?.[1];

export const decodeInitialize = (
	raw: unknown,
): {version: string | undefined; codexHome: string | undefined; platformOs: string | undefined} => {
	const fields: Record<string, unknown> = typeof raw === 'object' && raw !== null ? {...raw} : {};
	const text = (name: string): string | undefined => {
		const value = fields[name];
		return typeof value === 'string' ? value : undefined;
	};
	const userAgent = text('userAgent');
	return {
		version: userAgent === undefined ? undefined : versionOf(userAgent),
		codexHome: text('codexHome'),
		platformOs: text('platformOs'),
	};
};
