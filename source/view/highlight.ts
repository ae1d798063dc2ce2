/**
 * Code as rows with the colours of its language. Invariants: nothing throws, the text of the rows is the sanitised
 * code, and work is bounded for hostile code. Called by `markdown.ts`, `diff` views and item views.
 *
 * highlight.js is a plain import: in the bundle its core and these languages cost 5 ms of start-up, which buys
 * callers a synchronous function; a language is compiled when first used (the costly part).
 */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import type {Row, Sgr, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {sanitiseText} from './sanitise.ts';
import {theme} from './style.ts';

const languages = {
	bash,
	c,
	cpp,
	css,
	diff,
	go,
	ini,
	java,
	javascript,
	json,
	markdown,
	python,
	ruby,
	rust,
	sql,
	typescript,
	xml,
	yaml,
};
type Language = keyof typeof languages;

const aliases: Readonly<Record<string, Language>> = {
	'c++': 'cpp',
	cc: 'cpp',
	cjs: 'javascript',
	console: 'bash',
	cts: 'typescript',
	cxx: 'cpp',
	golang: 'go',
	h: 'c',
	hpp: 'cpp',
	htm: 'xml',
	html: 'xml',
	js: 'javascript',
	json5: 'json',
	jsonc: 'json',
	jsonl: 'json',
	jsx: 'javascript',
	md: 'markdown',
	mjs: 'javascript',
	mts: 'typescript',
	patch: 'diff',
	py: 'python',
	python3: 'python',
	rb: 'ruby',
	rs: 'rust',
	scss: 'css',
	sh: 'bash',
	shell: 'bash',
	svg: 'xml',
	toml: 'ini',
	ts: 'typescript',
	tsx: 'typescript',
	vue: 'xml',
	yml: 'yaml',
	zsh: 'bash',
};

/** Languages inside languages; without them their text merely stays plain. */
const embedded: Partial<Record<Language, readonly Language[]>> = {
	xml: ['css', 'javascript'],
	markdown: ['xml'],
};

/** By the first part of the scope, or by the whole where that is listed. */
const looks: Readonly<Record<string, Sgr>> = {
	addition: theme.added,
	attr: theme.codeName,
	attribute: theme.codeName,
	built_in: theme.codeName,
	bullet: theme.codeKeyword,
	code: theme.codeString,
	comment: theme.codeComment,
	deletion: theme.removed,
	doctag: theme.codeComment,
	emphasis: theme.emphasis,
	keyword: theme.codeKeyword,
	link: theme.link,
	literal: theme.codeNumber,
	meta: theme.codeComment,
	name: theme.codeKeyword,
	number: theme.codeNumber,
	quote: theme.codeComment,
	regexp: theme.codeString,
	section: theme.heading,
	'selector-class': theme.codeName,
	'selector-id': theme.codeName,
	'selector-tag': theme.codeKeyword,
	string: theme.codeString,
	strong: theme.strong,
	subst: theme.plain,
	symbol: theme.codeString,
	title: theme.codeName,
	type: theme.codeName,
};

/** Code is coloured piece by piece, so that a growing block costs only its last piece. */
export const pieceLines = 100;
/** Longer pieces or lines (minified, generated, hostile) stay plain: the grammars are not linear. */
const maxPieceLength = 8000;
const maxLineLength = 300;
const maxCachedPieces = 256;

const languageOf = (name: string | undefined): Language | undefined => {
	const key = (name ?? '').trim().toLowerCase();
	if (Object.hasOwn(languages, key)) return key as Language;
	return Object.hasOwn(aliases, key) ? aliases[key] : undefined;
};

const ensureRegistered = (language: Language) => {
	if (hljs.getLanguage(language)) return;
	hljs.registerLanguage(language, languages[language]);
	for (const inner of embedded[language] ?? []) ensureRegistered(inner);
};

/** highlight.js's own tree: text, or nodes with a scope. Only `_emitter` offers it without a detour over HTML. */
const childrenOf = (node: unknown): readonly unknown[] =>
	typeof node === 'object' && node !== null && 'children' in node && Array.isArray(node.children)
		? node.children
		: [];

const lookOf = (node: unknown, outer: Sgr): Sgr => {
	if (typeof node !== 'object' || node === null || !('scope' in node)) return outer;
	const scope = typeof node.scope === 'string' ? node.scope : '';
	return looks[scope] ?? looks[scope.split('.')[0] ?? ''] ?? outer;
};

const plainRows = (lines: readonly string[]): Row[] =>
	lines.map(line => (line ? [{text: line, sgr: theme.plain}] : emptyRow));

const colour = (lines: readonly string[], language: Language): Row[] => {
	const rows: Span[][] = [[]];
	const visit = (node: unknown, sgr: Sgr) => {
		if (typeof node !== 'string') {
			for (const child of childrenOf(node)) visit(child, lookOf(node, sgr));
			return;
		}
		for (const [index, text] of node.split('\n').entries()) {
			if (index > 0) rows.push([]);
			const row = rows.at(-1);
			if (!row || !text) continue;
			const last = row.at(-1);
			if (last?.sgr === sgr) row[row.length - 1] = {text: last.text + text, sgr};
			else row.push({text, sgr});
		}
	};
	try {
		ensureRegistered(language);
		const result = hljs.highlight(lines.join('\n'), {language, ignoreIllegals: true});
		const emitter: unknown = result._emitter;
		if (typeof emitter === 'object' && emitter !== null && 'rootNode' in emitter)
			visit(emitter.rootNode, theme.plain);
	} catch {
		// A grammar that fails costs its colours, nothing else.
	}
	return rows.length === lines.length ? rows : plainRows(lines);
};

const cache = new Map<string, Row[]>();

const pieceRows = (lines: readonly string[], language: Language): Row[] => {
	const isLong = lines.map(line => line.length > maxLineLength);
	if (isLong.includes(true)) {
		const short = lines.map((line, index) => (isLong[index] ? '' : line));
		const plain = plainRows(lines);
		return pieceRows(short, language).map((row, index) => (isLong[index] ? (plain[index] ?? row) : row));
	}
	const text = lines.join('\n');
	if (text.length > maxPieceLength) return plainRows(lines);
	// The last piece changes with every delta of a stream; only full ones are worth keeping.
	if (lines.length < pieceLines) return colour(lines, language);
	const key = `${language}\n${text}`;
	const found = cache.get(key);
	const rows = found ?? colour(lines, language);
	cache.delete(key);
	cache.set(key, rows);
	if (cache.size > maxCachedPieces)
		for (const oldest of [...cache.keys()].slice(0, maxCachedPieces / 4)) cache.delete(oldest);
	return rows;
};

/**
 * One row a line of code, not wrapped. `language` is what a fence or a file extension says; unknown ones stay
 * plain. A comment or string that crosses one of the seams (every 100 lines) loses its colour there.
 */
export const highlightLines = (code: string, language: string | undefined): Row[] => {
	const lines = sanitiseText(code).split('\n');
	const known = languageOf(language);
	if (!known) return plainRows(lines);
	const rows: Row[] = [];
	for (let start = 0; start < lines.length; start += pieceLines)
		rows.push(...pieceRows(lines.slice(start, start + pieceLines), known));
	return rows;
};
