/** Which answers there are, what they do in words, and the exact result of each. */
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../source/asks/ask.ts';
import type {Card} from '../../source/asks/card.ts';
import {choicesOf} from '../../source/asks/choices.ts';
import type {Json} from '../../source/protocol/types.ts';
import {
	ask,
	command,
	form,
	methods,
	paste,
	permissions,
	press,
	question,
	questions,
	ready,
	tool,
	typed,
} from './make.ts';

type Answers = {readonly [key: string]: Json};

const answersOf = (card: Card): Answers =>
	Object.fromEntries(
		choicesOf(card.ask, card).map(choice => [
			choice.key,
			choice.blocked === undefined ? choice.answer : null,
		]),
	);
const answers = (about: Ask): Answers => answersOf(ready(about));
const filled = (about: Ask, ...keys: Parameters<typeof press>[1]): Answers =>
	answersOf(press(ready(about), keys).card);

const refusals: Answers = {n: {decision: 'decline'}, c: {decision: 'cancel'}};

describe('the answers to a command', () => {
	const exec = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push']}};
	const allow = {applyNetworkPolicyAmendment: {network_policy_amendment: {host: 'a.b', action: 'allow'}}};
	const deny = {applyNetworkPolicyAmendment: {network_policy_amendment: {host: 'a.b', action: 'deny'}}};

	it('are those that the server lists, and to decline and to cancel', () => {
		const of = (...availableDecisions: readonly unknown[]) =>
			answers(ask(methods.command, command({availableDecisions})));
		expect(of()).toEqual(refusals);
		expect(of('accept', exec, 'cancel')).toEqual({y: {decision: 'accept'}, p: {decision: exec}, ...refusals});
		expect(of('acceptForSession', allow, deny)).toEqual({
			a: {decision: 'acceptForSession'},
			h: {decision: allow},
			x: {decision: deny},
			...refusals,
		});
	});

	it('are accept and accept for the session where nothing is listed', () => {
		const about = ask(methods.command, command({availableDecisions: undefined}));
		expect(answers(about)).toEqual({y: {decision: 'accept'}, a: {decision: 'acceptForSession'}, ...refusals});
	});

	it('have a key each, also when there are two of a kind', () => {
		const hosts = ['a', 'b', 'c'].map(host => ({
			applyNetworkPolicyAmendment: {network_policy_amendment: {host, action: 'allow'}},
		}));
		const keys = Object.keys(answers(ask(methods.command, command({availableDecisions: hosts}))));
		expect(keys.toSorted()).toEqual(['1', '2', 'c', 'h', 'n']);
	});

	it('of an old server are in its words', () => {
		const about = ask(methods.legacyCommand, {command: ['ls'], cwd: '/'});
		expect(answers(about)).toEqual({
			y: {decision: 'approved'},
			a: {decision: 'approved_for_session'},
			n: {decision: 'denied'},
			c: {decision: 'abort'},
		});
	});

	it('say exactly what “always” allows', () => {
		const listed = [{acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push now']}}, allow];
		const about = ask(methods.command, command({availableDecisions: listed}));
		const [exactly, host] = choicesOf(about, ready(about)).map(choice => choice.effect);
		expect(exactly).toBe(
			"runs it, and from now on without asking every command that begins with `git 'push now'`",
		);
		expect(host).toBe('allows it, and from now on all access to a.b without asking');
	});

	it('show what hides in the words of an “always”', () => {
		const listed = [{acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git\u200b', '\u202ex']}}];
		const about = ask(methods.command, command({availableDecisions: listed}));
		expect(choicesOf(about, ready(about))[0]?.effect).toContain("'git‹U+200B›' '‹U+202E›x'");
	});

	it('say that cancelling ends the turn', () => {
		const effects = choicesOf(ask(methods.command, command()), ready(ask(methods.command, command()))).map(
			({key, effect}) => [key, effect],
		);
		expect(effects).toEqual([
			['y', 'runs it once'],
			['n', 'declines; the turn goes on'],
			['c', 'declines and ends the turn'],
		]);
	});
});

describe('the answers to a file change', () => {
	it('are all four', () => {
		const files = {'/a': {type: 'add', content: 'x'}};
		expect(answers(ask(methods.legacyPatch, {fileChanges: files}))).toEqual({
			y: {decision: 'approved'},
			a: {decision: 'approved_for_session'},
			n: {decision: 'denied'},
			c: {decision: 'abort'},
		});
		expect(answers(ask(methods.fileChange, {}))).toEqual({
			y: {decision: 'accept'},
			a: {decision: 'acceptForSession'},
			...refusals,
		});
	});
});

describe('a grant', () => {
	const nothing = {permissions: {}, scope: 'turn'};
	const about = ask(methods.permissions, permissions());

	it('is nothing until a line is chosen', () => {
		expect(answers(about)).toEqual({y: null, n: nothing});
	});

	it('holds the chosen lines, in every list that they came from, and no other', () => {
		expect(filled(about, 'space')).toEqual({
			y: {permissions: {network: {enabled: true}}, scope: 'turn'},
			n: nothing,
		});
		expect(filled(about, 'down', 'down', 'space')).toEqual({
			y: {
				permissions: {
					fileSystem: {
						read: null,
						write: ['/var/lib'],
						entries: [{path: {type: 'path', path: '/var/lib'}, access: 'write'}],
					},
				},
				scope: 'turn',
			},
			n: nothing,
		});
	});

	it('can be of all lines, and for the session', () => {
		const params = permissions().permissions;
		expect(filled(about, 'a', 'down', 'down', 'down', 'right')).toEqual({
			y: {permissions: params, scope: 'session'},
			n: nothing,
		});
		expect(filled(about, 'a', 'a').y).toBeNull();
	});

	it('never loses what narrows it', () => {
		const deny = {path: {type: 'glob_pattern', pattern: '**/.env'}, access: 'deny'};
		const fileSystem = {read: null, write: ['/a', '/b'], entries: [deny], globScanMaxDepth: 2};
		const narrowed = ask(
			methods.permissions,
			permissions({permissions: {network: {enabled: true}, fileSystem}}),
		);
		expect(filled(narrowed, 'down', 'space').y).toEqual({
			permissions: {fileSystem: {globScanMaxDepth: 2, read: null, write: ['/a'], entries: [deny]}},
			scope: 'turn',
		});
		expect(filled(narrowed, 'space').y).toEqual({permissions: {network: {enabled: true}}, scope: 'turn'});
	});

	it('says in words how much of it is granted', () => {
		const {card} = press(ready(about), ['space', 'down', 'down', 'down', 'right']);
		expect(choicesOf(about, card)[0]?.effect).toBe('grants 1 of 3 for the whole session; the rest is denied');
	});
});

describe('the answers to questions', () => {
	it('go by the id of the question: an option, a text of one’s own, a secret', () => {
		const about = ask(
			methods.question,
			questions(
				question(),
				question({id: 'b', isOther: true}),
				question({id: 'c', options: null, isSecret: true}),
			),
		);
		expect(
			filled(
				about,
				'right',
				'right',
				'enter',
				'1',
				'right',
				'right',
				...typed('a b'),
				'enter',
				paste('s3cret\n'),
				'enter',
			),
		).toEqual({
			y: {answers: {scope: {answers: ['Both']}, b: {answers: ['a b']}, c: {answers: ['s3cret']}}},
			n: {answers: {}},
		});
	});

	it('cannot be given before the last step, not even a refusal', () => {
		const card = ready(ask(methods.question, questions(question())));
		expect(answersOf(card)).toEqual({y: null, n: null});
	});

	it('cannot be sent while one is missing', () => {
		const about = ask(methods.question, questions(question(), question({id: 'b'})));
		const {card} = press(ready(about), ['right', 'down', 'down']);
		expect(choicesOf(about, card)[0]).toMatchObject({
			answer: null,
			blocked: '“Scope: Which part?” needs a choice',
		});
	});
});

describe('the answers to an MCP server', () => {
	const refused = {
		n: {action: 'decline', content: null, _meta: null},
		c: {action: 'cancel', content: null, _meta: null},
	};

	it('are the fields of its form, each in its JSON type; what is optional and empty is left out', () => {
		const fields = {
			name: {type: 'string'},
			note: {type: 'string'},
			age: {type: 'integer'},
			share: {type: 'number'},
			ok: {type: 'boolean'},
			unit: {type: 'string', enum: ['c', 'f']},
			days: {type: 'array', items: {type: 'string', enum: ['mo', 'tu', 'we']}},
		};
		const about = ask(methods.elicitation, form(fields, ['name', 'age', 'days']));
		const keys = [
			...typed('Ada'),
			'enter',
			'enter',
			...typed('36'),
			'enter',
			...typed('-0.5e1'),
			'enter',
			'right',
			'enter',
			'2',
			'enter',
			'1',
			'3',
			'enter',
		];
		expect(filled(about, ...keys)).toEqual({
			y: {
				action: 'accept',
				content: {name: 'Ada', age: 36, share: -5, ok: true, unit: 'f', days: ['mo', 'we']},
				_meta: null,
			},
			...refused,
		});
	});

	it('are its defaults where nobody changed them', () => {
		const about = ask(
			methods.elicitation,
			form({ok: {type: 'boolean', default: false}, n: {type: 'number', default: 1.5}}),
		);
		expect(filled(about, 'down', 'down').y).toEqual({
			action: 'accept',
			content: {ok: false, n: 1.5},
			_meta: null,
		});
	});

	it('may be nothing at all, when it asks for nothing', () => {
		expect(answers(ask(methods.elicitation, form({})))).toEqual({
			y: {action: 'accept', content: {}, _meta: null},
			...refused,
		});
	});

	it('survive a field by the name of __proto__', () => {
		const fields = JSON.parse('{"__proto__": {"type": "string"}}') as object;
		const about = ask(
			methods.elicitation,
			form({}, [], {requestedSchema: {type: 'object', properties: fields}}),
		);
		expect(JSON.stringify(filled(about, 'x', 'down').y)).toBe(
			'{"action":"accept","content":{"__proto__":"x"},"_meta":null}',
		);
	});

	it('about an address have no content', () => {
		const about = ask(methods.elicitation, {
			serverName: 'x',
			mode: 'url',
			message: 'm',
			url: 'https://a.b/',
			elicitationId: 'e',
		});
		expect(answers(about)).toEqual({y: {action: 'accept', content: null, _meta: null}, ...refused});
	});

	it('about a tool last as long as it lets them', () => {
		const accept = (persist?: string) => ({
			action: 'accept',
			content: {},
			_meta: persist === undefined ? null : {persist},
		});
		expect(answers(ask(methods.elicitation, tool()))).toEqual({
			y: accept(),
			a: accept('session'),
			p: accept('always'),
			...refused,
		});
		expect(answers(ask(methods.elicitation, tool('session')))).toEqual({
			y: accept(),
			a: accept('session'),
			...refused,
		});
		expect(answers(ask(methods.elicitation, tool(null)))).toEqual({y: accept(), ...refused});
	});
});
