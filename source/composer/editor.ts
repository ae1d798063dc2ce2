/**
 * The composer's multi-line editor: one pure step for each key or paste, so that many keys in one read are the same
 * as one at a time. Graphemes are edited whole. Called by the app for every key while the composer has the focus;
 * Enter as such is not the editor's: see `submits`.
 */
import {verticalMove} from '../view/text-area.ts';
import {
	type Editor,
	insert,
	kill,
	moveTo,
	redo,
	remove,
	replace,
	undo,
	yank,
	yankOlder,
} from './editor-state.ts';
import {
	chunkLeft,
	lineEnd,
	lineStart,
	nextGrapheme,
	previousGrapheme,
	wordLeft,
	wordRight,
} from './motion.ts';

export {cleanText, maxInputCharacters} from './clean.ts';
export {type Editor, emptyEditor, withText} from './editor-state.ts';

/** Names and texts as `screen/input.ts` gives them. */
export type EditorInput =
	| {
			readonly type: 'key';
			readonly name: string;
			/** What the key types: one grapheme, or '' for keys that type nothing. */
			readonly text: string;
			readonly ctrl: boolean;
			readonly alt: boolean;
			readonly shift: boolean;
	  }
	| {readonly type: 'paste'; readonly text: string};

type EditorKey = Extract<EditorInput, {type: 'key'}>;
type Step = (editor: Editor, columns: number) => Editor;

const go =
	(place: (text: string, at: number) => number): Step =>
	editor =>
		moveTo(editor, place(editor.text, editor.cursor));

const vertically =
	(direction: 'up' | 'down'): Step =>
	(editor, columns) => {
		const place = verticalMove(editor.text, editor.cursor, columns, direction, editor.goal);
		return place === undefined ? editor : moveTo(editor, place.cursor, place.goal);
	};

const killTo =
	(place: (text: string, at: number) => number): Step =>
	editor => {
		const to = place(editor.text, editor.cursor);
		return kill(editor, Math.min(to, editor.cursor), Math.max(to, editor.cursor));
	};

/** To the end of the line, or the line feed when the cursor stands there. */
const killableEnd = (text: string, at: number): number => (text[at] === '\n' ? at + 1 : lineEnd(text, at));

const killableStart = (text: string, at: number): number =>
	text[at - 1] === '\n' ? at - 1 : lineStart(text, at);

const backspace: Step = editor => remove(editor, previousGrapheme(editor.text, editor.cursor), editor.cursor);
const deleteForward: Step = editor => remove(editor, editor.cursor, nextGrapheme(editor.text, editor.cursor));
const newline: Step = editor => insert(editor, '\n', 'typed');

const left = go(previousGrapheme);
const right = go(nextGrapheme);
const toWordLeft = go(wordLeft);
const toWordRight = go(wordRight);
const toLineStart = go(lineStart);
const toLineEnd = go(lineEnd);
const up = vertically('up');
const down = vertically('down');
const killWordLeft = killTo(wordLeft);
const killWordRight = killTo(wordRight);

/** The editor's keys. `ctrl+z` is the terminal's: undo is where Emacs has it; terminals send 0x1F for both forms. */
const steps: ReadonlyMap<string, Step> = new Map([
	['left', left],
	['right', right],
	['up', up],
	['down', down],
	['home', toLineStart],
	['end', toLineEnd],
	['ctrl+home', go(() => 0)],
	['ctrl+end', go(text => text.length)],
	['ctrl+left', toWordLeft],
	['ctrl+right', toWordRight],
	['alt+left', toWordLeft],
	['alt+right', toWordRight],
	['alt+b', toWordLeft],
	['alt+f', toWordRight],
	['ctrl+b', left],
	['ctrl+f', right],
	['ctrl+p', up],
	['ctrl+n', down],
	['ctrl+a', toLineStart],
	['ctrl+e', toLineEnd],
	['backspace', backspace],
	['ctrl+h', backspace],
	['delete', deleteForward],
	['ctrl+d', deleteForward],
	['ctrl+k', killTo(killableEnd)],
	['ctrl+u', killTo(killableStart)],
	['ctrl+w', killTo(chunkLeft)],
	['alt+backspace', killWordLeft],
	['ctrl+backspace', killWordLeft],
	['alt+d', killWordRight],
	['alt+delete', killWordRight],
	['ctrl+delete', killWordRight],
	['ctrl+y', yank],
	['alt+y', yankOlder],
	['ctrl+_', undo],
	['ctrl+-', undo],
	['ctrl+/', undo],
	['alt+_', redo],
	['alt+-', redo],
	['ctrl+j', newline],
	['alt+enter', newline],
	['shift+enter', newline],
]);

/** A named key with shift does what it does without, except Enter. */
const chord = ({name, ctrl, alt, shift}: EditorKey): string =>
	`${ctrl ? 'ctrl+' : ''}${alt ? 'alt+' : ''}${shift && name === 'enter' ? 'shift+' : ''}${name}`;

const isPlainEnter = (input: EditorInput): boolean => input.type === 'key' && chord(input) === 'enter';
const isAfterBackslash = ({text, cursor}: Editor): boolean => text[cursor - 1] === '\\';

/** Whether this key means "send": Enter, but not as a line break after a backslash. */
export const submits = (editor: Editor, input: EditorInput): boolean =>
	isPlainEnter(input) && !isAfterBackslash(editor);

/**
 * The editor after a key or a paste; the same object when the input means nothing to it (also at the ends of the
 * text, where up and down are the history's). `columns` is the width of the text area, for vertical movement.
 * An insertion that would make the message longer than the server takes changes nothing and sets `refusal`.
 */
export const edit = (
	editor: Editor,
	input: EditorInput,
	columns: number = Number.POSITIVE_INFINITY,
): Editor => {
	if (input.type === 'paste') return insert(editor, input.text, 'other');
	if (isPlainEnter(input))
		return isAfterBackslash(editor)
			? replace(editor, editor.cursor - 1, editor.cursor, '\n', 'other')
			: editor;
	const step = steps.get(chord(input));
	if (step !== undefined) {
		const next = step(editor, columns);
		const isSame = next.cursor === editor.cursor && next.text === editor.text;
		return isSame && next.refusal === undefined ? settled(editor) : next;
	}
	return input.ctrl || input.alt || input.text === '' ? editor : insert(editor, input.text, 'typed');
};

/** A key that moved nothing still ends the refusal; everything else keeps its identity. */
const settled = (editor: Editor): Editor =>
	editor.refusal === undefined ? editor : {...editor, refusal: undefined};
