/**
 * A pending request for people and for programs: one line, or one JSON object. What can be answered comes from
 * `choicesOf()`, as on a card; there is no second table.
 *
 * Invariants: pure; a line is safe for a terminal, with what hides in it made visible; JSON holds the server's text
 * as it is, escaped. Called by `requests`, `answer`, `wait` and `tail`.
 */
import {type Ask, isBlind} from '../../asks/ask.ts';
import {type Card, type Choice, openCard, showCard} from '../../asks/card.ts';
import {choicesOf} from '../../asks/choices.ts';
import {contentOf, type Field, initialValue} from '../../asks/field.ts';
import {revealedLine} from '../../asks/hidden.ts';
import {kindWords} from '../../asks/kind-words.ts';
import {readAsk} from '../../asks/read.ts';
import type {PendingRequest, ThreadState} from '../../thread/state.ts';
import {createFormat} from '../../view/format.ts';

/**
 * The card of a request for whoever has no screen: it stands at its last step, for nothing moves a mark through it,
 * and the body counts as read, for `requests` has printed it whole.
 */
export const shellCard = (ask: Ask, nowMs: number): Card => {
	const card = showCard(openCard(ask, nowMs), {rowsTotal: 1, rowsShownTo: 1});
	return card.form === undefined ? card : {...card, form: {...card.form, at: card.form.values.length}};
};

/** What a person may answer to it, before anything is filled in. Empty: it is for the owner of the thread, or unknown. */
export const shellChoices = (ask: Ask): readonly Choice[] => choicesOf(ask, shellCard(ask, 0));

export type Waiting = {readonly ask: Ask; readonly request: PendingRequest};

/** What the thread waits for, oldest first. */
export const waitingIn = (thread: ThreadState): readonly Waiting[] =>
	thread.requests
		.map(request => ({request, ask: readAsk(request, thread)}))
		.toSorted((left, right) => left.ask.askedAtMs - right.ask.askedAtMs);

export const fieldsOf = (ask: Ask): readonly Field[] =>
	ask.kind === 'permissions' || ask.kind === 'question' || ask.kind === 'form' ? ask.fields : [];

const paths = (ask: Extract<Ask, {kind: 'fileChange'}>): string => {
	if (ask.details === 'missed') return '(its diff was missed by joining late)';
	return ask.details.changes.map(({path}) => path).join(', ');
};

/** What it is about, raw and of any number of lines. */
const subject = (ask: Ask): string => {
	switch (ask.kind) {
		case 'command':
			return ask.command ?? ask.network?.host ?? '(the server does not say what would run)';
		case 'fileChange':
			return paths(ask);
		case 'permissions':
			return ask.lines
				.map(({access, target}) => (access === 'network' ? 'the network' : `${access} ${target}`))
				.join(', ');
		case 'question':
			return ask.fields.map(({title}) => title).join(' ');
		case 'form':
			return `${ask.serverName}: ${ask.message}`;
		case 'url':
			return `${ask.serverName}: ${ask.url}`;
		case 'mcpTool':
			return ask.tool === undefined ? ask.message : `${ask.serverName}: ${ask.tool}`;
		case 'shown':
			return 'not for us';
	}
};

const format = createFormat({});

/** `3  command  npm test -- login  (~/app)  "needs the network"`: one safe line, nothing of it cut. */
export const requestLine = (ask: Ask, home?: string): string => {
	const cwd = ask.kind === 'command' || ask.kind === 'permissions' ? ask.cwd : undefined;
	const reason = ask.reason?.trim() ?? '';
	return [
		revealedLine(String(ask.id)),
		kindWords(ask),
		revealedLine(subject(ask)),
		...(cwd === undefined ? [] : [`(${revealedLine(format.shortPath(cwd, home))})`]),
		...(reason === '' ? [] : [`"${revealedLine(reason)}"`]),
	].join('  ');
};

/**
 * The command that answers, with the words to choose from; undefined where there are none, or where the id, which may
 * be any text of the server's, would mean something else to a shell. `threadWord`: as of a seat.
 */
export const answerCommand = (ask: Ask, threadWord: string | undefined): string | undefined => {
	const id = String(ask.id);
	const words = shellChoices(ask).map(({word, blocked}) =>
		blocked === undefined ? word : `${word} --field KEY=VALUE`,
	);
	if (words.length === 0 || !/^\w[\w.-]*$/.test(id)) return undefined;
	const thread = threadWord === undefined ? '' : `${threadWord} `;
	return `jumpseat answer ${thread}${id} ${words.join(' | ')}`;
};

const fieldJson = (field: Field) => {
	const {key, title, description, required, secret, input} = field;
	const {initial: _index, ...shape} = {initial: undefined, ...input};
	const preset = contentOf(field, initialValue(field));
	return {key, title, description, required, secret, ...shape, default: preset ?? null};
};

/** What `params` does not say, or says in another place. */
const detailsJson = (ask: Ask) => {
	switch (ask.kind) {
		case 'command':
			return {command: ask.command ?? null, cwd: ask.cwd ?? null};
		case 'fileChange':
			return {changes: ask.details === 'missed' ? null : ask.details.changes};
		case 'permissions':
		case 'question':
		case 'form':
		case 'url':
		case 'mcpTool':
		case 'shown':
			return {};
	}
};

/** One line of `requests --json` (docs/json.md). `choices`: of `shellChoices()`. `params`: as the server sent them. */
export const requestJson = (ask: Ask, choices: readonly Choice[], params: unknown) => ({
	jumpseat: 1,
	type: 'jumpseat/request',
	id: ask.id,
	method: ask.method,
	kind: ask.kind,
	turnId: ask.turnId ?? null,
	itemId: ask.itemId ?? null,
	askedAtMs: ask.askedAtMs,
	reason: ask.reason ?? null,
	notes: ask.notes,
	blind: isBlind(ask),
	...detailsJson(ask),
	choices: choices.map(({word, effect, blocked, guarded}) => ({
		word,
		effect,
		needsFields: blocked !== undefined,
		blind: guarded,
	})),
	fields: fieldsOf(ask).map(fieldJson),
	params,
});
