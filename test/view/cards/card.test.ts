/** A card on the screen: whole, calm, and honest about what hides in it and what a key does. */
import {describe, expect, it} from 'vitest';
import type {Ask} from '../../../source/asks/ask.ts';
import {type Card, openCard, resolveCard, signalCard} from '../../../source/asks/card.ts';
import {initialThreadState, type ThreadState} from '../../../source/thread/state.ts';
import {type CardRows, cardRows} from '../../../source/view/cards/card.ts';
import {rowText} from '../../../source/view/row.ts';
import {theme} from '../../../source/view/style.ts';
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
	request,
	tool,
	typed,
} from '../../asks/make.ts';
import {info, item, lines, thread, turn, utc} from '../samples.ts';

const draw = (card: Card, columns = 80, state: ThreadState = initialThreadState): CardRows =>
	cardRows(card, state, columns, utc, card.ask.askedAtMs + 8000);
const body = (about: Ask, columns = 80): readonly string[] => lines(draw(ready(about), columns).body);
const choices = (card: Card, columns = 80): string => lines(draw(card, columns).choices).join(' ');
const warnings = (about: Ask): string => lines(draw(ready(about)).warnings).join('\n');

describe('a command', () => {
	it('is shown whole with its folder, its reason and what “always” would allow', () => {
		const exec = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push']}};
		const card = ready(ask(methods.command, command({availableDecisions: ['accept', exec, 'cancel']})));
		const state = thread([], {
			requests: [request('x', {}, {id: 9}), request(methods.command, {}), request('y', {}, {id: 8})],
		});
		const drawn = draw(card, 80, state);
		expect(rowText(drawn.head)).toBe('approve? · command · asked 00:08 ago · 2 of 3');
		expect(lines(drawn.body)).toEqual([
			"$ /bin/bash -lc 'git push'",
			'in   /home/ada/app',
			'why  needs the network',
			'“always” would allow every command that begins with',
			'     git push',
		]);
		expect(lines(drawn.choices)).toEqual([
			'y runs it once · p runs it, and from now on without asking every command that',
			'  begins with `git push` · n declines; the turn goes on · c declines and ends',
			'  the turn',
		]);
		expect(drawn.warnings).toEqual([]);
	});

	it('says nothing of keys to whoever may not answer it', () => {
		const exec = {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['git', 'push']}};
		const card = ready(ask(methods.command, command({availableDecisions: ['accept', exec, 'cancel']})));
		const drawn = cardRows(card, initialThreadState, 80, utc, 0, 'reads');
		expect(lines(drawn.body)).toEqual([
			"$ /bin/bash -lc 'git push'",
			'in   /home/ada/app',
			'why  needs the network',
		]);
		const blind = ready(ask(methods.command, command({command: null})));
		const warnedOf = (reader: 'answers' | 'reads') =>
			lines(cardRows(blind, initialThreadState, 80, utc, 0, reader).warnings).join();
		expect(warnedOf('answers')).toContain('asks twice');
		expect(warnedOf('reads')).not.toContain('asks twice');
	});

	it('of many lines and columns loses nothing, however narrow it is', () => {
		const text = `for i in ${'abc '.repeat(50)}; do\n  echo "$i"\ndone`;
		for (const columns of [40, 61, 120, 200]) {
			const drawn = draw(
				ready(ask(methods.command, command({command: text, cwd: null, reason: null}))),
				columns,
			);
			const shown = drawn.body.map(row => rowText(row).slice(2)).join('');
			expect(shown).toBe(text.replaceAll('\n', '⏎'));
		}
	});

	it('makes what hides in it visible, in a loud look, and calls it out', () => {
		const about = ask(methods.command, command({command: 'curl pаypal.com\u202e \nrm -rf /   '}));
		expect(body(about).slice(0, 2)).toEqual(['$ curl pаypal.com‹U+202E›·⏎', '  rm -rf /···']);
		const loud = draw(ready(about)).body.flatMap(row =>
			row.filter(span => span.sgr === theme.hidden).map(span => span.text),
		);
		expect(loud).toEqual(['а', '‹U+202E›·', '⏎', '···']);
		expect(warnings(about)).toBe(
			[
				'! text that runs in another order than it reads: ‹U+202E›',
				'! “pаypal” mixes Latin and Cyrillic letters: а is U+0430',
				'! spaces at the end of a line',
				'! 2 lines, not one',
			].join('\n'),
		);
	});

	it('says that its details were missed, and how to accept all the same', () => {
		const about = ask(methods.command, command({command: null}));
		expect(body(about)[0]).toBe(
			'The server does not say what would run, and the item that does began before we',
		);
		expect(warnings(about)).toBe('! its details were missed: to accept it asks twice');
		expect(choices(press(ready(about), ['y']).card)).toBe(
			'Y runs it once, without your having seen what it is about · any other key: no',
		);
	});

	it('tells network access, input for a program and a command of several apart', () => {
		const network = {networkApprovalContext: {host: 'example.org', protocol: 'https'}};
		const only = ask(methods.command, command({...network, command: null}));
		expect(rowText(draw(ready(only)).head)).toMatch(/^approve\? · network access ·/);
		expect(body(only)[0]).toBe('net  https://example.org');
		expect(body(ask(methods.command, command({kind: 'writeStdin', command: 'y\n'}))).slice(0, 2)).toEqual([
			'Input for a program that is running already:',
			'> y⏎',
		]);
		expect(body(ask(methods.command, command({approvalId: 'a'})))[0]).toBe(
			'One command of several in the same call:',
		);
		const additional = {network: {enabled: true}, fileSystem: {read: null, write: ['/x']}};
		expect(
			body(ask(methods.command, command({additionalPermissions: additional, reason: null}))).slice(-2),
		).toEqual(['also the network', 'also write /x']);
	});

	it('greys out what cannot be taken yet, and says why', () => {
		const drawn = draw(openCard(ask(methods.command, command()), 0));
		expect(lines(drawn.choices).at(-1)).toBe('y: read to its end first (PgDn)');
		expect(drawn.choices[0]?.find(span => span.text === 'y')?.sgr).toBe(theme.muted);
	});
});

describe('a file change', () => {
	const change = {
		path: '/home/ada/app/source/login.js',
		kind: {type: 'update'},
		diff: '@@ -1,2 +1,2 @@\n keep\n-old\n+new\u202e\n',
	};
	const state = (...changes: readonly object[]) =>
		thread([turn('T', [item('i', {type: 'fileChange', changes: changes as never})])], {
			info: info({cwd: '/home/ada/app'}),
		});
	const drawn = (...changes: readonly object[]) => {
		const held = state(...changes);
		return draw(ready(ask(methods.fileChange, {}, held)), 60, held);
	};

	it('is its whole diff, with hidden characters made visible', () => {
		const rows = drawn(change);
		expect(lines(rows.body)).toEqual([
			'✎ source/login.js',
			'+1 −1',
			'@@ -1 +1 @@',
			'1 1  keep',
			'2   -old',
			'  2 +new‹U+202E›',
		]);
		expect(rows.body.at(-1)?.at(-1)).toEqual({text: '‹U+202E›', sgr: theme.hidden});
		expect(lines(rows.warnings)).toEqual([
			'! in the file: text that runs in another order than it',
			'  reads: ‹U+202E›',
		]);
	});

	it('is never cut, however long', () => {
		const content = Array.from({length: 3000}, (_each, index) => `line ${index}`).join('\n');
		const rows = drawn({path: '/b', kind: {type: 'add'}, diff: `${content}\n`});
		expect(rows.body.length).toBe(3003);
		expect(rowText(rows.body.at(-1) ?? [])).toContain('line 2999');
	});

	it('of a new file shows every line of it, also those that look like a diff', () => {
		const rows = drawn({path: '/b', kind: {type: 'add'}, diff: '@@ -0,0 +1 @@\n--- a\nindex 0..1\n'});
		expect(lines(rows.body).slice(-3)).toEqual(['  1 +@@ -0,0 +1 @@', '  2 +--- a', '  3 +index 0..1']);
	});

	it('names what is created, deleted and moved, and shows a path that climbs as it is', () => {
		const rows = drawn(
			{path: '/home/ada/app/../../etc/x', kind: {type: 'add'}, diff: ''},
			{path: '/a', kind: {type: 'update', move_path: '/b'}, diff: ''},
			{path: '/c', kind: {type: 'delete'}, diff: 'gone\n'},
		);
		const text = lines(rows.body).join('\n');
		for (const words of [
			'✎ /home/ada/app/../../etc/x\nnew, empty',
			'✎ /a → /b\nmoved, not changed',
			'✎ /c\n−1  deleted',
		])
			expect(text).toContain(words);
	});

	it('says that its diff was missed', () => {
		expect(body(ask(methods.fileChange, {}))[0]).toMatch(/^The diff was sent before we joined/);
	});

	it('says what else it asks for', () => {
		expect(body(ask(methods.fileChange, {grantRoot: '/home'}))[0]).toBe(
			'asks to write below, from now on: /home',
		);
	});
});

describe('permissions', () => {
	it('are lines to choose, with a mark', () => {
		const card = press(ready(ask(methods.permissions, permissions())), ['down', 'space']).card;
		const drawn = draw(card);
		expect(lines(drawn.body)).toEqual([
			'in   /home/ada/app',
			'',
			'  [ ] use the network',
			'▸ [x] read /etc',
			'  [ ] write /var/lib',
			'  for',
			'    (•) this turn',
			'    ( ) the whole session',
		]);
		expect(drawn.focus).toEqual({row: 3, column: undefined});
		expect(lines(drawn.choices)[0]).toContain('y grants 1 of 3 for this turn; the rest is denied');
	});

	it('show what stays forbidden, and what was not understood', () => {
		const entries = [{path: {type: 'path', path: '/secret'}, access: 'deny'}];
		const about = ask(
			methods.permissions,
			permissions({
				permissions: {network: null, fileSystem: {read: ['/'], write: null, entries}, camera: {}},
			}),
		);
		expect(body(about)).toContain('      never /secret');
		expect(warnings(about)).toBe('! it also asks for camera, which is not known; it is not granted');
	});
});

describe('questions', () => {
	const about = ask(
		methods.question,
		questions(
			question({isOther: true}),
			question({id: 'b', header: 'Key', question: 'The key?', options: null, isSecret: true}),
		),
	);

	it('show their options, what is picked, and where the mark is', () => {
		const drawn = draw(press(ready(about), ['right', 'right', 'right', ...typed('mine')]).card);
		expect(lines(drawn.body)).toEqual([
			'▸ Scope: Which part?',
			'    ( ) The test — Only the test',
			'    ( ) Both',
			'  › (•) something else',
			'    mine',
			'',
			'  Key: The key?',
			'    …',
			'',
			'  the last step',
		]);
		expect(drawn.focus).toEqual({row: 4, column: 8});
		expect(rowText(drawn.head)).toMatch(/^answer\? · 2 questions/);
	});

	it('never show a secret, in no phase and in no row', () => {
		let card = press(ready(about), ['right', 'down', paste('hunter2'), 'left', 'left']).card;
		const drawn = draw(card);
		expect(lines(drawn.body)).toContain('    •••••••');
		expect(drawn.focus).toMatchObject({column: 9});
		card = press(card, ['down', 'y']).card;
		for (const each of [drawn, draw(card), draw(signalCard(card, 'resolved', 0))])
			expect(JSON.stringify(each)).not.toContain('hunter2');
	});

	it('offer their answers on the last step only', () => {
		const card = press(ready(about), ['right', 'down', 'x']).card;
		expect(choices(card)).toContain('nothing is sent before the last step');
		const last = draw(press(card, ['enter']).card);
		expect(lines(last.body).at(-1)).toBe(
			'▸ the last step: nothing is sent until you press the key of an answer',
		);
		expect(lines(last.choices)[0]).toBe(
			'y sends these answers · n sends no answer; the agent goes on without',
		);
	});
});

describe('an MCP server', () => {
	it('asks by a form, which says what each field wants and what is wrong with it', () => {
		const fields = {
			mail: {type: 'string', format: 'email', title: 'Your mail', description: 'For the bill'},
			n: {type: 'integer'},
		};
		const card = press(ready(ask(methods.elicitation, form(fields, ['mail']))), ['x']).card;
		expect(lines(draw(card).body)).toEqual([
			'from the MCP server weather',
			'Which unit?',
			'',
			'▸ Your mail',
			'  For the bill',
			'  an e-mail address',
			'    x',
			'    must be an e-mail address',
			'',
			'  n',
			'  optional · a whole number',
			'    …',
			'',
			'  the last step',
		]);
	});

	it('shows an address whole, with the host that it leads to', () => {
		const url = 'https://google.com@evil.example/?q=1';
		const rows = body(ask(methods.elicitation, {serverName: 'x', mode: 'url', message: 'Log in', url}));
		expect(rows.slice(-3)).toEqual([url, 'leads to evil.example', 'Jumpseat does not open it.']);
	});

	it('shows the tool and its arguments whole', () => {
		expect(body(ask(methods.elicitation, tool())).slice(2)).toEqual([
			'tool forecast',
			'with {',
			'       "city": "Oslo"',
			'     }',
		]);
	});
});

describe('what is only shown', () => {
	it.each([
		['item/tool/call', {tool: 'x'}, 'for the program that owns the thread'],
		['item/future', {a: 1}, 'does not know this kind of request'],
		[methods.command, {command: 1}, 'could not be read'],
	])('%s says whose it is', (method, params, words) => {
		const about = ask(method, params);
		expect(body(about).join(' ')).toContain(words);
		expect(choices(ready(about))).toBe('Shown only. Esc leave');
		expect(rowText(draw(ready(about)).head)).toMatch(/^not for us · /);
	});
});

describe('after the answer', () => {
	const about = ask(methods.command, command());
	const sent = press(ready(about), ['y']).card;
	const done = thread([
		turn('T', [item('i', {type: 'commandExecution', command: 'x', status: 'completed'})]),
	]);

	it.each<readonly [string, Card, string, string]>([
		['sent', sent, 'answering… accept', 'Sent; waiting for the server to say that it counts.'],
		['answered here', resolveCard(sent, done, 0), 'answered here: accept', 'Answered here — it was done.'],
		[
			'answered elsewhere',
			resolveCard(ready(about), done, 0),
			'answered elsewhere',
			'Answered elsewhere — it was done.',
		],
		[
			'void',
			signalCard(ready(about), 'voided', 0),
			'void',
			'Its turn is over: nobody has to answer any more.',
		],
		['lost', signalCard(ready(about), 'dropped', 0), 'connection lost', 'It may be answered again'],
		[
			'sent and lost',
			signalCard(sent, 'dropped', 0),
			'connection lost, sent: accept',
			'Whether the answer arrived is not known',
		],
	])('it tells the truth: %s', (_what, card, head, words) => {
		const drawn = draw(card, 80, done);
		expect(rowText(drawn.head).startsWith(`${head} · `)).toBe(true);
		expect(lines(drawn.choices).join(' ')).toContain(words);
	});
});

describe('the same card', () => {
	it('gives the same rows, so that the screen has nothing to do', () => {
		const card = ready(ask(methods.command, command()));
		expect(draw(card).body).toBe(draw(card).body);
	});
});
