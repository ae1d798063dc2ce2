import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {flags, helpText, laterVerbs, verbs} from '../../source/commands/verbs.ts';
import {textWidth} from '../../source/view/width.ts';

const lines = helpText().split('\n');
const cli = readFileSync(new URL('../../source/cli.ts', import.meta.url), 'utf8');

test('no line of the help is wider than 100 columns', () => {
	for (const line of lines) expect(textWidth(line), line).toBeLessThanOrEqual(100);
});

test('the help has a line for every verb and every flag', () => {
	for (const {name, does} of verbs) {
		expect(
			lines.filter(line => line.includes(`jumpseat ${name}`) && line.includes(does)),
			name,
		).toHaveLength(1);
	}
	for (const {name, short, takes, does} of flags) {
		const wanted = `--${name}${takes === undefined ? '' : ` ${takes}`}`;
		const found = lines.filter(line => line.includes(wanted) && line.includes(does));
		expect(found, name).toHaveLength(1);
		if (short !== undefined) expect(found[0]).toContain(`-${short}, `);
	}
});

test('the parser knows the flags of the table and no others', () => {
	const block = /flags: \{\n([\s\S]*?)\n\t\t\},/.exec(cli)?.[1] ?? '';
	const parsed = [...block.matchAll(/^\t\t\t(\w+): \{type: '(\w+)'(?:, shortFlag: '(\w)')?\}/gm)].map(
		([, name = '', type, short]) => ({
			name: name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`),
			type,
			short,
		}),
	);
	expect(parsed).toEqual(
		flags.map(({name, takes, short}) => ({name, type: takes === undefined ? 'boolean' : 'string', short})),
	);
});

test('the command line switches over the verbs of the table', () => {
	for (const {name} of verbs) {
		if (name !== 'attach') expect(cli, name).toContain(`case '${name}':`);
	}
});

test('no short flag and no verb stands for two', () => {
	const shorts = flags.flatMap(({short}) => short ?? []);
	expect(new Set(shorts).size).toBe(shorts.length);
	const words = [...verbs.map(({name}) => name), ...laterVerbs];
	expect(new Set(words).size).toBe(words.length);
});

test('what needs saying is said: environment, settings, exit codes', () => {
	for (const words of [
		'JUMPSEAT_CONNECT',
		'JUMPSEAT_NAME',
		'CODEX_HOME',
		'NO_COLOR',
		'config.json',
		'130 interrupted',
	]) {
		expect(helpText()).toContain(words);
	}
});
