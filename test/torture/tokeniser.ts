/**
 * Reads what was written to a terminal, strictly, as a terminal would, and names everything that is not on the list of
 * what Jumpseat may say. It shares no code with `source/`: the list and the patterns are written out once more here.
 */
import {Buffer} from 'node:buffer';

/** One string sequence, ended as it must be. BEL or ST; nothing else ends one, and nothing nests. */
const oscPattern = /^\u001B\]([^\u0000-\u001F\u007F-\u009F]*)(?:\u0007|\u001B\\)/;
const tmuxPattern = /^\u001BPtmux;((?:[^\u001B]|\u001B\u001B)*)\u001B\\/;
const csiPattern = /^\u001B\[([0-?]*)([ -/]*)([@-~])/;

/** CSI sequences by meaning: moves and erasures, scroll region, styles, our modes, our two or three queries, the stack of titles. */
const ours: readonly RegExp[] = [
	/^\d{0,4}(?:;\d{1,4})?H$/,
	/^\d{0,4}[BCDX]$/,
	/^K$/,
	/^(?:\d{1,4};\d{1,4})?r$/,
	/^\d{0,4}[LM]$/,
	/^\?(?:7|25|1000|1004|1006|1049|2004|2026)[hl]$/,
	/^5n$/,
	/^\?2026\$p$/,
	/^>q$/,
	/^2[23];2t$/,
];

/** SGR: a reset, attributes that a row may have (never hidden or blinking) and colours. */
const isStyle = (parameters: string): boolean =>
	parameters.length < 80 &&
	/^(?:(?:0|[1-4]|7|9|2[2-4]|27|29|[34][0-79]|9[0-7]|10[0-7]|[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3})(?:;|$))*$/.test(
		parameters,
	);

/** Controls, bidi, separators, halves of characters, and whatever cannot be seen. */
const never =
	/[\u0000-\u001F\u007F-\u009F\u2028\u2029]|\p{Cs}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** What a person's own text may hold besides: what joins and what cannot be seen, never what turns the order round. */
const joiners =
	/(?![\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069])[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
/** More marks on one base than any script has. */
const flood = /\p{M}{9}/u;

export type Spoken = {
	/** Text between the sequences, whole. */
	readonly text: readonly string[];
	readonly titles: readonly string[];
	readonly notifications: readonly string[];
	/** Decoded. */
	readonly clipboards: readonly string[];
	readonly bells: number;
	readonly sequences: number;
	/** Synchronized updates that were begun and not ended. */
	readonly open: number;
	/** What nobody but a hostile server would have said. */
	readonly foreign: readonly string[];
};

type Hearing = {
	text: string[];
	titles: string[];
	notifications: string[];
	clipboards: string[];
	bells: number;
	sequences: number;
	open: number;
	foreign: string[];
};

const shown = (bytes: string): string => JSON.stringify(bytes.length > 80 ? `${bytes.slice(0, 80)}…` : bytes);

/** What is wrong with text that is shown as it is. */
export const foreignInText = (text: string, where: string): readonly string[] => [
	...(never.test(text) ? [`${where}: ${shown(text)}`] : []),
	...(flood.test(text) ? [`${where}, a flood of marks: ${shown(text)}`] : []),
];

const hearText = (heard: Hearing, text: string, where: string): void => {
	heard.foreign.push(...foreignInText(text, where));
};

const hearOsc = (heard: Hearing, content: string): void => {
	const [, command = '', rest = ''] = /^(\d*);?(.*)$/s.exec(content) ?? [];
	if (command === '2') {
		heard.titles.push(rest);
		hearText(heard, rest, 'title');
	} else if (command === '9') {
		heard.notifications.push(rest);
		hearText(heard, rest, 'notification');
		// ConEmu takes a number as a command.
		if (/^\d/.test(rest)) heard.foreign.push(`notification that begins with a number: ${shown(rest)}`);
	} else if (command === '52' && /^c;[A-Za-z0-9+/]*={0,2}$/.test(rest)) {
		const copied = Buffer.from(rest.slice(2), 'base64').toString('utf8');
		heard.clipboards.push(copied);
		// Line breaks and tabs are text; anything else could run as a key where it is pasted.
		if (/(?![\n\t])[\u0000-\u001F\u007F-\u009F]|\p{Cs}/u.test(copied))
			heard.foreign.push(`clipboard: ${shown(copied)}`);
	} else heard.foreign.push(`OSC ${shown(content)}`);
};

/** Consumes one sequence at the start of `rest`; how long it was. */
const hearSequence = (heard: Hearing, rest: string, isWithinTmux: 'outside' | 'within'): number => {
	heard.sequences += 1;
	const osc = oscPattern.exec(rest);
	if (osc !== null) {
		hearOsc(heard, osc[1] ?? '');
		return osc[0].length;
	}
	const tmux = isWithinTmux === 'outside' ? tmuxPattern.exec(rest) : null;
	if (tmux !== null) {
		const inner = (tmux[1] ?? '').replaceAll('\u001B\u001B', '\u001B');
		if (!/^\u001B\](?:9|52);/.test(inner) || hearSequence(heard, inner, 'within') !== inner.length)
			heard.foreign.push(`passed through tmux: ${shown(inner)}`);
		return tmux[0].length;
	}
	const csi = csiPattern.exec(rest);
	if (csi !== null) {
		const [whole, parameters = '', intermediates = '', final = ''] = csi;
		const isOurs =
			final === 'm' && intermediates === ''
				? isStyle(parameters)
				: ours.some(each => each.test(whole.slice(2)));
		if (!isOurs) heard.foreign.push(`CSI ${shown(whole)}`);
		if (whole.endsWith('?2026h')) heard.open += 1;
		if (whole.endsWith('?2026l')) heard.open = Math.max(0, heard.open - 1);
		return whole.length;
	}
	if (rest.startsWith('\u001B\\')) return 2;
	heard.foreign.push(`escape ${shown(rest.slice(0, 20))}`);
	return 1;
};

/** Everything that these bytes (as UTF-16) say to a terminal. */
export const listen = (bytes: string, writer: 'server' | 'person' = 'server'): Spoken => {
	const heard: Hearing = {
		text: [],
		titles: [],
		notifications: [],
		clipboards: [],
		bells: 0,
		sequences: 0,
		open: 0,
		foreign: [],
	};
	for (let at = 0; at < bytes.length; ) {
		const code = bytes.charCodeAt(at);
		if (code === 0x1b) at += hearSequence(heard, bytes.slice(at, at + 200_000), 'outside');
		else if (code === 0x07) {
			heard.bells += 1;
			at += 1;
		} else if (code === 0x08 || code === 0x0a || code === 0x0d) at += 1;
		else {
			const rest = bytes.slice(at);
			const end = rest.search(/[\u0007\b\n\r\u001B]/);
			const text = end === -1 ? rest : rest.slice(0, end);
			heard.text.push(text);
			hearText(heard, writer === 'person' ? text.replaceAll(joiners, '') : text, 'text');
			at += text.length;
		}
	}
	return heard;
};

/** What is wrong with text that goes to a pipe or a terminal as plain lines: anything but text, tabs, line breaks. */
export const foreignInLines = (text: string): readonly string[] =>
	text.split('\n').flatMap(line => foreignInText(line.replaceAll('\t', ''), 'line'));
