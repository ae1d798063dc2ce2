/** Fields filled in from the words of a shell: what fits goes in, what could mean two things is refused. */
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import type {Card} from '../../source/asks/card.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import {fillForm, type Pair} from '../../source/asks/fill.ts';
import {fieldsOf, shellCard} from '../../source/commands/requests/request-words.ts';
import {ask, form, methods, permissions, question, questions} from './make.ts';

type Words = readonly string[];

/** `KEY=VALUE` as the command line splits it; `KEY<VALUE` comes from standard input. */
const pairOf = (word: string): Pair => {
	const at = word.search(/[=<]/);
	const source = word[at] === '<' ? 'stdin' : 'words';
	return {key: word.slice(0, at), value: word.slice(at + 1), source};
};

const fill = (about: Ask, words: Words) => {
	const card = shellCard(about, 0);
	if (card.form === undefined) throw new Error('It has no form.');
	return {card, filled: fillForm(fieldsOf(about), card.form, words.map(pairOf))};
};

/** The exact answer of the first choice, or why there is none. */
const sent = (about: Ask, ...words: Words): unknown => {
	const {card, filled} = fill(about, words);
	if (filled.kind === 'refused') return filled.why;
	const full: Card = {...card, form: filled.form};
	const [first] = choicesOf(about, full);
	return first?.blocked ?? first?.answer;
};

describe('a question', () => {
	const about = ask(
		methods.question,
		questions(question({isOther: true}), question({id: 'a=b', question: 'What else?', options: null})),
	);

	it('takes an option by its name, and own words under a key of their own', () => {
		expect(sent(about, 'scope=Both', 'a=b=c=d')).toEqual({
			answers: {scope: {answers: ['Both']}, 'a=b': {answers: ['c=d']}},
		});
		expect(sent(about, 'scope:other=Both, or none', 'a=b=x')).toMatchObject({
			answers: {scope: {answers: ['Both, or none']}},
		});
	});

	it('takes nothing that is no option, not even in another case or in part', () => {
		for (const value of ['both', 'Bot', 'Both '])
			expect(sent(about, `scope=${value}`)).toBe(
				'--field scope is one of: The test, Both; anything else goes to scope:other',
			);
	});

	it('needs every answer, and takes none twice or of a field that it has not', () => {
		expect(sent(about, 'scope=Both')).toMatch(/^“.*What else\?” needs an answer$/);
		expect(sent(about, 'scope=Both', 'scope=Both')).toBe('--field scope is given twice');
		expect(sent(about, 'scope=Both', 'scope:other=x')).toBe('--field scope:other is given twice');
		expect(sent(about, 'scop=Both')).toMatch(/no such field. Those that it has: scope, scope:other, a=b$/);
	});

	it('takes one line without control characters', () => {
		for (const value of ['two\nlines', 'a\u001B[2Jb', 'x'.repeat(10_001)])
			expect(sent(about, `scope:other=${value}`)).toMatch(/takes one line without control characters/);
	});

	it('that is secret takes its answer from standard input only, and no sentence repeats it', () => {
		const secret = ask(methods.question, questions(question({isSecret: true, isOther: true})));
		for (const word of ['scope:other=hunter2', 'scope=hunter2'])
			expect(sent(secret, word)).toMatch(/^--field \S+ is secret, (?!.*hunter2)/);
		expect(sent(secret, 'scope:other<hunter2')).toEqual({answers: {scope: {answers: ['hunter2']}}});
		expect(sent(secret, 'scope:other<hunter2\nx')).not.toContain('hunter2');
	});

	it('whose keys could be split in two ways is refused', () => {
		const twice = ask(
			methods.question,
			questions(question({id: 'a', options: null}), question({id: 'a=b', options: null})),
		);
		expect(sent(twice, 'a=b=c')).toBe('--field a fits several of its fields: answer it on the screen');
		expect(sent(twice, 'a=c')).toMatch(/needs an answer$/);
	});
});

describe('a form', () => {
	const about = ask(
		methods.elicitation,
		form(
			{
				name: {type: 'string', default: 'Ada'},
				nights: {type: 'integer', minimum: 1},
				room: {
					type: 'string',
					oneOf: [
						{const: 's', title: 'single'},
						{const: 'd', title: 'double'},
					],
				},
				late: {type: 'boolean'},
				extras: {type: 'array', items: {enum: ['sea', 'view', 'quiet']}, default: ['quiet']},
			},
			['name', 'nights', 'late'],
		),
	);
	const content = (...words: Words): unknown => {
		const answer = sent(about, ...words);
		return typeof answer === 'object' ? (answer as {content: unknown}).content : answer;
	};

	it('is filled in by value or title, with what it presets where nothing is said', () => {
		expect(content('nights=2', 'late=no', 'room=double')).toEqual({
			name: 'Ada',
			nights: 2,
			late: false,
			room: 'd',
			extras: ['quiet'],
		});
	});

	it('takes several of many, each by a word of its own, in place of what it presets', () => {
		expect(content('nights=2', 'late=yes', 'extras=view', 'extras=sea')).toMatchObject({
			extras: ['sea', 'view'],
		});
		expect(content('nights=2', 'late=yes', 'extras=')).not.toHaveProperty('extras');
	});

	it('says what is wrong with a value as its card does', () => {
		expect(content('nights=0', 'late=yes')).toBe('“nights” must be at least 1');
		expect(content('nights=2', 'late=maybe')).toBe('--field late is yes or no');
		expect(content('nights=2', 'late=')).toBe('“late” needs a choice');
		expect(content('nights=2', 'late=yes', 'name=')).toBe('“name” needs an answer');
		expect(content('room=triple')).toBe('--field room is one of: s, d');
	});
});

describe('permissions', () => {
	const about = ask(methods.permissions, permissions());

	it('are granted by what they are, never by their place, and for the turn unless it is said', () => {
		expect(fieldsOf(about).map(({key}) => key)).toEqual(['network', 'read /etc', 'write /var/lib', 'scope']);
		expect(sent(about, 'network=yes')).toEqual({permissions: {network: {enabled: true}}, scope: 'turn'});
		expect(sent(about, 'read /etc=yes', 'scope=session')).toMatchObject({
			permissions: {fileSystem: {read: ['/etc'], write: null}},
			scope: 'session',
		});
		expect(sent(about, 'read /=yes')).toMatch(/no such field/);
		expect(sent(about, 'network=no')).toMatch(/^nothing is chosen yet/);
		expect(sent(about, 'network=sure')).toBe('--field network is yes or no');
		expect(sent(about, 'scope=ever')).toBe('--field scope is one of: turn, session');
	});
});
