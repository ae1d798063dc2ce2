/** A request as one line, as text of any width, and as JSON: whole, safe, and with the same answers as its card. */
import {describe, expect, test} from 'vitest';
import {isBlind} from '../../source/asks/ask.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {requestText} from '../../source/commands/requests/request-text.ts';
import {requestJson, requestLine, shellChoices} from '../../source/commands/requests/request-words.ts';
import {createFormat} from '../../source/view/format.ts';
import {textWidth} from '../../source/view/width.ts';
import {ask, command, form, methods, permissions, question, questions, ready, tool} from '../asks/make.ts';

const text = (about: ReturnType<typeof ask>, columns?: number): readonly string[] =>
	requestText(about, {columns, cwd: '/home/ada/app', nowMs: 35_000, format: createFormat({})});

const every = [
	ask(methods.command, command()),
	ask(methods.legacyCommand, {command: ['rm', 'a b'], cwd: '/', conversationId: 't'}),
	ask(methods.fileChange, {threadId: 't', turnId: 'T', itemId: 'i', reason: null, grantRoot: null}),
	ask(methods.permissions, permissions()),
	ask(methods.question, questions(question({isOther: true}))),
	ask(methods.elicitation, form({unit: {type: 'string', format: 'email', default: 'a@b.c'}})),
	ask(methods.elicitation, tool()),
	ask('brand/new', {anything: [1, 2, 3]}),
];

describe('one line', () => {
	test('says the id, the kind, what, where and why', () => {
		const [about] = every;
		expect(about && requestLine({...about, id: 3}, '/home/ada')).toBe(
			`3  command  /bin/bash -lc 'git push'  (~/app)  "needs the network"`,
		);
		expect(requestLine(ask(methods.permissions, permissions()))).toBe(
			'0  permissions  the network, read /etc, write /var/lib  (/home/ada/app)',
		);
		expect(requestLine(ask(methods.elicitation, tool()))).toBe('0  MCP tool  weather: forecast');
		expect(requestLine(ask('brand/new', {}))).toBe('0  brand/new  not for us');
	});

	test('is one line whatever stands in it, and cuts nothing', () => {
		const evil = `a\nb\u001B]0;x\u0007\u202E${'c'.repeat(3000)}`;
		const line = requestLine(ask(methods.command, command({command: evil, reason: evil, cwd: evil})), evil);
		expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
		expect(line).toContain('c'.repeat(3000));
	});
});

describe('text', () => {
	test('fits the terminal, and breaks no row where there is none', () => {
		for (const about of every)
			for (const columns of [20, 40, 80])
				for (const row of text(about, columns).slice(1))
					expect(textWidth(row)).toBeLessThanOrEqual(Math.max(23, columns));
		const long = 'x'.repeat(5000);
		expect(text(ask(methods.command, command({command: long})))).toContain(`   $ ${long}`);
	});

	test('begins with the id and for how long it has been asked', () => {
		expect(text({...ask(methods.command, command()), id: 'k'})[0]).toBe('k  command · asked 34 s ago');
	});

	test('names each word, and the key of each field', () => {
		for (const about of every) {
			const rows = text(about).join('\n');
			for (const {word} of shellChoices(about)) expect(rows).toMatch(new RegExp(`^ {3}${word} `, 'm'));
			for (const {key} of 'fields' in about ? about.fields : []) expect(rows).toContain(`--field '${key}=`);
		}
		expect(text(ask(methods.elicitation, form({unit: {type: 'string', default: 'a'}})))).toContain(
			"     --field 'unit=TEXT'  (optional, now a)",
		);
	});
});

describe('JSON', () => {
	test('offers what a card offers, in the same order', () => {
		for (const about of every) {
			const {choices} = requestJson(about, shellChoices(about), {});
			const onCard = choicesOf(about, ready(about));
			expect(choices.map(({effect}) => effect)).toEqual(onCard.map(({effect}) => effect));
			expect(choices.some(({blind}) => blind)).toBe(isBlind(about));
			expect(new Set(choices.map(({word}) => word)).size).toBe(choices.length);
		}
	});

	test('says what each field takes, and holds no answer', () => {
		const about = ask(
			methods.elicitation,
			form({unit: {type: 'string', enum: ['C', 'F'], default: 'F'}, days: {type: 'integer', minimum: 1}}, [
				'unit',
			]),
		);
		const json = requestJson(about, shellChoices(about), {raw: true});
		expect(json).toMatchObject({
			jumpseat: 1,
			type: 'jumpseat/request',
			id: 0,
			kind: 'form',
			params: {raw: true},
		});
		expect(json.fields).toMatchObject([
			{key: 'unit', type: 'one', options: [{value: 'C'}, {value: 'F'}], required: true, default: 'F'},
			{key: 'days', type: 'number', whole: true, minimum: 1, required: false, default: null},
		]);
		expect(JSON.stringify(json)).not.toContain('"answer"');
	});
});
