/**
 * Bytes from the terminal in, events out: keys, pastes, mouse, focus, and replies to our queries. Pure, and it does
 * not matter how the bytes are cut into pieces. The driver feeds it and calls `flush` when nothing followed for a
 * while: only time tells a lone Escape from the start of a sequence.
 */

import {hasControl} from '../view/sanitise.ts';
import {graphemes} from '../view/width.ts';
import {controlKey, csiKey, type Key, keyText, plainKey, ss3Key} from './keys.ts';

export type KeyEvent = Key & {
	readonly type: 'key';
	/** What the key types: one grapheme, or '' for keys that type nothing. */
	readonly text: string;
	/** The bytes as they came, for those who parse them again. */
	readonly raw: string;
};

export type MouseAction = 'wheelUp' | 'wheelDown' | 'press' | 'release' | 'move';

export type InputEvent =
	| KeyEvent
	| {readonly type: 'paste'; readonly text: string}
	/** Zero-based cell. */
	| {readonly type: 'mouse'; readonly action: MouseAction; readonly column: number; readonly row: number}
	| {readonly type: 'focus'; readonly focused: boolean}
	| {
			readonly type: 'reply';
			readonly kind: 'fence' | 'mode' | 'cursor' | 'osc' | 'deviceAttributes' | 'version';
			readonly raw: string;
	  };

export type InputParser = {
	push(bytes: string): readonly InputEvent[];
	/** Settles what is still open: a lone Escape, a sequence or a paste that never ended. */
	flush(): readonly InputEvent[];
	/** What is open, so that the driver knows how long to wait. */
	readonly open: 'nothing' | 'sequence' | 'paste';
};

const esc = '\u001B';
const pasteStart = `${esc}[200~`;
const pasteEnd = `${esc}[201~`;
/** A paste is cut in pieces of at most this many UTF-16 units, so that a lost end cannot eat memory. */
const longestPaste = 4 * 1024 * 1024;
/** No key and no reply that we ask for is longer; whatever is, is not one sequence. */
const longestSequence = 4096;

const csiPattern = /^\u001B\[(\[?[0-?]*)([ -/]*)([@-~])/;
const csiPrefix = /^\u001B\[(?:\[?[0-?]*[ -/]*)$/;
const stringPattern = /^\u001B[\]P_^X]([^\u0007\u001B]*)(?:\u0007|\u001B\\)/;
const stringPrefix = /^\u001B[\]P_^X][^\u0007\u001B]*\u001B?$/;
const mousePattern = /^<(\d+);(\d+);(\d+)$/;

/** rxvt's shifted keys: its `$` is an intermediate by ECMA-48, so that a final byte would be waited for. */
const rxvtShift = /^\u001B\[(\d+)\$(?!y)/;
/** The old mouse report, from terminals without SGR reports: three characters follow. */
const oldMousePattern = /^\u001B\[M(.{3})/s;
const oldMousePrefix = /^\u001B\[M.{0,2}$/s;

const keyEvent = (key: Key, raw: string, text = keyText(key)): KeyEvent => ({type: 'key', ...key, text, raw});

const typed = (grapheme: string): KeyEvent =>
	keyEvent(plainKey(grapheme === ' ' ? 'space' : grapheme), grapheme, grapheme);

const mouseAction = (code: number, final: string): MouseAction => {
	if ((code & 64) !== 0) return (code & 1) === 0 ? 'wheelUp' : 'wheelDown';
	if ((code & 32) !== 0) return 'move';
	return final === 'm' ? 'release' : 'press';
};

/** What a complete CSI sequence means; sequences that mean nothing to us vanish. */
const csiEvents = (
	raw: string,
	parameters: string,
	intermediates: string,
	final: string,
): readonly InputEvent[] => {
	const mouse = mousePattern.exec(parameters);
	if (mouse && (final === 'M' || final === 'm')) {
		const [code = 0, column = 1, row = 1] = mouse.slice(1).map(Number);
		return [{type: 'mouse', action: mouseAction(code, final), column: column - 1, row: row - 1}];
	}

	if (parameters === '' && intermediates === '' && (final === 'I' || final === 'O')) {
		return [{type: 'focus', focused: final === 'I'}];
	}

	if (final === 'n' && (parameters === '0' || parameters === '3'))
		return [{type: 'reply', kind: 'fence', raw}];
	if (final === 'y' && intermediates === '$') return [{type: 'reply', kind: 'mode', raw}];
	if (final === 'c') return [{type: 'reply', kind: 'deviceAttributes', raw}];
	// xterm sends F3 with modifiers as CSI 1 ; 2 R, in the form of a cursor report; we never ask for one.
	if (final === 'R' && /^\d+;\d+$/.test(parameters) && !/^1;[2-8]$/.test(parameters)) {
		return [{type: 'reply', kind: 'cursor', raw}];
	}

	const key = intermediates === '' ? csiKey(parameters, final) : undefined;
	return key ? [keyEvent(key, raw)] : [];
};

type Step = {readonly events: readonly InputEvent[]; readonly length: number} | 'incomplete';

const withAlt = (event: KeyEvent): KeyEvent => ({
	...event,
	alt: true,
	text: '',
	raw: `${esc}${event.raw}`,
});

/** Reads one thing that starts with Escape. */
const readEscape = (input: string): Step => {
	const shifted = rxvtShift.exec(input);
	const shiftedKey = shifted && csiKey(shifted[1] ?? '', '$');
	if (shifted && shiftedKey) return {events: [keyEvent(shiftedKey, shifted[0])], length: shifted[0].length};

	if (oldMousePrefix.test(input)) return 'incomplete';
	const oldMouse = oldMousePattern.exec(input)?.[1];
	if (oldMouse !== undefined) {
		const [code = 0, column = 0, row = 0] = Array.from(
			{length: 3},
			(_, index) => oldMouse.charCodeAt(index) - 32,
		);
		const action = (code & 67) === 3 ? 'release' : mouseAction(code, 'M');
		return {events: [{type: 'mouse', action, column: column - 1, row: row - 1}], length: 6};
	}

	const csi = csiPattern.exec(input);
	if (csi) {
		const [raw, parameters = '', intermediates = '', final = ''] = csi;
		return {events: csiEvents(raw, parameters, intermediates, final), length: raw.length};
	}

	if (input.length <= longestSequence && (csiPrefix.test(input) || stringPrefix.test(input)))
		return 'incomplete';
	const string = stringPattern.exec(input);
	if (string) {
		const [raw] = string;
		const kind = raw[1] === ']' ? 'osc' : raw.startsWith(`${esc}P>|`) ? 'version' : undefined;
		return {events: kind === undefined ? [] : [{type: 'reply', kind, raw}], length: raw.length};
	}

	const next = input[1];
	if (next === undefined || input === `${esc}O`) return 'incomplete';
	if (next === 'O') {
		const final = input[2] ?? '';
		const key = ss3Key(final);
		if (key) return {events: [keyEvent(key, input.slice(0, 3))], length: 3};
	}

	if (next === esc) {
		// rxvt sends alt+up as Escape before the sequence; two Escapes otherwise are two keys.
		const inner = readEscape(input.slice(1));
		if (inner === 'incomplete') return 'incomplete';
		const [event] = inner.events;
		if (inner.length > 2 && event?.type === 'key')
			return {events: [withAlt(event)], length: inner.length + 1};
		return {events: [keyEvent(plainKey('escape'), esc)], length: 1};
	}

	const [grapheme = ''] = graphemes(input.slice(1, 40));
	const code = grapheme.charCodeAt(0);
	const key = code < 32 || code === 127 ? keyEvent(controlKey(code), next) : typed(grapheme);
	return {events: [withAlt(key)], length: 1 + key.raw.length};
};

const printableRun = /^[^\u0000-\u001F\u007F]+/;

const readKeys = (input: string): Step => {
	const [run] = printableRun.exec(input) ?? [];
	if (run !== undefined)
		return {
			events: graphemes(run)
				.filter(text => !hasControl(text))
				.map(typed),
			length: run.length,
		};
	const raw = input[0] ?? '';
	return {events: [keyEvent(controlKey(raw.charCodeAt(0)), raw)], length: 1};
};

/** Terminals send CR for the line breaks of a paste. */
const pasted = (text: string): InputEvent => ({type: 'paste', text: text.replace(/\r\n?/g, '\n')});

export const createInputParser = (): InputParser => {
	let pending = '';
	/** The pieces of a paste whose end has not come, or undefined outside one. */
	let paste: string | undefined;

	const readPaste = (text: string): readonly InputEvent[] => {
		const end = pending.indexOf(pasteEnd);
		if (end >= 0) {
			const whole = text + pending.slice(0, end);
			pending = pending.slice(end + pasteEnd.length);
			paste = undefined;
			return [pasted(whole)];
		}

		// Keep back what may be the beginning of the end.
		let kept = Math.min(pending.length, pasteEnd.length - 1);
		while (kept > 0 && !pasteEnd.startsWith(pending.slice(-kept))) kept--;
		paste = text + pending.slice(0, pending.length - kept);
		pending = pending.slice(pending.length - kept);
		if (paste.length <= longestPaste) return [];
		const piece = paste;
		paste = '';
		return [pasted(piece)];
	};

	const read = (): readonly InputEvent[] => {
		const events: InputEvent[] = [];
		while (pending !== '' || paste !== undefined) {
			if (paste !== undefined) {
				events.push(...readPaste(paste));
				if (paste !== undefined) break;
				continue;
			}

			if (pending.startsWith(pasteStart)) {
				pending = pending.slice(pasteStart.length);
				paste = '';
				continue;
			}

			const step = pending.startsWith(esc) ? readEscape(pending) : readKeys(pending);
			if (step === 'incomplete') break;
			events.push(...step.events);
			pending = pending.slice(step.length);
		}

		return events;
	};

	return {
		push(bytes) {
			pending += bytes;
			return read();
		},
		flush() {
			const events: InputEvent[] = [];
			if (paste !== undefined) {
				if (paste + pending !== '') events.push(pasted(paste + pending));
				paste = undefined;
				pending = '';
			}

			while (pending !== '') {
				// What is left starts with Escape. Alone, or with one character, keys were pressed; more is the
				// torso of a sequence, which nobody typed.
				const [, next] = pending;
				if (next === undefined || next === esc) {
					events.push(keyEvent(plainKey('escape'), esc));
					pending = pending.slice(1);
				} else {
					if (pending.length === 2) events.push(withAlt(typed(next)));
					pending = '';
				}

				events.push(...read());
			}

			return events;
		},
		get open() {
			if (paste !== undefined) return 'paste';
			return pending === '' ? 'nothing' : 'sequence';
		},
	};
};
