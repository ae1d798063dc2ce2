/** Every size from 40×12 to 300×100, resizing while it streams, wide characters, and text that attacks the terminal. */
import {expect, test} from 'vitest';
import type {Pty} from '../support/pty.ts';
import {beginWith, leftTerminal, openLive, rule, saneTerminal, say} from './support.ts';

const wide = '日本語のテキスト、漢字とかな。 한국어 문장입니다. 🙂🚀 👩‍👩‍👧‍👦 🇩🇪 ❤️ e\u0301 ａｂｃ ✅ ﷽';
const esc = '\u001B';

/** What a hostile model, file or tool could say. */
const attacks: readonly string[] = [
	`${esc}]52;c;aGFja2Vk\u0007`,
	`${esc}]0;owned title\u0007`,
	`${esc}[?1049l`,
	`${esc}[?25h${esc}[?7h${esc}[?1000h${esc}[?2004l`,
	`${esc}[2J${esc}[H${esc}[3;3Howned`,
	`${esc}[1;1r${esc}[5n${esc}[6n${esc}[c`,
	`${esc}P+q544e${esc}\\${esc}_owned${esc}\\${esc}^owned${esc}\\`,
	`${esc}]8;;http://evil.example\u0007link${esc}]8;;\u0007`,
	`${esc}c${esc}#8${esc}(0`,
	'\u009B2J\u009D0;owned title\u009C',
	'\u0007\b\b\b\r\v\f\u000E',
	'\u202Eright to left\u202C \u2066isolated\u2069',
	'\u0000\u007F\u0085',
];
const hostile = attacks.join(' safe ');

/** A shell's `printf '%b'` format of any bytes. */
const printed = (text: string): string =>
	`printf '${[...Buffer.from(text)]
		.map(byte => `\\\\x${byte.toString(16).padStart(2, '0')}`)
		.join('')
		.replaceAll('\\\\x', '\\x')}'`;

const story = Array.from({length: 40}, (_, index) => `${index}. ${wide}\n`);

const rules = [
	rule('Speak', [{do: 'message', text: ['# Wide\n\n', ...story, {hold: 'end'}, '\nThe end.']}]),
	rule('Attack by word', [say(`Before. ${hostile} After.`)]),
	rule(
		'Attack by output',
		[{do: 'command', command: printed(`first\n${hostile}\nlast\n`)}],
		[say('It ran.')],
	),
];

type Edges = {readonly columns: number; readonly rows: number};

/** The complaint about the borders, or undefined: the panes' sides stand in the same columns in every row. */
const brokenBorder = (pty: Pty, {columns, rows}: Edges): string | undefined => {
	const cells = pty.styledScreen();
	if (columns < 100) return undefined;
	const top = cells[2]?.map(({text}) => text) ?? [];
	const corners = top.flatMap((text, column) => ('╭╮'.includes(text) ? [column] : []));
	if (corners.length !== 4 || corners[0] !== 0 || corners[3] !== columns - 1)
		return `the top: ${top.join('')}`;
	for (let row = 3; row < rows - 2; row += 1) {
		const missing = corners.find(column => cells[row]?.[column]?.text !== '│');
		if (missing !== undefined) return `row ${row}, column ${missing}: ${pty.screen()[row]}`;
	}

	const bottom = corners.map(column => cells[rows - 2]?.[column]?.text).join('');
	return bottom === '╰╯╰╯' ? undefined : `the bottom: ${pty.screen()[rows - 2]}`;
};

/** By cells: the emulator keeps what a wider terminal showed behind the right edge. */
const threadPane = (pty: Pty): string =>
	pty
		.styledScreen()
		.slice(3, -2)
		.map(cells => {
			const text = cells.map(cell => (cell.width === 0 ? '' : cell.text)).join('');
			const border = text.indexOf('││');
			return (border === -1 ? text : text.slice(0, border)).replace(/\b\d\d:\d\d\s*$/, 'HH:MM').trimEnd();
		})
		.join('\n');

const whole = async (pty: Pty, edges: Edges): Promise<void> => {
	// Cells are dear to look at: only once the lines look right.
	await pty.waitFor(lines => {
		const isDrawn =
			lines[0]?.includes('● live') === true && (edges.columns < 100 || lines.at(-2)?.includes('╯') === true);
		return isDrawn && brokenBorder(pty, edges) === undefined;
	});
};

test('every size shows the thread with straight borders, and a resize while it streams leaves none behind', async () => {
	const scenario = await beginWith(['Good morning'], rules);
	const sizes = [
		[40, 12],
		[80, 24],
		[120, 40],
		[200, 60],
		[300, 100],
	] as const;
	const jumpseat = await openLive(scenario, 'Good morning', {columns: 120, rows: 40});
	const turnId = await scenario.pilot.say('Speak');
	for (const [columns, rows] of [...sizes, [100, 13], [99, 20], ...sizes.toReversed()] as const) {
		jumpseat.resize(columns, rows);
		await whole(jumpseat, {columns, rows});
	}

	await scenario.model.holding('end');
	jumpseat.resize(120, 40);
	scenario.model.release('end');
	await scenario.pilot.turnEnded(turnId);
	await jumpseat.waitFor('The end.');
	await whole(jumpseat, {columns: 120, rows: 40});

	// A screen that went through all that is the screen of somebody who comes now.
	for (const [columns, rows] of sizes) {
		jumpseat.resize(columns, rows);
		const fresh = await openLive(scenario, 'The end.', {columns, rows});
		await jumpseat.waitFor('The end.');
		await jumpseat.waitFor(() => threadPane(jumpseat) === threadPane(fresh));
		await fresh.kill();
	}
});

test('wide characters and emoji keep the borders straight at every width', async () => {
	const scenario = await beginWith(['Good morning'], [rule('Speak', [say(`${story.join('')}\nThe end.`)])]);
	await scenario.pilot.play('Speak');
	const jumpseat = await openLive(scenario, 'The end.', {columns: 110, rows: 40});
	for (let columns = 100; columns <= 112; columns += 1) {
		jumpseat.resize(columns, 40);
		await whole(jumpseat, {columns, rows: 40});
		await jumpseat.waitFor('The end.');
	}
});

/** Every control sequence that the program wrote, without its numbers. */
const sequencesIn = (output: string): ReadonlySet<string> =>
	new Set(
		[
			...output.matchAll(/\u001B(?:\[[?>=]?[\d;:]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)?|.)/g),
		].map(([sequence]) =>
			sequence.startsWith(`${esc}]`)
				? `OSC ${sequence.slice(2).split(';')[0]}`
				: sequence.slice(1).replace(/[\d;:]+/g, '#'),
		),
	);

/** Those that `screen/sequences.ts` has, and no other. */
const ours = new Set([
	'[?#h',
	'[?#l',
	'[?#$p',
	'[#n',
	'[m',
	'[#m',
	'[#r',
	'[r',
	'[H',
	'[#H',
	'[K',
	'[#K',
	'[#X',
	'[X',
	'[#M',
	'[M',
	'[#L',
	'[L',
	'[#A',
	'[#B',
	'[#C',
	'[#D',
	'[A',
	'[B',
	'[C',
	'[D',
	'[#G',
	'[G',
	'[#d',
	'[J',
	'[#J',
	'[#t',
	'[#S',
	'[#T',
	'[#P',
	'[#@',
	'OSC 2',
]);

const strays = /[\u0080-\u009F\u202A-\u202E\u2066-\u2069\u0000\u000E\u007F\v\f]/g;

test('hostile text in messages and in the output of commands changes nothing of the terminal', async () => {
	const scenario = await beginWith(['Good morning'], rules);
	const size = {columns: 120, rows: 40};
	const watching = await openLive(scenario, 'Good morning', size);
	await scenario.pilot.play('Attack by word');
	await scenario.pilot.play('Attack by output');
	await watching.waitFor('It ran.');
	const late = await openLive(scenario, 'It ran.', size);
	for (const jumpseat of [watching, late]) {
		await whole(jumpseat, size);
		jumpseat.type('/After\r');
		await jumpseat.waitFor('After.');
		jumpseat.type('2');
		jumpseat.press('up');
		jumpseat.press('up');
		jumpseat.press('enter');
		await jumpseat.waitFor('"method"');
		await whole(jumpseat, size);
		expect(jumpseat.onAlternateScreen()).toBe(true);
		expect(jumpseat.cursor().visible).toBe(false);
		expect(jumpseat.title()).not.toContain('owned');
		jumpseat.type('q1');
		await jumpseat.waitFor('It ran.');
		jumpseat.type('q');
		expect((await jumpseat.exit).code).toBe(0);
		const strange = [...sequencesIn(jumpseat.output())].filter(sequence => !ours.has(sequence));
		expect(strange).toEqual([]);
		// The bell would be a call for a person; C1 controls are sequences as well.
		expect([...jumpseat.output().matchAll(strays)].map(([char]) => char.codePointAt(0))).toEqual([]);
		expect(await leftTerminal(jumpseat, size)).toEqual(saneTerminal);
	}
});
