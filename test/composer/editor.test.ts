/** The composer's editor: keys and pastes on a text with a cursor. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {countCharacters} from '../../source/composer/clean.ts';
import {
	cleanText,
	type Editor,
	edit,
	emptyEditor,
	maxInputCharacters,
	submits,
	withText,
} from '../../source/composer/editor.ts';
import {createInputParser} from '../../source/screen/input.ts';
import {graphemes} from '../../source/view/width.ts';
import {afterKeys, anyInput, anyText, editorOf, key, keys, paste, show} from './keys.ts';

const family = '👩\u200d👩\u200d👧';

const pressed = (marked: string, ...chords: readonly string[]): string =>
	show(afterKeys(editorOf(marked), keys(...chords)));

describe('typing', () => {
	it('puts characters where the cursor is', () => {
		expect(pressed('a|c', 'b')).toBe('ab|c');
		expect(pressed('|', 'h', 'i', 'space', '日', family)).toBe(`hi 日${family}|`);
	});

	it('leaves the letters of chords out', () => {
		expect(pressed('a|', 'alt+x', 'ctrl+g', 'f5', 'escape', 'tab', 'ctrl+z')).toBe('a|');
	});

	it.each(['alt+enter', 'shift+enter', 'ctrl+j'])('makes a new line with %s', chord => {
		expect(pressed('a|b', chord)).toBe('a\n|b');
	});

	it('makes a new line of a backslash before Enter, and sends with Enter alone', () => {
		expect(submits(editorOf('a\\|b'), key('enter'))).toBe(false);
		expect(pressed('a\\|b', 'enter')).toBe('a\n|b');
		expect(submits(editorOf('a\\b|'), key('enter'))).toBe(true);
		expect(pressed('ab|', 'enter')).toBe('ab|');
		for (const chord of ['alt+enter', 'shift+enter', 'ctrl+enter', 'ctrl+j', 'e'])
			expect(submits(editorOf('a|'), key(chord))).toBe(false);
	});

	it('keeps a mark with the letter before, however it comes', () => {
		expect(pressed('e|x', '\u0301')).toBe('e\u0301|x');
		expect(pressed('e|x', '\u0301', 'backspace')).toBe('|x');
	});
});

describe('moving and deleting', () => {
	it.each([
		['left', `a${family}|b`, `a|${family}b`],
		['right', `a|${family}b`, `a${family}|b`],
		['backspace', `a${family}|b`, 'a|b'],
		['delete', `a|${family}b`, 'a|b'],
		['backspace', '🇩🇪🇫🇷|', '🇩🇪|'],
		['backspace', 'ne\u0301|e', 'n|e'],
		['left', 'ｶﾞ|', '|ｶﾞ'],
		['left', 'กำ|', '|กำ'],
		['ctrl+h', '日本|', '日|'],
		['ctrl+d', '|日本', '|本'],
		['home', 'one\ntw|o', 'one\n|two'],
		['end', 'o|ne\ntwo', 'one|\ntwo'],
		['ctrl+a', 'one\ntw|o', 'one\n|two'],
		['ctrl+e', 'o|ne\ntwo', 'one|\ntwo'],
		['ctrl+home', 'one\ntw|o', '|one\ntwo'],
		['ctrl+end', 'o|ne\ntwo', 'one\ntwo|'],
		['ctrl+b', 'ab|', 'a|b'],
		['ctrl+f', '|ab', 'a|b'],
		['ctrl+left', 'foo bar-baz|', 'foo bar-|baz'],
		['alt+b', 'foo  |bar', '|foo  bar'],
		['ctrl+right', 'foo| bar baz', 'foo bar| baz'],
		['alt+f', '|naïve 日本', 'naïve| 日本'],
		['alt+left', 'a👍🏽b|', 'a👍🏽|b'],
		['left', '|a', '|a'],
		['right', 'a|', 'a|'],
		['backspace', '|a', '|a'],
		['delete', 'a|', 'a|'],
		['shift+left', 'ab|', 'a|b'],
	])('%s makes %j into %j', (chord, before, result) => {
		expect(pressed(before, chord)).toBe(result);
	});

	it('keeps the column through short and wrapped rows', () => {
		expect(pressed('abcdef\nx\nabcd|ef', 'up', 'up')).toBe('abcd|ef\nx\nabcdef');
		// 日本 is as wide as four letters.
		expect(pressed('日本語\nabcd|ef', 'up')).toBe('日本|語\nabcdef');
		expect(pressed('日本語\nabc|def', 'up')).toBe('日|本語\nabcdef');
		// Ten columns leave nine for text: "one two " and "three".
		expect(show(afterKeys(editorOf('one two thr|ee'), keys('up'), 10))).toBe('one| two three');
		expect(show(afterKeys(editorOf('one| two three'), keys('down'), 10))).toBe('one two thr|ee');
	});

	it('leaves up in the first row and down in the last to the history', () => {
		const editor = editorOf('on|e');
		expect(edit(editor, key('up'))).toBe(editor);
		expect(edit(editor, key('down'))).toBe(editor);
	});
});

describe('killing, yanking and undoing', () => {
	it.each([
		['ctrl+k', 'one| two\nthree', 'one|\nthree'],
		['ctrl+k', 'one|\nthree', 'one|three'],
		['ctrl+u', 'one\ntwo| three', 'one\n| three'],
		['ctrl+u', 'one\n|two', 'one|two'],
		['ctrl+w', 'a foo-bar  |x', 'a |x'],
		['alt+backspace', 'a foo-bar|', 'a foo-|'],
		['ctrl+backspace', 'a foo|', 'a |'],
		['alt+d', 'a| foo bar', 'a| bar'],
	])('%s kills, and ctrl+y brings it back', (chord, before, result) => {
		expect(pressed(before, chord)).toBe(result);
		expect(afterKeys(editorOf(before), keys(chord, 'ctrl+y')).text).toBe(before.replace('|', ''));
	});

	it('collects kills in a row, and goes round the ring with alt+y', () => {
		expect(pressed('one two three|', 'ctrl+w', 'ctrl+w', 'ctrl+y')).toBe('one two three|');
		expect(pressed('one two|', 'ctrl+w', 'left', 'ctrl+u', 'end', 'ctrl+y', 'alt+y')).toBe(' two|');
		expect(pressed('one two|', 'ctrl+w', 'left', 'ctrl+u', 'end', 'ctrl+y', 'alt+y', 'alt+y')).toBe(' one|');
		expect(pressed('a|', 'alt+y', 'ctrl+y')).toBe('a|');
	});

	it('undoes a word, a paste and a kill each in one step, and redoes them', () => {
		const typed = afterKeys(emptyEditor, [
			...keys('h', 'i', 'space', 'y', 'o'),
			paste('PASTE'),
			key('ctrl+w'),
		]);
		expect(typed.text).toBe('hi ');
		const undone = afterKeys(typed, keys('ctrl+_'));
		expect(undone.text).toBe('hi yoPASTE');
		expect(afterKeys(undone, keys('ctrl+-')).text).toBe('hi yo');
		expect(afterKeys(undone, keys('ctrl+_', 'ctrl+_')).text).toBe('hi');
		expect(afterKeys(undone, keys('ctrl+_', 'ctrl+_', 'ctrl+_', 'ctrl+_')).text).toBe('');
		expect(afterKeys(undone, keys('alt+_')).text).toBe('hi ');
	});
});

describe('pasting', () => {
	it('keeps lines and tabs, and ends every line with LF', () => {
		expect(show(edit(editorOf('[|]'), paste('one\r\ntwo\rthree\n\tfour')))).toBe(
			'[one\ntwo\nthree\n\tfour|]',
		);
	});

	it('drops controls, escape sequences and halves of surrogate pairs', () => {
		const hostile = 'a\u001b[31mred\u001b[0m\u0000\u0007\u009b\u001b]0;title\u0007b\ud83dc\ude00\u007f';
		expect(edit(emptyEditor, paste(hostile)).text).toBe('aredbc');
	});

	it('does not submit, and does not take a line break for the end of a backslash', () => {
		expect(submits(editorOf('x|'), paste('\n'))).toBe(false);
		expect(edit(editorOf('a\\|'), paste('\n')).text).toBe('a\\\n');
	});

	it('takes as many characters as the server does, emoji as one, and says the limit beyond', () => {
		const full = edit(emptyEditor, paste('😀'.repeat(maxInputCharacters)));
		expect(full.refusal).toBeUndefined();
		expect(countCharacters(full.text)).toBe(maxInputCharacters);
		const over = edit(full, key('x'));
		expect(over.text).toBe(full.text);
		expect(over.refusal).toContain('1,048,576 characters');
		const pasted = edit(editorOf('kept|'), paste('x'.repeat(maxInputCharacters)));
		expect(pasted.text).toBe('kept');
		expect(pasted.refusal).toContain('1,048,576 characters');
		expect(edit(pasted, key('left')).refusal).toBeUndefined();
	});
});

const lone = /\p{Cs}/u;
const control = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;
const boundaries = (text: string): ReadonlySet<number> => {
	let at = 0;
	return new Set([0, ...graphemes(text).map(part => (at += part.length))]);
};
const isSound = ({text, cursor}: Editor): void => {
	expect(boundaries(text)).toContain(cursor);
	expect(text).not.toMatch(lone);
	expect(text).not.toMatch(control);
};

describe('whatever is pressed', () => {
	it('the cursor stands on a grapheme boundary and the text is well formed', () => {
		fc.assert(
			fc.property(
				anyText,
				fc.array(anyInput, {maxLength: 60}),
				fc.integer({min: 1, max: 20}),
				(text, inputs, columns) => {
					let editor = withText(emptyEditor, text);
					isSound(editor);
					for (const input of inputs) {
						editor = edit(editor, input, columns);
						isSound(editor);
					}
				},
			),
			{numRuns: 400},
		);
	});

	it('undo leads back to the beginning, and redo to the end', () => {
		fc.assert(
			fc.property(
				fc.array(
					anyInput.filter(each => each.type === 'paste' || each.text !== ''),
					{maxLength: 40},
				),
				inputs => {
					const typed = afterKeys(emptyEditor, inputs);
					const undone = afterKeys(
						typed,
						Array.from({length: 100}, () => key('ctrl+_')),
					);
					expect(undone.text).toBe('');
					expect(
						afterKeys(
							undone,
							Array.from({length: 100}, () => key('alt+_')),
						).text,
					).toBe(typed.text);
				},
			),
		);
	});

	it('cleaning twice is cleaning once', () => {
		fc.assert(
			fc.property(anyText, text => {
				expect(cleanText(cleanText(text))).toBe(cleanText(text));
			}),
		);
	});

	it('moving right from the beginning visits every grapheme, and left the same ones back', () => {
		fc.assert(
			fc.property(anyText, raw => {
				let editor = afterKeys(withText(emptyEditor, raw), keys('ctrl+home'));
				const visited = [editor.cursor];
				while (editor.cursor < editor.text.length) {
					editor = edit(editor, key('right'));
					visited.push(editor.cursor);
				}
				expect(visited).toEqual([...boundaries(editor.text)].sort((a, b) => a - b));
				for (const place of visited.toReversed()) {
					expect(editor.cursor).toBe(place);
					editor = edit(editor, key('left'));
				}
			}),
		);
	});
});

/** Bytes as a terminal sends them. */
const chunk = fc.constantFrom(
	...[
		'hello',
		' ',
		'日本',
		'👍🏽',
		'e\u0301',
		'\u001b[D',
		'\u001b[C',
		'\u001b[A',
		'\u001b[1;5D',
		'\u001bb',
		'\u001b\r',
	],
	...[
		'\u007f',
		'\u0001',
		'\u0005',
		'\u000b',
		'\u0019',
		'\u0017',
		'\u001f',
		'\n',
		'\\\r',
		'\u001b[3~',
		'\u001b[H',
	],
	'\u001b[200~pasted\r\ntext\u001b[201~',
);

it('many keys in one read are the same as one at a time', () => {
	const run = (reads: readonly string[]): Editor => {
		const parser = createInputParser();
		let editor = emptyEditor;
		for (const bytes of reads)
			for (const event of parser.push(bytes))
				if (event.type === 'key' || event.type === 'paste') editor = edit(editor, event, 20);
		return editor;
	};
	fc.assert(
		fc.property(fc.array(chunk, {maxLength: 30}), chunks => {
			const {text, cursor} = run([chunks.join('')]);
			const apart = run(chunks);
			// Letters that join across two reads are typed one after the other either way.
			expect({text, cursor}).toEqual({text: apart.text, cursor: apart.cursor});
		}),
	);
});
