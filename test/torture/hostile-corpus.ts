/**
 * Text that attacks a terminal, or the person in front of it: a fixed list of known tricks, and a maker of new ones
 * from their pieces. Used by `hostile.ts` in every field that the server fills; `test/view/hostile-corpus.ts` has
 * more that aims at layout.
 */
import {hostileTexts} from '../view/hostile-corpus.ts';
import type {Random} from './random.ts';

const esc = '\u001B';
const bel = '\u0007';
const st = `${esc}\\`;
const c1 = {
	csi: '\u009B',
	osc: '\u009D',
	dcs: '\u0090',
	sos: '\u0098',
	pm: '\u009E',
	apc: '\u009F',
	st: '\u009C',
};

/** What a raw 8-bit byte becomes on the way through JSON: a C1 character, or the mark for broken UTF-8. */
const raw8bit = Buffer.from([0x9b, 0x33, 0x31, 0x6d, 0xc2, 0x9b, 0x32, 0x4a, 0xff, 0xfe]);

const known: readonly string[] = [
	// The clipboard, links, titles, notifications, colours, the working directory, shell integration, iTerm.
	`${esc}]52;c;cm0gLXJmIH4=${bel}`,
	`${esc}]52;c;?${bel}`,
	`${esc}]52;c;!${st}`,
	`${esc}]8;;file:///etc/passwd${st}a link${esc}]8;;${st}`,
	`${esc}]0;owned${bel}`,
	`${esc}]1;owned${st}${esc}]2;owned${st}`,
	`${esc}]9;owned${bel}${esc}]9;4;1;50${bel}${esc}]9;1;5000${bel}`,
	`${esc}]777;notify;owned;owned${bel}`,
	`${esc}]99;i=1;owned${st}`,
	`${esc}]4;1;?${bel}${esc}]10;?${bel}${esc}]11;#ff0000${bel}${esc}]12;?${st}${esc}]104${bel}`,
	`${esc}]7;file://host/owned${st}`,
	`${esc}]133;A${st}${esc}]633;E;rm -rf /${bel}`,
	`${esc}]1337;File=name=b3duZWQ=;inline=1:AAAA${bel}${esc}]1337;ReportVariable=b3duZWQ=${bel}`,
	`${esc}]50;?${bel}${esc}]46;/tmp/log${bel}${esc}]3;?WM_CLASS${bel}`,
	`${esc}]5522;type=read${st}${esc}]22;pointer${st}${esc}]30001${st}`,
	`${esc}]l owned${st}${esc}]Lowned${st}`,
	// Without an end, with another end, one in another.
	`${esc}]0;without an end`,
	`${esc}]52;c;QUFB`,
	`${esc}]0;ends by CAN\u0018after ${esc}]0;ends by SUB\u001Aafter`,
	`${esc}]0;a${esc}]52;c;QUFB${bel}b${bel}`,
	`${esc}]0;a\nb${bel}`,
	`${esc}]0;a${c1.st}b${bel}`,
	`${esc}`,
	`text at the end of a chunk ${esc}`,
	`${esc}[`,
	`${esc}[31`,
	`${esc}[?`,
	`${esc}]`,
	`${esc}P`,
	`[31mwithout its escape`,
	`]0;without its escape${bel}`,
	`\\`,
	`${esc}${esc}${esc}[${esc}[3${esc}[31m`,
	`${esc}[3\u00001m${esc}[3\u00071m${esc}[3\u007F1m${esc}[3\r\n1m`,
	`${esc}[31;${'1;'.repeat(2000)}m`,
	`${esc}[${'9'.repeat(500)}C`,
	`${esc}[38:2:1:2:3m${esc}[4:3m${esc}[58;5;1m${esc}[8m${esc}[5m${esc}[6m`,
	// Device control: sixel, ReGIS, passthrough, settings asked for, termcap asked for, user keys, soft fonts.
	`${esc}Pq"1;1;100;100#0;2;0;0;0#0!100~-${st}`,
	`${esc}P0pS(E)${st}`,
	`${esc}Ptmux;${esc}${esc}]52;c;QUFB${bel}${st}`,
	`${esc}P${esc}]52;c;QUFB${bel}${st}`,
	`${esc}P$qm${st}${esc}P$q"p${st}${esc}P$q q${st}`,
	`${esc}P+q544e;524742${st}${esc}P+p544e${st}`,
	`${esc}P0;1|17/6c730d${st}`,
	`${esc}P1;1;1{ @owned${st}`,
	`${esc}P>|tmux 3.4${st}`,
	`${esc}P1000p${esc}P=1s${st}`,
	// Kitty's pictures, privacy messages, strings, screen's titles.
	`${esc}_Gf=32,s=1,v=1,a=T;AAAA${st}`,
	`${esc}_Ga=q,i=1${st}`,
	`${esc}^privacy${st}${esc}Xstring${st}${esc}ktitle${st}`,
	`${esc}_without an end`,
	`${esc}Xwithout an end`,
	// 8-bit.
	`${c1.csi}31m${c1.csi}2J${c1.csi}6n`,
	`${c1.osc}52;c;QUFB${c1.st}${c1.osc}0;owned${bel}`,
	`${c1.dcs}q#0~${c1.st}${c1.apc}Ga=q${c1.st}${c1.pm}x${c1.st}${c1.sos}x${c1.st}`,
	`\u0084\u0085\u0088\u008D\u008E\u008F\u009A`,
	raw8bit.toString('latin1'),
	raw8bit.toString('utf8'),
	// Questions whose answers would be typed for the person.
	`${esc}[5n${esc}[6n${esc}[?6n${esc}[?15n${esc}[?25n${esc}[?26n${esc}[?996n`,
	`${esc}[c${esc}[>c${esc}[=c${esc}Z${esc}[0x${esc}[1x`,
	`${esc}[21t${esc}[20t${esc}[18t${esc}[14t${esc}[11t${esc}[13t`,
	`${esc}[>q${esc}[?u${esc}[?4m${esc}[?2026$p${esc}[4$p${esc}[2$w${esc}[1*y${esc}[&w`,
	`\u0005`,
	// Modes, the screen, the cursor, keyboards and mice, resets, window handling.
	`${esc}c`,
	`${esc}[!p${esc}[?3h${esc}[?5h${esc}[?6h${esc}[?7h${esc}[4h${esc}[20h${esc}[2h`,
	`${esc}#8`,
	`${esc}#3${esc}#6`,
	`${esc}[?1049l${esc}[?47h${esc}[?1047h${esc}[?1048h`,
	`${esc}[?1000h${esc}[?1002h${esc}[?1003h${esc}[?1006h${esc}[?1015h${esc}[?9h`,
	`${esc}[?2004l${esc}[?1004l${esc}[?25h${esc}[?12h${esc}[5 q`,
	`${esc}[?2026h`,
	`${esc}[?2026l${esc}[?2031h${esc}[?2048h${esc}[?69h${esc}[5;10s`,
	`${esc}[>4;2m${esc}[>1u${esc}[=31;1u${esc}=${esc}>`,
	`${esc}[2J${esc}[3J${esc}[H${esc}[1;1f${esc}[10A${esc}[999B${esc}[5G${esc}[3d${esc}[2E${esc}[2F`,
	`x${esc}[99999b`,
	`${esc}7${esc}8${esc}[s${esc}[u${esc}D${esc}E${esc}M${esc}H${esc}[3g${esc}[2I${esc}[2Z`,
	`${esc}[5;10r${esc}[5S${esc}[5T${esc}[2L${esc}[2M${esc}[2P${esc}[2@${esc}[2X`,
	`${esc}[1;1;10;10$x${esc}[65;1;1;10;10$x${esc}[1;1;1;10;10$z${esc}[1;1;10;10;1$r`,
	`${esc}[8;10;20t${esc}[3;0;0t${esc}[2t${esc}[22;0t${esc}[23;0t${esc}[5i${esc}[4i`,
	`\u000E\u000F${esc}(0${esc})0lqqk${esc}N${esc}O${esc}n${esc}o${esc}%G${esc}%@${esc} F${esc} G${esc}|${esc}}`,
	`${esc}[200~rm -rf /\r${esc}[201~\r`,
	`${esc}[201~;rm -rf /\r`,
	`${esc}[I${esc}[O${esc}[<0;1;1M${esc}[M !!${esc}OP${esc}[24~`,
	// Overwriting.
	`harmless\rrm -rf /`,
	`rm -rf /${'\b'.repeat(8)}ls      `,
	`\u0000\u0001\u0002\u0003\u0004\u0006\u0007\u000B\u000C\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001C\u001D\u001E\u001F\u007F`,
	`a\r\nb\rc\n\rd\u0085e\u2028f\u2029g\u000Bh\u000Ci`,
	`${'\t'.repeat(200)}far`,
	// What is read otherwise than it is written.
	`\u202Etxt.exe\u202C \u202Aa\u202Bb\u202Dc\u202C \u2066d\u2067e\u2068f\u2069 \u200Eg\u200Fh\u061Ci`,
	`\u202E${'\u2067'.repeat(200)}never closed`,
	`\u200Ba\u200Cb\u200Dc\u2060d\uFEFFe\u00ADf\u034Fg\u180Eh\u3164i\uFFA0j\u115Fk\u17B4l\u2061m\u206An\uFFF9o\uFFFAp\uFFFB`,
	`a\uFE0Fb\uFE0Ec\u{E0100}d\u{E01EF}`,
	`${Array.from('run this', letter => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join('')}tags`,
	`e${'\u0301'.repeat(10_000)}`,
	`${'\u0489'.repeat(300)}${'\u20DD'.repeat(300)}`,
	`${'Z\u0310\u0343\u0352\u0363\u0318\u0347a\u035A\u0329\u0346\u0351l\u0328\u033C\u0337g\u0315\u0322o'.repeat(60)}`,
	// Halves, noncharacters, private use, wide, narrow or either.
	`\uD800\uDC00 \uD800 \uDC00\uD800 \uDBFF${esc}[31m\uDFFF`,
	`\uD83D\u0000\uDE00 \uD83D${esc}\uDE00 \uD83D\u200D\uDE00`,
	`\uFFFE\uFFFF\uFDD0\u{1FFFE}\u{10FFFF}\uE000\u{F0000}\uFFFD`,
	`👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇩🇪🇫🇷🇽👍🏽❤️1️⃣☺︎☺️🧑🏿‍🦰🫨`,
	`﷽﷽﷽ ꧁꧂ ⸻⸻ 𒐫𒈙 ☰ ① ± § 〰️ ｆｕｌｌ ﾊﾟ ᄀ각 각 क्षि`,
	`${'🏽'.repeat(500)}${'🇦'.repeat(501)}`,
	`${'字'.repeat(4000)}`,
	// Names that bite.
	'__proto__',
	'constructor',
	'toString',
	'hasOwnProperty',
	'',
	' ',
	'\n',
	'\n'.repeat(3000),
	'null',
	'NaN',
	'-1',
	'../../../../etc/passwd',
	`~/${esc}[2J`,
	`%s%n%d \${x} $(x) \`x\` {{x}} <b>x</b> &#27;[31m \\u001b[31m \\x1b[31m ^[[31m`,
	`**${esc}]0;a${bel}** [a](${esc}]8;;x${st}) \`${c1.csi}2J\` ![](x${bel})\n\n| ${esc}[2J | b |\n|-|-|\n| \r | \u202E |\n\n\`\`\`${esc}]0;x${bel}\n${esc}[2J\n\`\`\``,
	`@@ -1 +1 @@ ${esc}]0;a${bel}\n-${esc}[2J\n+\u202E\r\n+++ b/${c1.csi}2J\n\\ ${esc}c`,
	`{"a":"${esc}[2J","__proto__":{"x":1}}`,
];

/** Fits any field; the huge ones are apart. */
export const corpus: readonly string[] = [
	...new Set([...known, ...hostileTexts.filter(text => text.length < 20_000)]),
];

/** One line of so many bytes, with an attack at every place where it may be cut. */
export const longLine = (length: number): string => {
	const piece = `${esc}]0;owned${bel}x${esc}[2Jword 字 ${c1.csi}31m`;
	return piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
};

const openings = [
	`${esc}[`,
	`${esc}]`,
	`${esc}P`,
	`${esc}_`,
	`${esc}^`,
	`${esc}X`,
	esc,
	...Object.values(c1),
] as const;
const endings = [bel, st, c1.st, '', esc, '\n', '\u0018', '\r', `${esc}[201~`] as const;
const parameters = [
	'',
	'0',
	'1',
	'2',
	'5',
	'6',
	'8',
	'9',
	'31',
	'52',
	'777',
	'1049',
	'2004',
	'2026',
	'?25',
	'?1000',
	'>',
	'=',
	'<',
	'!',
	':',
	'99999999999',
] as const;
const finals = [...'@ABCDEFGHIJKLMPSTXZabcdefghilmnpqrstuvwxyz{|}~$\'"* '] as unknown as readonly [
	string,
	...string[],
];
const strange = [
	'\u202E',
	'\u2066',
	'\u200B',
	'\u200D',
	'\u2028',
	'\uFE0F',
	'\u0301',
	'\uD800',
	'\uDC00',
	'\u0000',
	'\u007F',
	'\b',
	'\r',
	'\t',
	'\n',
	'字',
	'👍🏽',
	'🇩🇪',
	'\u{E0041}',
	'\u0085',
] as const;
const plain = [
	'word',
	' ',
	'**',
	'`',
	'```\n',
	'| a |',
	'- ',
	'# ',
	'/',
	'$ ',
	'"',
	'\\',
	'@@ -1 +1 @@\n',
	'+',
	'-',
] as const;

const sequence = (random: Random): string => {
	let text: string = random.pick(openings);
	for (let count = random.between(0, 4); count > 0; count -= 1)
		text += random.pick(parameters) + random.pick([';', '', ':', ' ', '$'] as const);
	if (random.chance(0.3)) text += random.pick(strange);
	text += random.pick(finals);
	if (random.chance(0.3)) text += madeUp(random);
	return text + random.pick(endings);
};

/** A text that nobody thought of: sequences of every kind, whole, cut and nested, among text and marks. */
export const madeUp = (random: Random): string => {
	let text = '';
	for (let count = random.between(1, 8); count > 0 && text.length < 4000; count -= 1) {
		const kind = random.next();
		if (kind < 0.45) text += sequence(random);
		else if (kind < 0.65) text += random.pick(strange).repeat(random.chance(0.1) ? 40 : 1);
		else if (kind < 0.85) text += random.pick(plain);
		else if (kind < 0.93) text += String.fromCharCode(random.between(0, 0xffff));
		else text += corpus[random.between(0, corpus.length - 1)]?.slice(0, random.between(0, 200)) ?? '';
	}
	return text;
};
