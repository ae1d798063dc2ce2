import {describe, expect, test} from 'vitest';
import {applyEvents} from '../../source/app/apply.ts';
import {chromeModel} from '../../source/app/chrome.ts';
import {companyOf, companyWords} from '../../source/app/company.ts';
import {followUps} from '../../source/app/follow-ups.ts';
import {hereOf} from '../../source/app/here.ts';
import {mayAnswer, mayManageQueue, maySpeak, modeOf, refusalOf, whoAnswers} from '../../source/app/seat.ts';
import {welcomeComplaint} from '../../source/app/share.ts';
import type {AppState} from '../../source/app/state.ts';
import type {ConnectionState} from '../../source/app-server/connection-state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
import {type SeatRole, shareCloseCodes} from '../../source/protocol/share.ts';
import type {Json} from '../../source/protocol/types.ts';
import {rowText} from '../../source/view/row.ts';
import {command, completed, started, turnStarted} from '../thread/make.ts';
import {
	asked,
	format,
	heard,
	liveState,
	moved,
	panes,
	person,
	present,
	press,
	resolved,
	run,
	sharedState,
	startMs,
	told,
	wait,
	welcomed,
} from './make.ts';

const olga = person('olga', 'owner');
const ada = (role: SeatRole) => person('ada', role);
const as = (role: SeatRole, options = {}): AppState =>
	sharedState(ada(role), [olga, person('bob', 'answer')], options);
const shell = 'item/commandExecution/requestApproval';
const offered = ['accept', {acceptWithExecpolicyAmendment: {execpolicy_amendment: ['npm']}}];
const ask = (state: AppState, id: number | string = 7): AppState =>
	applyEvents(state, [
		told(asked(shell, {turnId: 'T9', itemId: 'i', command: 'npm test', availableDecisions: offered}, id)),
	]);
const write = (state: AppState, text: string) => {
	const input = {type: 'paste', text} as const;
	const enter = {
		type: 'key',
		name: 'enter',
		text: '',
		raw: '\r',
		ctrl: false,
		alt: false,
		shift: false,
	} as const;
	const newId = () => 'jumpseat:ada:1';
	return run(press(state, 'compose'), {type: 'write', input, newId}, {type: 'write', input: enter, newId});
};
const answeredBy = (by: string, answer: Json, requestId: number | string = 7): SessionEvent =>
	heard('jumpseat/answered', {requestId, threadId: 't', by, answer, atMs: startMs});
const told7 = told(resolved(7));

describe('what a seat may do', () => {
	test.each<[SeatRole, boolean, boolean, boolean]>([
		['observe', false, false, false],
		['steer', true, false, false],
		['answer', true, true, false],
		['owner', true, true, true],
	])('%s', (role, speaks, answers, manages) => {
		const state = as(role);
		expect([maySpeak(state), mayAnswer(state), mayManageQueue(state)]).toEqual([speaks, answers, manages]);
		expect(write(state, 'hello').commands).toHaveLength(speaks ? 1 : 0);
		expect(run(state, 'queueStart').state.ui.notice?.text.includes('Your role')).toBe(!manages);
		expect(ask(state).ui.holder).toBe(answers ? 'card' : 'panes');
	});

	test('without a share it is all, unless the person only watches', () => {
		expect(modeOf(liveState(1, {observe: false}))).toBe('drive');
		expect(modeOf(liveState(1, {observe: true}))).toBe('observe');
	});

	test('whoever chose to watch only does so whatever the share allows, and after', () => {
		const watching = as('answer', {observe: true});
		expect(modeOf(watching)).toBe('observe');
		expect(modeOf(applyEvents(watching, [present(ada('steer'))]))).toBe('observe');
		const turned = write(as('owner'), '/observe').state;
		expect(modeOf(turned)).toBe('observe');
		expect(refusalOf(turned, 'speak')).toBe('Read-only: nothing can be sent in observe mode.');
	});

	test('a refusal says which role, and whom to ask', () => {
		expect(press(as('observe'), 'compose').ui.notice?.text).toBe(
			'Your role here is observe: nothing can be sent; ask olga.',
		);
		expect(press(ask(as('steer')), 'holdCard').ui.notice?.text).toBe(
			'Your role here is steer: nothing is answered; ask olga.',
		);
		expect(press(sharedState(ada('steer')), 'queueDelete').ui.notice?.text).toBe(
			'Your role here is steer: the queue can only be looked at; ask the owner.',
		);
	});

	test('a role changes under the hands: down it lets go of the keys and keeps the draft, up it takes none', () => {
		const writing = press(press(as('answer'), 'compose'), {
			type: 'write',
			input: {type: 'paste', text: 'half a sent'},
			newId: () => 'x',
		});
		const lower = applyEvents(writing, [present(ada('observe'), olga)]);
		expect(lower.ui.holder).toBe('panes');
		expect(lower.ui.notice?.text).toBe('Your role is observe now: you may only watch.');
		expect(lower.composer.editor.text).toBe('half a sent');
		const back = applyEvents(lower, [present(ada('steer'), olga)]);
		expect(back.ui.holder).toBe('panes');
		expect(press(back, 'compose').ui.holder).toBe('composer');

		const held = ask(as('answer'));
		const demoted = applyEvents(held, [present(ada('steer'), olga)]);
		expect(demoted.ui.holder).toBe('panes');
		expect(applyEvents(demoted, [present(ada('answer'), olga)]).ui.holder).toBe('panes');
	});

	test('a request that this seat may not answer is shown whole, with who may', () => {
		const state = ask(as('steer'));
		const text = (panes.cardView(state)?.rows ?? []).map(rowText).join('\n');
		expect(text).toContain('npm test');
		expect(text).toContain('Your role here is steer: olga or bob may answer.');
		// The same card, once its reader may answer, says what a lasting answer would allow.
		const promoted = applyEvents(state, [present(ada('answer'), olga)]);
		const whole = (panes.cardView(promoted)?.rows ?? []).map(rowText).join('\n');
		expect([text.includes('would allow'), whole.includes('would allow')]).toEqual([false, true]);
		expect(whoAnswers(sharedState(ada('steer')))).toEqual([
			'Your role here is steer: its owner may answer.',
			'its owner may answer.',
		]);
		expect(whoAnswers(as('answer', {observe: true}))[0]).toBe('Read-only: olga or bob may answer.');
		expect(whoAnswers(liveState())[0]).toBe('Read-only: it is answered in another seat.');
	});
});

describe('who answered', () => {
	const running = (role: SeatRole) =>
		ask(applyEvents(as(role), [told(turnStarted('T9')), told(started(command('i', 'npm test'), 'T9'))]));
	const threadText = (state: AppState) => panes.threadView(state).rows.map(rowText).join('\n');
	const done = told(
		completed({...command('i', 'npm test'), status: 'completed', exitCode: 0} as never, 'T9'),
	);

	test.each([
		['before the end of the request', [answeredBy('bob', {decision: 'accept'}), told7]],
		['after it', [told7, answeredBy('bob', {decision: 'accept'})]],
	])('is told %s: in a sentence, in the line of the item, in Events', (_when, events) => {
		const state = applyEvents(running('observe'), [...events, done]);
		expect(state.ui.notice?.text).toBe('bob approved: npm test');
		expect(threadText(state)).toMatch(/✓ npm test.*approved by bob · exit 0/);
		expect(state.log.entries.map(({name, detail}) => `${name} ${detail}`)).toContain(
			'jumpseat/answered #7 approved by bob',
		);
	});

	test('of what was answered here the own words stay, and the line has the own name', () => {
		const held = press(running('answer'), {type: 'sawCard', id: 7, view: {rowsTotal: 1, rowsShownTo: 1}});
		const key = {name: 'y', text: 'y', ctrl: false, alt: false};
		const sent = press(press(held, wait(800, held)), {type: 'pressCard', key});
		const after = applyEvents(sent, [answeredBy('ada', {decision: 'accept'}), told7, done]);
		expect(after.ui.notice?.text).toMatch(/^Answered here/);
		expect(threadText(after)).toContain('approved by ada');
	});

	test.each<[Json, string]>([
		[{decision: 'accept'}, 'approved'],
		[{decision: 'acceptForSession'}, 'approved'],
		[{decision: 'decline'}, 'declined'],
		[{decision: 'cancel'}, 'cancelled'],
		[{decision: 'abort'}, 'cancelled'],
		[{decision: {acceptWithExecpolicyAmendment: {}}}, 'approved'],
		[{decision: {applyNetworkPolicyAmendment: {network_policy_amendment: {action: 'deny'}}}}, 'declined'],
		[{permissions: {}, scope: 'turn'}, 'declined'],
		[{permissions: {network: {enabled: true}}, scope: 'turn'}, 'approved'],
		[{answers: {}}, 'answered'],
		[{action: 'accept', content: {}}, 'approved'],
		[null, 'answered'],
	])('%j is %s', (answer, word) => {
		const {share} = applyEvents(running('observe'), [answeredBy('bob', answer)]);
		expect(share?.itemVerdicts.get('i')).toEqual({by: 'bob', decision: word});
	});

	test('a hostile name acts on nothing', () => {
		const state = applyEvents(running('observe'), [
			answeredBy('b\u001b[2Job\n', {decision: 'accept'}),
			told7,
			done,
		]);
		expect(state.ui.notice?.text).not.toMatch(/[\u0000-\u001f]/);
		expect(threadText(state)).not.toContain('\u001b');
	});

	test('what a session has seen is bounded', () => {
		const events = Array.from({length: 600}, (_, id) => answeredBy('bob', {decision: 'accept'}, id));
		expect(applyEvents(as('observe'), events).share?.verdicts.size).toBeLessThanOrEqual(50);
	});
});

describe('the owner', () => {
	const owner = sharedState(olga, [ada('steer')]);
	const response = (method: string, result: Json): SessionEvent => ({
		type: 'traffic',
		traffic: {kind: 'response', id: 1, method, outcome: {ok: true, result}, bytes: 1, atMs: startMs} as never,
	});
	const link = 'jumpseat+wss://h:1#1.SECRETTOKEN.FP';
	const description = {
		threadId: 't',
		startedAtMs: startMs,
		doors: ['unix:///s'],
		invitations: [],
		people: [],
	};

	test('asks for doors and invitations on each connection; a guest does not', () => {
		const asks = (state: AppState, event: SessionEvent) =>
			followUps(state, applyEvents(state, [event]), [event]);
		expect(asks(owner, welcomed(olga))).toMatchObject([{type: 'askShare', method: 'jumpseat/share/read'}]);
		expect(asks(as('answer'), welcomed(ada('answer')))).toEqual([]);
		const read = applyEvents(owner, [response('jumpseat/share/read', description)]);
		expect(read.share?.described?.doors).toEqual(['unix:///s']);
		const changed = applyEvents(read, [heard('jumpseat/share/changed', {...description, doors: ['a', 'b']})]);
		expect(changed.share?.described?.doors).toEqual(['a', 'b']);
	});

	test('invites: what is asked, the link shown and copied until it is put away, its token in no event', () => {
		const {state, commands} = write(owner, '/invite "Bo B" answer 2h once');
		expect(commands).toEqual([
			{
				type: 'askShare',
				method: 'jumpseat/share/invite',
				params: {name: 'Bo B', role: 'answer', once: true, expiresInMs: 7_200_000},
				done: '',
			},
		]);
		expect(state.ui).toMatchObject({tab: 'guests', focus: 'side', holder: 'panes'});
		const event = response('jumpseat/share/invite', {name: 'Bo B', role: 'answer', link});
		const after = applyEvents(state, [event]);
		expect(followUps(state, after, [event])).toEqual([{type: 'copy', text: link}]);
		expect(after.ui.notice?.text).toContain('The link for Bo B is copied');
		expect(run(after, 'copy').commands).toEqual([{type: 'copy', text: link}]);
		expect(JSON.stringify(after.log)).not.toContain('SECRETTOKEN');
		const closed = press(after, 'closeLink');
		expect(closed.share?.link).toBeUndefined();
		expect(press(closed, 'closeLink').ui.notice?.text).toBe('No link is shown.');
	});

	test('changes a role, removes, and ends the share after one more question', () => {
		expect(write(owner, '/role ada answer').commands).toMatchObject([
			{
				method: 'jumpseat/share/role',
				params: {name: 'ada', role: 'answer'},
				done: 'ada may send messages and answer now.',
			},
		]);
		expect(write(owner, '/remove ada').commands).toMatchObject([
			{method: 'jumpseat/share/remove', params: {name: 'ada'}},
		]);
		const asking = write(owner, '/endshare');
		expect(asking.commands).toEqual([]);
		expect(run(asking.state, 'confirm').commands).toMatchObject([{method: 'jumpseat/share/end', params: {}}]);
		expect(run(asking.state, 'refuse').commands).toEqual([]);
	});

	test('a guest is told whose commands these are', () => {
		for (const text of ['/invite x', '/role x steer', '/remove x', '/endshare']) {
			const {state, commands} = write(as('answer'), text);
			expect(commands).toEqual([]);
			expect(state.composer.notice).toContain('is for the owner of the share');
		}
	});
});

describe('who else is here', () => {
	const words = (columns: number, ...others: ReturnType<typeof person>[]) =>
		companyWords(companyOf(sharedState(ada('steer'), others)) ?? [], columns);

	test('names as many as there is room for, and who writes or looks back', () => {
		const others = [olga, person('bob', 'steer', {typing: true}), person('eve', 'observe', {at: 'back'})];
		expect(words(80, ...others)).toBe('with olga, bob ✎, eve ↑');
		expect(words(22, ...others)).toBe('with olga, bob ✎ +1');
		expect(words(14, ...others)).toBe('with olga +2 ✎');
		expect(words(5, ...others)).toBe('+3 ✎');
		expect(words(3, ...others)).toBe('');
		expect(words(80)).toBe('nobody else here');
		expect(words(5)).toBe('');
	});

	test('a person with two connections is one, and looks back only with both', () => {
		const two = [person('bob', 'steer', {at: 'back'}), person('bob', 'steer', {id: 'bob-2'})];
		expect(words(80, ...two)).toBe('with bob');
	});
});

describe('what the others are told of this seat', () => {
	const at = (state: AppState, laterMs = 0) => hereOf(state, state.nowMs + laterMs);
	const typing = (text: string) =>
		press(press(as('steer'), 'compose'), {type: 'write', input: {type: 'paste', text}, newId: () => 'x'});

	test('it writes for three seconds after the last key, and no longer than it has the keys', () => {
		expect(at(typing('hello'))).toEqual({at: 'live', typing: true});
		expect(at(typing('hello'), 2999).typing).toBe(true);
		expect(at(typing('hello'), 3000).typing).toBe(false);
		expect(at(press(typing('hello'), 'leaveComposer')).typing).toBe(false);
		expect(at(write(as('steer'), 'hello').state).typing).toBe(false);
	});

	test('a command is nobody’s business', () => {
		expect(at(typing('/export my-notes')).typing).toBe(false);
		expect(at(typing('//etc')).typing).toBe(true);
	});

	test('scrolled back is told', () => {
		const state = sharedState(ada('observe'), [], {rows: 12});
		expect(at(press(state, 'top')).at).toBe('back');
		expect(at(press(state, 'top', 'bottom')).at).toBe('live');
	});
});

describe('a share of another version', () => {
	test.each([
		[1, undefined],
		[2, 'newer'],
		[0, 'older'],
	])('%i', (protocol, word) => {
		const complaint = welcomeComplaint({protocol, threadId: 't', you: {id: '1', name: 'a', role: 'steer'}});
		if (word === undefined) expect(complaint).toBeUndefined();
		else expect(complaint).toContain(word);
	});
});

describe('when the share lets go', () => {
	const moving = (state: AppState, connection: ConnectionState) => applyEvents(state, [moved(connection)]);
	const shown = (state: AppState) => {
		const {state: header, status, company} = chromeModel(state, panes, undefined, format);
		return {header: header.map(({text}) => text), status, company};
	};
	const failed = (closeCode: number) => ({kind: 'failed', why: 'olga let go.', closeCode}) as const;

	test.each([
		[shareCloseCodes.removed, '○ removed'],
		[shareCloseCodes.ended, '○ share ended'],
	])('for good (%i), it says why in the words of the share, and leaving is no failure', (code, header) => {
		const status = 'q quits. olga let go. What you saw stays here.';
		const state = moving(as('steer'), failed(code));
		expect(shown(state)).toMatchObject({status: {text: status}, company: undefined});
		expect(shown(state).header).toEqual([header, 'codex 0.169']);
		expect(run(state, 'quit').commands).toEqual([{type: 'quit', exitCode: 0}]);
	});

	test('with any other code it is a lost connection', () => {
		const state = moving(as('steer'), failed(1006));
		expect(shown(state).header[0]).toBe('✗ failed');
		expect(run(state, 'quit').commands).toEqual([{type: 'quit', exitCode: 5}]);
	});

	test('to be back in a moment, it catches up without alarm', () => {
		const state = moving(as('steer'), {
			kind: 'reconnecting',
			attempt: 1,
			nextAtMs: startMs + 500,
			why: 'x',
			closeCode: shareCloseCodes.resynchronise,
		});
		const calm = {text: 'The share waits for its server, and catches up by itself.', tone: 'muted'};
		expect(shown(state).header[0]).toBe('◌ catching up');
		expect(shown(state).status).toEqual(calm);
		expect(shown(moving(state, {kind: 'connecting', attempt: 1})).status).toEqual(calm);
		expect(shown(moving(state, {kind: 'connecting', attempt: 1})).header[0]).toBe('◌ catching up');
		expect(shown(state).company).toHaveLength(2);
		const lost = {kind: 'reconnecting', attempt: 1, nextAtMs: startMs, why: 'x', closeCode: 1006} as const;
		expect(shown(moving(state, lost)).header[0]).toBe('○ connection lost');
	});
});

test('malformed words of a share change nothing', () => {
	const state = as('steer');
	const events = [
		'jumpseat/presence',
		'jumpseat/answered',
		'jumpseat/share/changed',
		'jumpseat/else',
	].flatMap(method => [null, 3, [], {you: 1}, {requestId: {}}].map(params => heard(method, params)));
	expect(applyEvents(state, events).share).toBe(state.share);
});
