/**
 * The body of a card: all that a person has to know before answering, whole. Pure; called by `card.ts`.
 */
import type {
	Ask,
	CommandAsk,
	FileChangeAsk,
	FormAsk,
	Offer,
	PermissionsAsk,
	QuestionAsk,
	ShownAsk,
	ToolAsk,
	UrlAsk,
} from '../../asks/ask.ts';
import type {Card} from '../../asks/card.ts';
import type {FormState} from '../../asks/form.ts';
import type {CardPhase} from '../../asks/phases.ts';
import {shellWords} from '../../asks/read-command.ts';
import {jsonRows} from '../json.ts';
import {memoiseLast} from '../memo.ts';
import {emptyRow} from '../row.ts';
import {theme} from '../style.ts';
import {changesPart} from './diff-part.ts';
import {type FocusPart, fieldPart, stack} from './fields-part.ts';
import {codePart, exactPart, joinParts, named, noPart, ownPart, type Part, prosePart, span} from './text.ts';

/** The part of a card that its body is made of. */
type BodyCard = Pick<Card, 'ask' | 'form' | 'phase'>;

type BodyContext = {
	/** At least 1. */
	readonly columns: number;
	/** The folder of the thread. */
	readonly cwd: string | undefined;
	readonly reader: CardReader;
};

/** Whoever only reads a card is not told what keys would do that he does not have. */
export type CardReader = 'answers' | 'reads';

const gap: Part = {rows: [emptyRow], warnings: []};

const reasonPart = (ask: Ask, {columns}: BodyContext): Part =>
	ask.reason === undefined || ask.reason.trim() === ''
		? noPart
		: named('in the reason', prosePart(ask.reason, theme.emphasis, columns, span('why  ', theme.muted)));

const cwdPart = (cwd: string | undefined, {columns}: BodyContext): Part =>
	cwd === undefined
		? noPart
		: named('in the folder', exactPart(cwd, theme.plain, columns, span('in   ', theme.muted)));

const alwaysPart = (offer: Offer, columns: number): Part => {
	if (offer.kind === 'execPolicy') {
		const title = ownPart('“always” would allow every command that begins with', theme.muted, columns);
		return named(
			'in “always”',
			joinParts([title, exactPart(shellWords(offer.prefix), theme.code, columns, span('     '))]),
		);
	}
	if (offer.kind !== 'networkPolicy') return noPart;
	const title = ownPart(`“always” would ${offer.action} all access to the host`, theme.muted, columns);
	return named('in “always”', joinParts([title, exactPart(offer.host, theme.code, columns, span('     '))]));
};

const commandTitle = (ask: CommandAsk): string => {
	if (ask.action === 'writeStdin') return 'Input for a program that is running already:';
	if (ask.action === 'humanCommand') return 'A command that a person typed:';
	if (ask.action !== 'command') return 'A kind of action that this version does not know:';
	if (ask.approvalId !== undefined) return 'One command of several in the same call:';
	return '';
};

const commandBody = (ask: CommandAsk, context: BodyContext): Part => {
	const {columns} = context;
	const title = commandTitle(ask);
	const missed = ownPart(
		'The server does not say what would run, and the item that does began before we joined.',
		theme.warn,
		columns,
	);
	const sign = ask.action === 'writeStdin' ? '> ' : '$ ';
	const protocol = ask.network?.protocol === undefined ? '' : `${ask.network.protocol}://`;
	return joinParts([
		...(title === '' ? [] : [ownPart(title, theme.muted, columns)]),
		...(ask.action === 'command' || ask.action === 'humanCommand' || ask.action === 'writeStdin'
			? []
			: [exactPart(ask.action, theme.plain, columns)]),
		ask.command === undefined
			? noPart
			: exactPart(ask.command, theme.code, columns, span(sign, theme.strong)),
		ask.details === 'missed' ? missed : noPart,
		ask.network === undefined
			? noPart
			: named(
					'in the host',
					exactPart(`${protocol}${ask.network.host}`, theme.strong, columns, span('net  ', theme.muted)),
				),
		cwdPart(ask.cwd, context),
		reasonPart(ask, context),
		...ask.additional.map(({access, target}) =>
			exactPart(
				access === 'network' ? 'the network' : `${access} ${target}`,
				theme.plain,
				columns,
				span('also ', theme.muted),
			),
		),
		...(context.reader === 'reads' ? [] : ask.offers.map(offer => alwaysPart(offer, columns))),
	]);
};

const fileChangeBody = (ask: FileChangeAsk, context: BodyContext): Part => {
	const {columns, cwd} = context;
	const missed = ownPart(
		'The diff was sent before we joined, and the server does not send it again: it can only be seen where the turn was watched from its start.',
		theme.warn,
		columns,
	);
	const root = ask.grantRoot;
	return joinParts([
		reasonPart(ask, context),
		root === undefined
			? noPart
			: exactPart(root, theme.strong, columns, span('asks to write below, from now on: ', theme.warn)),
		ask.details === 'missed' ? missed : changesPart(ask.details.changes, cwd, columns),
	]);
};

const permissionsBody = (ask: PermissionsAsk, card: BodyCard, context: BodyContext): FocusPart => {
	const {columns} = context;
	const lines = ask.fields.map((field, index) => {
		const value = card.form?.values[index];
		return value === undefined ? noPart : fieldPart(field, value, {columns, focused: isAt(card, index)});
	});
	const nothing = ownPart('Nothing in it can be granted from here.', theme.warn, columns);
	const forbidden = ask.forbidden.map(({target}) =>
		exactPart(target, theme.plain, columns, span('      never ', theme.muted)),
	);
	return stack([
		reasonPart(ask, context),
		cwdPart(ask.cwd, context),
		gap,
		...(ask.lines.length === 0 ? [nothing] : lines.slice(0, -1)),
		...forbidden,
		...(ask.lines.length === 0 ? [] : lines.slice(-1)),
	]);
};

const isAt = (card: BodyCard, index: number): boolean => card.phase === 'pending' && card.form?.at === index;

const fieldsBody = (ask: QuestionAsk | FormAsk, card: BodyCard, {columns}: BodyContext): FocusPart => {
	const parts = ask.fields.flatMap((field, index) => {
		const value = card.form?.values[index];
		const part = value === undefined ? [] : [fieldPart(field, value, {columns, focused: isAt(card, index)})];
		return index === 0 ? part : [gap, ...part];
	});
	const isLast = isAt(card, ask.fields.length);
	const last = ownPart(
		isLast ? 'the last step: nothing is sent until you press the key of an answer' : 'the last step',
		isLast ? theme.strong : theme.muted,
		columns,
		span(isLast ? '▸ ' : '  ', theme.you),
	);
	return stack([...parts, gap, {...last, focus: isLast ? {row: 0, column: undefined} : undefined}]);
};

const questionBody = (ask: QuestionAsk, card: BodyCard, context: BodyContext): FocusPart =>
	stack([
		...(ask.isBlocking
			? []
			: [ownPart('The server says that this may wait.', theme.muted, context.columns), gap]),
		fieldsBody(ask, card, context),
	]);

const serverPart = (ask: FormAsk | UrlAsk | ToolAsk, columns: number): Part =>
	joinParts([
		exactPart(ask.serverName, theme.strong, columns, span('from the MCP server ', theme.muted)),
		prosePart(ask.message, theme.plain, columns),
	]);

const urlBody = (ask: UrlAsk, {columns}: BodyContext): Part =>
	joinParts([
		serverPart(ask, columns),
		gap,
		exactPart(ask.url, theme.link, columns),
		ask.host === undefined
			? ownPart('It cannot be told to which host this leads.', theme.warn, columns)
			: named('in the host', exactPart(ask.host, theme.strong, columns, span('leads to ', theme.muted))),
		ownPart('Jumpseat does not open it.', theme.muted, columns),
	]);

const toolBody = (ask: ToolAsk, {columns}: BodyContext): Part =>
	joinParts([
		serverPart(ask, columns),
		ask.tool === undefined ? noPart : exactPart(ask.tool, theme.code, columns, span('tool ', theme.muted)),
		ask.description === undefined ? noPart : prosePart(ask.description, theme.muted, columns, span('     ')),
		ask.params === undefined
			? noPart
			: codePart(ask.params, theme.plain, columns, span('with ', theme.muted)),
	]);

const whyShown: Record<ShownAsk['why'], string> = {
	owner: 'It is for the program that owns the thread: nobody answers it from here.',
	firstClient: 'It needs what only the first client has: answer it there.',
	unknown: 'This version of Jumpseat does not know this kind of request: answer it in the first client.',
	unreadable: 'It could not be read, so it cannot be answered from here: answer it in the first client.',
};

const shownBody = (ask: ShownAsk, {columns}: BodyContext): Part =>
	joinParts([
		exactPart(ask.method, theme.strong, columns),
		ownPart(whyShown[ask.why], theme.plain, columns),
		gap,
		{rows: jsonRows(ask.params, columns), warnings: []},
	]);

const layOut = (card: BodyCard, context: BodyContext): FocusPart => {
	const {ask} = card;
	const plain = (part: Part): FocusPart => ({...part, focus: undefined});
	switch (ask.kind) {
		case 'command':
			return plain(commandBody(ask, context));
		case 'fileChange':
			return plain(fileChangeBody(ask, context));
		case 'permissions':
			return permissionsBody(ask, card, context);
		case 'question':
			return questionBody(ask, card, context);
		case 'form':
			return stack([serverPart(ask, context.columns), gap, fieldsBody(ask, card, context)]);
		case 'url':
			return plain(urlBody(ask, context));
		case 'mcpTool':
			return plain(toolBody(ask, context));
		case 'shown':
			return plain(shownBody(ask, context));
	}
};

/** Kept from one frame to the next: a command or a diff can be long, and only the title tells the time. */
export const bodyOf = memoiseLast(
	(
		ask: Ask,
		form: FormState | undefined,
		phase: CardPhase,
		columns: number,
		cwd: string | undefined,
		reader: CardReader,
	) => layOut({ask, form, phase}, {columns, cwd, reader}),
);
