/**
 * Inline Markdown tokens to styled lines, not wrapped. Invariant: every text goes through the sanitiser again,
 * since entities like `&#27;` come to life only here. A link shows where it leads whenever its text says anything
 * else. Called by `markdown.ts` and `markdown-table.ts`.
 */
import type {Token, Tokens} from 'marked';
import type {Row, Sgr, Span} from './row.ts';
import {sanitiseLine} from './sanitise.ts';
import {mergeSgr} from './sgr-state.ts';
import {theme} from './style.ts';

const named: Readonly<Record<string, string>> = {
	amp: '&',
	apos: "'",
	bull: '•',
	copy: '©',
	deg: '°',
	ge: '≥',
	gt: '>',
	hellip: '…',
	larr: '←',
	laquo: '«',
	ldquo: '“',
	le: '≤',
	lsquo: '‘',
	lt: '<',
	mdash: '—',
	middot: '·',
	minus: '−',
	nbsp: '\u00a0',
	ndash: '–',
	ne: '≠',
	quot: '"',
	raquo: '»',
	rarr: '→',
	rdquo: '”',
	reg: '®',
	rsquo: '’',
	times: '×',
	trade: '™',
};

const entity = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi;

const fromCode = (code: number): string =>
	code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? '\ufffd' : String.fromCodePoint(code);

/** Entities as characters; unknown ones stay. The result is hostile again. */
const decodeEntities = (text: string): string =>
	text.includes('&')
		? text.replace(entity, (whole: string, decimal?: string, hex?: string, name?: string) => {
				if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10));
				if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
				return name !== undefined && Object.hasOwn(named, name) ? (named[name] ?? whole) : whole;
			})
		: text;

export type StyledLines = {
	/** A line feed in the text starts a new line. */
	push(text: string, sgr: Sgr): void;
	readonly lines: readonly Row[];
};

export const createStyledLines = (): StyledLines => {
	const lines: Span[][] = [[]];
	return {
		push(text, sgr) {
			for (const [index, part] of text.split('\n').entries()) {
				if (index > 0) lines.push([]);
				const line = lines.at(-1);
				const clean = sanitiseLine(part);
				if (!line || !clean) continue;
				const last = line.at(-1);
				if (last?.sgr === sgr) line[line.length - 1] = {text: last.text + clean, sgr};
				else line.push({text: clean, sgr});
			}
		},
		lines,
	};
};

const textOf = (tokens: readonly Token[]): string =>
	tokens
		.map(token =>
			'tokens' in token && token.tokens
				? textOf(token.tokens)
				: 'text' in token
					? String(token.text)
					: token.raw,
		)
		.join('');

const pushLink = (out: StyledLines, token: Tokens.Link, sgr: Sgr) => {
	pushTokens(out, token.tokens, mergeSgr(sgr, theme.link));
	const shown = decodeEntities(textOf(token.tokens));
	const target = decodeEntities(token.href);
	if (target && target !== shown && target !== `mailto:${shown}` && target !== `http://${shown}`)
		out.push(` (${target})`, mergeSgr(sgr, theme.muted));
};

const pushToken = (out: StyledLines, token: Tokens.Generic, sgr: Sgr) => {
	const inner = token.tokens ?? [];
	switch (token.type) {
		case 'strong':
			return pushTokens(out, inner, mergeSgr(sgr, theme.strong));
		case 'em':
			return pushTokens(out, inner, mergeSgr(sgr, theme.emphasis));
		case 'del':
			return pushTokens(out, inner, mergeSgr(sgr, theme.strike));
		case 'link':
			return pushLink(out, token as Tokens.Link, sgr);
		case 'image':
			out.push(decodeEntities(token.text || 'image'), mergeSgr(sgr, theme.link));
			return out.push(` (${decodeEntities(token.href)})`, mergeSgr(sgr, theme.muted));
		case 'codespan':
			return out.push(token.text.replace(/\n/g, ' '), mergeSgr(sgr, theme.code));
		case 'br':
			return out.push('\n', sgr);
		case 'checkbox':
			return;
		case 'escape':
			return out.push(token.text, sgr);
		case 'html':
			return out.push(/^<br\s*\/?>$/i.test(token.raw) ? '\n' : token.raw, sgr);
		default:
			// The raw text, because marked has decoded some of the entities in `text` and not the others.
			return inner.length > 0 ? pushTokens(out, inner, sgr) : out.push(decodeEntities(token.raw), sgr);
	}
};

export const pushTokens = (out: StyledLines, tokens: readonly Token[], sgr: Sgr) => {
	for (const token of tokens) pushToken(out, token, sgr);
};

/** The lines of inline tokens in a base look: one, and one more for each break in the source. */
export const inlineLines = (tokens: readonly Token[], sgr: Sgr): readonly Row[] => {
	const out = createStyledLines();
	pushTokens(out, tokens, sgr);
	return out.lines;
};
