import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {keyName} from '../../source/keys/bindings.ts';
import {createInputParser, type InputEvent} from '../../source/screen/input.ts';

const esc = '\u001B';

const parse = (...pieces: readonly string[]): readonly InputEvent[] => {
	const parser = createInputParser();
	return [...pieces.flatMap(piece => parser.push(piece)), ...parser.flush()];
};

const names = (...pieces: readonly string[]): readonly string[] =>
	parse(...pieces).map(event => (event.type === 'key' ? keyName(event) : event.type));

describe('keys', () => {
	test.each([
		['xterm arrows', `${esc}[A${esc}[B${esc}[C${esc}[D`, ['up', 'down', 'right', 'left']],
		['application arrows', `${esc}OA${esc}OB${esc}OC${esc}OD`, ['up', 'down', 'right', 'left']],
		[
			'xterm modifiers',
			`${esc}[1;2A${esc}[1;3B${esc}[1;5C${esc}[1;6D`,
			['shift+up', 'alt+down', 'ctrl+right', 'ctrl+shift+left'],
		],
		[
			'rxvt modifiers',
			`${esc}[a${esc}Oa${esc}${esc}[A${esc}[5$${esc}[5^${esc}[5@`,
			['shift+up', 'ctrl+up', 'alt+up', 'shift+pageup', 'ctrl+pageup', 'ctrl+shift+pageup'],
		],
		[
			'home and end of xterm, the VT, rxvt and tmux',
			`${esc}[H${esc}OH${esc}[1~${esc}[7~${esc}[F${esc}OF${esc}[4~${esc}[8~`,
			['home', 'home', 'home', 'home', 'end', 'end', 'end', 'end'],
		],
		[
			'pages and editing',
			`${esc}[5~${esc}[6~${esc}[2~${esc}[3~${esc}[3;5~`,
			['pageup', 'pagedown', 'insert', 'delete', 'ctrl+delete'],
		],
		[
			'function keys',
			`${esc}OP${esc}[11~${esc}[[A${esc}[15~${esc}[24~${esc}[1;2P${esc}[1;2R`,
			['f1', 'f1', 'f1', 'f5', 'f12', 'shift+f1', 'shift+f3'],
		],
		[
			'control keys',
			'\u0003\u001A\u000C\u0000\u0001',
			['ctrl+c', 'ctrl+z', 'ctrl+l', 'ctrl+space', 'ctrl+a'],
		],
		['editing controls', '\r\t\u007F\u0008\n', ['enter', 'tab', 'backspace', 'backspace', 'ctrl+j']],
		['shift+tab', `${esc}[Z`, ['shift+tab']],
		[
			'alt and a letter',
			`${esc}b${esc}\u007F${esc}\r${esc}世`,
			['alt+b', 'alt+backspace', 'alt+enter', 'alt+世'],
		],
		[
			'CSI u and modifyOtherKeys',
			`${esc}[97;5u${esc}[13;2u${esc}[27;5;9~${esc}[65;2u${esc}[27u`,
			['ctrl+a', 'shift+enter', 'ctrl+tab', 'A', 'escape'],
		],
		['the numeric pad', `${esc}OM${esc}Op${esc}Ok`, ['enter', '0', '+']],
		['many keys in one read', 'hello\r', ['h', 'e', 'l', 'l', 'o', 'enter']],
		['a space', ' ', ['space']],
	])('%s', (_, bytes, expected) => {
		expect(names(bytes)).toEqual(expected);
	});

	test('text comes by grapheme, with what it types and the bytes it came in', () => {
		expect(parse('aé👩‍💻')).toEqual(
			['a', 'é', '👩‍💻'].map(text => ({
				type: 'key',
				name: text,
				text,
				raw: text,
				ctrl: false,
				alt: false,
				shift: false,
			})),
		);
		expect(parse(' ')[0]).toMatchObject({name: 'space', text: ' '});
		expect(parse(`${esc}x`)[0]).toMatchObject({name: 'x', text: '', alt: true, raw: `${esc}x`});
	});

	test('a lone Escape is a key once nothing follows', () => {
		const parser = createInputParser();
		expect(parser.push(esc)).toEqual([]);
		expect(parser.open).toBe('sequence');
		expect(parser.flush()).toMatchObject([{name: 'escape', raw: esc}]);
		expect(parser.open).toBe('nothing');
	});

	test('two Escapes are two keys, and alt with a bracket is one', () => {
		expect(names(esc + esc)).toEqual(['escape', 'escape']);
		expect(names(`${esc}[`)).toEqual(['alt+[']);
		expect(names(`${esc}O`)).toEqual(['alt+O']);
		expect(names(`${esc}]`)).toEqual(['alt+]']);
	});

	test('sequences that no key sends, and the torso of a cut one, are not typed', () => {
		expect(names(`${esc}[?1;2;3zx`)).toEqual(['x']);
		expect(names(`${esc}[12;3`)).toEqual([]);
		expect(names(`${esc}]11;rgb:00`)).toEqual([]);
		expect(names(`${esc}[57441u`)).toEqual([]);
	});
});

describe('pastes', () => {
	test('come whole, with line feeds, whatever they hold', () => {
		expect(parse(`x${esc}[200~one\rtwo\r\n${esc}[A\u0003${esc}[201~y`)).toMatchObject([
			{type: 'key', text: 'x'},
			{type: 'paste', text: `one\ntwo\n${esc}[A\u0003`},
			{type: 'key', text: 'y'},
		]);
	});

	test('may be empty, and end even if their end never comes', () => {
		expect(parse(`${esc}[200~${esc}[201~`)).toEqual([{type: 'paste', text: ''}]);
		const parser = createInputParser();
		expect(parser.push(`${esc}[200~lost`)).toEqual([]);
		expect(parser.open).toBe('paste');
		expect(parser.flush()).toEqual([{type: 'paste', text: 'lost'}]);
		expect(parser.push('k')).toMatchObject([{name: 'k'}]);
	});
});

describe('everything that is not a key', () => {
	test('the mouse', () => {
		expect(
			parse(`${esc}[<64;3;4M${esc}[<65;1;1M${esc}[<0;10;20M${esc}[<0;10;20m${esc}[<35;2;2M${esc}[M\u0060!!`),
		).toEqual([
			{type: 'mouse', action: 'wheelUp', column: 2, row: 3},
			{type: 'mouse', action: 'wheelDown', column: 0, row: 0},
			{type: 'mouse', action: 'press', column: 9, row: 19},
			{type: 'mouse', action: 'release', column: 9, row: 19},
			{type: 'mouse', action: 'move', column: 1, row: 1},
			{type: 'mouse', action: 'wheelUp', column: 0, row: 0},
		]);
	});

	test('focus', () => {
		expect(parse(`${esc}[I${esc}[O`)).toEqual([
			{type: 'focus', focused: true},
			{type: 'focus', focused: false},
		]);
	});

	test('replies', () => {
		const replies = [
			...['[0n', '[?2026;2$y', '[12;40R', ']11;rgb:0/0/0\u0007', `]52;c;YQ==${esc}\\`, '[?62;22c'],
			`P>|tmux 3.5${esc}\\`,
		];
		expect(
			parse(replies.map(reply => esc + reply).join('')).map(event => event.type === 'reply' && event.kind),
		).toEqual(['fence', 'mode', 'cursor', 'osc', 'osc', 'deviceAttributes', 'version']);
	});

	test('strings of other kinds vanish', () => {
		expect(names(`${esc}P1$r0m${esc}\\${esc}_app${esc}\\a`)).toEqual(['a']);
	});
});

const token = fc.constantFrom(
	'a',
	'Z',
	' ',
	'世',
	'\r',
	'\u007F',
	'\u0003',
	`${esc}[A`,
	`${esc}OH`,
	`${esc}[1;5C`,
	`${esc}[3~`,
	`${esc}b`,
	`${esc}[<64;3;4M`,
	`${esc}[I`,
	`${esc}[0n`,
	`${esc}[?2026;1$y`,
	`${esc}]11;rgb:1/2/3\u0007`,
	`${esc}[200~pas\rte ${esc}[A${esc}[201~`,
	`${esc}[5$`,
);

test('it does not matter how the bytes are cut', () => {
	fc.assert(
		fc.property(fc.array(token, {maxLength: 12}), fc.array(fc.nat(200), {maxLength: 12}), (tokens, cuts) => {
			const bytes = tokens.join('');
			const edges = [...new Set([0, ...cuts.filter(cut => cut < bytes.length), bytes.length])].sort(
				(a, b) => a - b,
			);
			const pieces = edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge));
			expect(parse(...pieces)).toEqual(parse(bytes));
		}),
		{numRuns: 500},
	);
});

test('no bytes throw, stick, or type a control character', () => {
	const noise = fc.oneof(
		token,
		fc.string({unit: 'binary'}),
		fc.constantFrom(esc, `${esc}[`, `${esc}]`, `${esc}[200~`, `${esc}P`, `${esc}[M`, '\u009B'),
	);
	fc.assert(
		fc.property(fc.array(noise, {maxLength: 10}), pieces => {
			const parser = createInputParser();
			const events = [...pieces.flatMap(piece => parser.push(piece)), ...parser.flush()];
			expect(parser.open).toBe('nothing');
			for (const event of events) {
				if (event.type === 'key') expect(event.text).not.toMatch(/[\u0000-\u001F\u007F-\u009F]/);
			}
		}),
		{numRuns: 500},
	);
});
