/**
 * marked's lexer, bounded and made local: what a block means never depends on text far away, so a stream can
 * freeze its finished blocks. Link definitions stay text for that reason (a later `[id]: url` would change earlier
 * paragraphs; nothing is lost, both are shown). Nesting and delimiters are limited because marked recurses and is
 * quadratic: hostile messages took seconds or overflowed the stack. Called by `markdown.ts` only.
 */
import {Lexer, type Token, Tokenizer, type Tokens} from 'marked';

/** Deeper quotes and lists are shown as the text they are. */
const maxDepth = 12;
/** Runs of inline text beyond these stay plain. */
const maxInlineLength = 20_000;
const maxDelimiters = 600;
const maxWordLength = 2000;

const delimiter = /[*_~]/g;
const endlessWord = new RegExp(`\\S{${maxWordLength}}`);

const isCostly = (text: string): boolean =>
	text.length > maxInlineLength ||
	(text.length > maxDelimiters && (text.match(delimiter)?.length ?? 0) > maxDelimiters) ||
	(text.length > maxWordLength && endlessWord.test(text));

const plainToken = (text: string): Tokens.Text => ({type: 'text', raw: text, text, escaped: false});

class LocalTokenizer extends Tokenizer {
	#depth = 0;

	/** Runs the step that recurses, or lets the text fall through to a paragraph when it is too deep. */
	#nested<T>(step: () => T | undefined): T | undefined {
		if (this.#depth >= maxDepth) return undefined;
		this.#depth++;
		try {
			return step();
		} finally {
			this.#depth--;
		}
	}

	override blockquote(src: string): Tokens.Blockquote | undefined {
		return this.#nested(() => super.blockquote(src));
	}

	override list(src: string): Tokens.List | undefined {
		return this.#nested(() => super.list(src));
	}

	override def(): undefined {
		return undefined;
	}

	override reflink(): undefined {
		return undefined;
	}
}

class BoundedLexer extends Lexer {
	override inlineTokens(src: string, tokens: Token[] = []): Token[] {
		if (!isCostly(src)) return super.inlineTokens(src, tokens);
		tokens.push(plainToken(src));
		return tokens;
	}
}

/** Block tokens of sanitised Markdown; joined, their `raw` is the source. Never throws. */
export const lexMarkdown = (source: string): Token[] => {
	try {
		return new BoundedLexer({gfm: true, tokenizer: new LocalTokenizer()}).lex(source);
	} catch {
		return [{type: 'paragraph', raw: source, text: source, tokens: [plainToken(source)]}];
	}
};
