/** Short ways to press keys, for the tests of the composer. */
import fc from 'fast-check';
import {type Editor, type EditorInput, edit, emptyEditor, withText} from '../../source/composer/editor.ts';

/** `ctrl+left`, `alt+enter`, `a`, `space`. */
export const key = (chord: string): EditorInput => {
	const parts = chord.length === 1 ? [chord] : chord.split(/\+(?=.)/);
	const name = parts.at(-1) ?? '';
	const held = parts.slice(0, -1);
	const ctrl = held.includes('ctrl');
	const alt = held.includes('alt');
	const types = !ctrl && !alt && (name === 'space' || [...new Intl.Segmenter().segment(name)].length === 1);
	return {
		type: 'key',
		name,
		text: types ? (name === 'space' ? ' ' : name) : '',
		ctrl,
		alt,
		shift: held.includes('shift'),
	};
};

export const paste = (text: string): EditorInput => ({type: 'paste', text});

export const keys = (...chords: readonly string[]): readonly EditorInput[] => chords.map(key);

/** The editor after these, in a text area of `columns`. */
export const afterKeys = (editor: Editor, inputs: readonly EditorInput[], columns?: number): Editor =>
	inputs.reduce((state, input) => edit(state, input, columns), editor);

/** An editor with `|` where the cursor stands. */
export const editorOf = (marked: string): Editor => {
	const cursor = marked.indexOf('|');
	return {
		...withText(emptyEditor, marked.replace('|', '')),
		cursor: cursor < 0 ? marked.length : cursor,
		undo: [],
	};
};

export const show = ({text, cursor}: Editor): string => `${text.slice(0, cursor)}|${text.slice(cursor)}`;

/** What makes editors stumble: joiners, marks, flags, halves of pairs, controls, escapes, bidi, tags. */
export const nasty = [
	'a',
	'B',
	' ',
	'\n',
	'\t',
	'\\',
	'é',
	'e\u0301',
	'\u0301',
	'日本',
	'ｶﾞ',
	'กำ',
	'क्षि',
	'각',
	'ᄀ',
	'ᅡ',
	'👩\u200d💻',
	'👍🏽',
	'🏽',
	'❤\ufe0f',
	'\u200d',
	'🇩🇪',
	'🇩',
	'\ufe0f',
	'\u202e',
	'\u200b',
	'\u{e0041}',
	'\ud83d',
	'\ude00',
	'\r\n',
	'\r',
	'\u0000',
	'\u0007',
	'\u009b31m',
	'\u001b[31m',
	'\u001b]0;title\u0007',
	'\u2028',
	'-',
	'foo_bar',
] as const;

const chords = [
	...['left', 'right', 'up', 'down', 'home', 'end', 'backspace', 'delete', 'enter', 'space', 'tab', 'escape'],
	...['ctrl+left', 'ctrl+right', 'alt+b', 'alt+f', 'alt+d', 'alt+backspace', 'ctrl+home', 'ctrl+end'],
	...['ctrl+a', 'ctrl+e', 'ctrl+b', 'ctrl+f', 'ctrl+d', 'ctrl+h', 'ctrl+k', 'ctrl+u', 'ctrl+w', 'ctrl+y'],
	...['alt+y', 'ctrl+_', 'alt+_', 'ctrl+j', 'alt+enter', 'shift+enter', 'ctrl+p', 'ctrl+n', 'f5', 'alt+x'],
];

export const anyText = fc.array(fc.constantFrom(...nasty), {maxLength: 12}).map(parts => parts.join(''));

export const anyInput: fc.Arbitrary<EditorInput> = fc.oneof(
	{weight: 5, arbitrary: fc.constantFrom(...chords).map(key)},
	{
		weight: 5,
		arbitrary: fc
			.constantFrom(...nasty)
			.map(text => ({type: 'key', name: text, text, ctrl: false, alt: false, shift: false}) as const),
	},
	{weight: 1, arbitrary: anyText.map(paste)},
);
