import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {flags, flagsOf} from '../../source/commands/line/flags.ts';
import {helpText, verbHelpText} from '../../source/commands/line/help.ts';
import {verbs} from '../../source/commands/line/verbs.ts';
import {textWidth} from '../../source/view/width.ts';

/** What wrapping put on several lines is on one again. */
const unwrapped = (text: string): readonly string[] => text.replace(/\n {10,}/g, ' ').split('\n');
const lines = unwrapped(helpText());
const cli = readFileSync(new URL('../../source/cli.ts', import.meta.url), 'utf8');

test('no line of any help is wider than 100 columns', () => {
	for (const text of [helpText(), ...verbs.map(verbHelpText)])
		for (const line of text.split('\n')) expect(textWidth(line), line).toBeLessThanOrEqual(100);
});

test('the help has a line for every verb and every option of all verbs', () => {
	for (const {name, does} of verbs) {
		expect(
			lines.filter(line => line.includes(`jumpseat ${name}`) && line.includes(does)),
			name,
		).toHaveLength(1);
	}
	for (const flag of flags) {
		const found = lines.filter(line => line.includes(`--${flag.name} `) && line.includes(flag.does));
		expect(found, flag.name).toHaveLength(flag.verbs === undefined ? 1 : 0);
		if (flag.short !== undefined) expect(found[0]).toContain(`-${flag.short}, `);
	}
});

test('only attaching lists threads to choose from; elsewhere several are an error, and status counts them', () => {
	for (const verb of verbs) {
		const words = unwrapped(verbHelpText(verb)).join(' ');
		const isAttach = verb.name === 'attach';
		expect(words.includes('else a list to choose from'), verb.name).toBe(isAttach);
		const refuses = verb.arguments.includes('thread') && !isAttach && verb.name !== 'status';
		expect(words.includes('else an error that lists them'), verb.name).toBe(refuses);
	}
});

test('the help of a verb has all the options that it takes, with what they take', () => {
	for (const verb of verbs) {
		const text = unwrapped(verbHelpText(verb)).join('\n');
		for (const {name, does, choices} of flagsOf(verb.name)) {
			expect(text, `${verb.name} --${name}`).toContain(does);
			for (const choice of choices ?? []) expect(text).toContain(choice);
		}
		for (const {name, does, verbs: takers} of flags) {
			if (takers !== undefined && !takers.includes(verb.name)) expect(text, name).not.toContain(does);
		}
	}
});

test('the command line switches over the verbs of the table', () => {
	for (const {name} of verbs) expect(cli, name).toContain(`case '${name}':`);
});

test('no short flag and no verb stands for two', () => {
	const shorts = flags.flatMap(({short}) => short ?? []);
	expect(new Set(shorts).size).toBe(shorts.length);
	const words: readonly string[] = verbs.map(({name}) => name);
	expect(new Set(words).size).toBe(words.length);
});

test('an option of one name means one thing to a verb, and its kind is the same to all', () => {
	for (const {name} of verbs) {
		const taken = flagsOf(name).map(flag => flag.name);
		expect(new Set(taken).size, name).toBe(taken.length);
	}
	for (const flag of flags) {
		const same = flags.filter(({name}) => name === flag.name);
		expect(new Set(same.map(({takes}) => takes === undefined)).size, flag.name).toBe(1);
		if (same.length > 1) expect(same.every(({verbs: takers}) => takers !== undefined)).toBe(true);
	}
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
		for (const verb of verbs) expect(verbHelpText(verb)).toContain(words);
	}
});
