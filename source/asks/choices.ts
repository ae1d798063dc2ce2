/**
 * Which answers there are to an ask, what each will do in words, and the exact result that it sends.
 *
 * Invariants: a positive answer is offered only if the server listed it (or, where it lists nothing, by PROTOCOL.md's
 * table); declining is always offered, cancelling wherever the protocol has it; what can only be shown has none; none
 * is preselected. Called by `card.ts` for a key and by `view/cards/` for the rows.
 */
import type {Json} from '../protocol/types.ts';
import * as answers from './answers.ts';
import {
	type Ask,
	type CommandAsk,
	type FileChangeAsk,
	isBlind,
	type Offer,
	type PermissionsAsk,
	type ToolAsk,
} from './ask.ts';
import type {Card, Choice, ChoiceWord} from './card-state.ts';
import {type Field, problemOf} from './field.ts';
import {revealedLine} from './hidden.ts';
import {shellWords} from './read-command.ts';

type Draft = Pick<Choice, 'key' | 'word' | 'label' | 'effect' | 'kind' | 'blocked' | 'answer'>;

/** What a card calls the answer that a shell gives by its word. */
const labels: Record<ChoiceWord, string> = {
	accept: 'accept',
	'accept-for-session': 'accept for the session',
	'always-allow': 'always allow',
	'always-allow-host': 'always allow the host',
	'never-allow-host': 'never allow the host',
	grant: 'grant',
	send: 'send',
	decline: 'decline',
	cancel: 'cancel',
};

export const choiceWords: readonly string[] = Object.keys(labels);

const positive = (key: string, word: ChoiceWord, effect: string, answer: Json, blocked?: string): Draft => ({
	key,
	word,
	label: labels[word],
	effect,
	kind: 'positive',
	answer,
	...(blocked === undefined ? {} : {blocked}),
});
const negative = (key: string, word: ChoiceWord, effect: string, answer: Json): Draft => ({
	key,
	word,
	label: labels[word],
	effect,
	kind: 'negative',
	answer,
});

const what = (ask: CommandAsk): string => {
	if (ask.action === 'writeStdin') return 'types it';
	return ask.network !== undefined && ask.command === undefined ? 'allows it' : 'runs it';
};

const offerDraft = (offer: Offer, ask: CommandAsk, key: string): Draft => {
	const answer = answers.offerAnswer(offer, ask.dialect);
	switch (offer.kind) {
		case 'accept':
			return positive(key, 'accept', `${what(ask)} once`, answer);
		case 'acceptForSession':
			return positive(
				key,
				'accept-for-session',
				`${what(ask)}, and the same again without asking until the session ends`,
				answer,
			);
		case 'execPolicy':
			return positive(
				key,
				'always-allow',
				`${what(ask)}, and from now on without asking every command that begins with \`${revealedLine(shellWords(offer.prefix))}\``,
				answer,
			);
		case 'networkPolicy': {
			const host = revealedLine(offer.host);
			return offer.action === 'allow'
				? positive(
						key,
						'always-allow-host',
						`allows it, and from now on all access to ${host} without asking`,
						answer,
					)
				: negative(
						key,
						'never-allow-host',
						`declines, and from now on all access to ${host} without asking`,
						answer,
					);
		}
	}
};

const firstKeys: Record<Offer['kind'], string> = {
	accept: 'y',
	acceptForSession: 'a',
	execPolicy: 'p',
	networkPolicy: 'h',
};

/** Each offer its letter; a second one of its kind gets a digit. More than the digits are left out. */
const offerDrafts = (ask: CommandAsk): Draft[] => {
	const spare = [...'123456789'];
	const used = new Set<string>();
	const times = new Map<string, number>();
	/** A second offer of a kind needs a word of its own: `always-allow-2`. */
	const worded = (draft: Draft): Draft => {
		const count = (times.get(draft.word) ?? 0) + 1;
		times.set(draft.word, count);
		return count === 1 ? draft : {...draft, word: `${draft.word}-${count}`};
	};
	return ask.offers.flatMap(offer => {
		const wanted = offer.kind === 'networkPolicy' && offer.action === 'deny' ? 'x' : firstKeys[offer.kind];
		const key = used.has(wanted) ? spare.shift() : wanted;
		if (key === undefined) return [];
		used.add(key);
		return [worded(offerDraft(offer, ask, key))];
	});
};

const refusals = (ask: CommandAsk | FileChangeAsk): Draft[] => [
	negative('n', 'decline', 'declines; the turn goes on', answers.decision('decline', ask.dialect)),
	negative('c', 'cancel', 'declines and ends the turn', answers.decision('cancel', ask.dialect)),
];

const fileChangeDrafts = (ask: FileChangeAsk): Draft[] => [
	positive('y', 'accept', 'writes these changes', answers.decision('accept', ask.dialect)),
	positive(
		'a',
		'accept-for-session',
		'writes them, and further changes to the same files without asking until the session ends',
		answers.decision('acceptForSession', ask.dialect),
	),
	...refusals(ask),
];

const permissionDrafts = (ask: PermissionsAsk, card: Card): Draft[] => {
	const none = negative('n', 'decline', 'grants nothing; the turn goes on', answers.grantNothing);
	const {form} = card;
	if (form === undefined || ask.lines.length === 0) return [none];
	const count = ask.lines.filter((_line, index) => (form.values[index]?.chosen.length ?? 0) > 0).length;
	const scope = form.values[ask.lines.length]?.picked;
	const blocked =
		count === 0
			? 'nothing is chosen yet: space chooses a line, a all of them'
			: scope === undefined
				? 'choose first how long it lasts'
				: undefined;
	const span = scope === 1 ? 'the whole session' : 'this turn';
	const effect = `grants ${count} of ${ask.lines.length} for ${span}; the rest is denied`;
	return [
		positive('y', 'grant', effect, blocked === undefined ? answers.grant(ask, form) : null, blocked),
		none,
	];
};

/** Why a form cannot be sent: it is not at its last step, or a field is not right. Names no value. */
const formProblem = (fields: readonly Field[], card: Card): string | undefined => {
	const {form} = card;
	if (form === undefined) return 'it cannot be filled in';
	for (const [index, field] of fields.entries()) {
		const value = form.values[index];
		const problem = value === undefined ? 'needs an answer' : problemOf(field, value);
		if (problem !== undefined) return `“${revealedLine(field.title)}” ${problem}`;
	}
	return form.at < fields.length ? 'go to the last step first (↓)' : undefined;
};

const toolDrafts = (ask: ToolAsk): Draft[] => {
	const tool = ask.tool === undefined ? 'this tool' : `the tool ${revealedLine(ask.tool)}`;
	const whose = `${tool} of ${revealedLine(ask.serverName)}`;
	const accept = (persist?: 'session' | 'always'): Json =>
		answers.elicitation('accept', {}, persist === undefined ? null : {persist});
	return [
		positive('y', 'accept', `runs ${whose} once`, accept()),
		...ask.persist.map(persist =>
			persist === 'session'
				? positive(
						'a',
						'accept-for-session',
						`runs it, and ${whose} without asking until the session ends`,
						accept(persist),
					)
				: positive(
						'p',
						'always-allow',
						`runs it, and from now on ${whose} without asking, in every session`,
						accept(persist),
					),
		),
		negative('n', 'decline', 'declines the call; the turn goes on', answers.elicitation('decline')),
		negative('c', 'cancel', 'cancels the call; the turn goes on', answers.elicitation('cancel')),
	];
};

const draftsOf = (ask: Ask, card: Card): Draft[] => {
	switch (ask.kind) {
		case 'command':
			return [...offerDrafts(ask), ...refusals(ask)];
		case 'fileChange':
			return fileChangeDrafts(ask);
		case 'permissions':
			return permissionDrafts(ask, card);
		case 'question': {
			const problem = formProblem(ask.fields, card);
			const answer =
				card.form === undefined || problem !== undefined
					? null
					: answers.questionAnswers(ask.fields, card.form);
			return [
				positive('y', 'send', 'sends these answers', answer, problem),
				negative('n', 'decline', 'sends no answer; the agent goes on without', answers.noAnswers),
			];
		}
		case 'form': {
			const problem = formProblem(ask.fields, card);
			const content =
				card.form === undefined || problem !== undefined ? null : answers.formContent(ask.fields, card.form);
			const answer = problem === undefined ? answers.elicitation('accept', content) : null;
			const server = revealedLine(ask.serverName);
			return [
				positive('y', 'send', `sends this to ${server}`, answer, problem),
				negative('n', 'decline', `declines; ${server} gets nothing`, answers.elicitation('decline')),
				negative('c', 'cancel', `dismisses it; ${server} gets nothing`, answers.elicitation('cancel')),
			];
		}
		case 'url': {
			const server = revealedLine(ask.serverName);
			return [
				positive(
					'y',
					'accept',
					`tells ${server} that you open the address; open it yourself`,
					answers.elicitation('accept'),
				),
				negative('n', 'decline', `declines; ${server} is told so`, answers.elicitation('decline')),
				negative('c', 'cancel', `dismisses it; ${server} is told so`, answers.elicitation('cancel')),
			];
		}
		case 'mcpTool':
			return toolDrafts(ask);
		case 'shown':
			return [];
	}
};

/** While a form is filled in, letters belong to its fields: only the last step has choices that a key takes. */
export const atLastStep = ({ask, form}: Card): boolean =>
	(ask.kind !== 'question' && ask.kind !== 'form') || form === undefined || form.at >= ask.fields.length;

export const choicesOf = (ask: Ask, card: Card): readonly Choice[] => {
	const lock = atLastStep(card) ? undefined : 'go to the last step first (↓)';
	const unseen = card.seen ? undefined : 'read to its end first (PgDn)';
	return draftsOf(ask, card).map(draft => {
		const blocked = draft.blocked ?? lock ?? (draft.kind === 'positive' ? unseen : undefined);
		const guarded = draft.kind === 'positive' && isBlind(ask);
		return {
			...draft,
			guarded,
			...(blocked === undefined ? {} : {blocked, answer: null}),
		};
	});
};
