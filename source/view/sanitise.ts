/**
 * Makes hostile text harmless. Stub, being written.
 */
export const sanitiseLine = (text: string): string => sanitiseText(text).replace(/\s*\n\s*/g, ' ');

export const sanitiseText = (text: string): string =>
	text
		.replace(/\r\n?/g, '\n')
		.replace(/\t/g, '    ')
		.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '')
		.toWellFormed();

export const hasControl = (text: string): boolean =>
	/[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text) || !text.isWellFormed();
