/**
 * A pending request as text for people: what a card shows, whole, and what to type to answer it.
 *
 * Invariants: nothing is cut; every text of the server was made visible and safe by the parts of the cards
 * (`view/cards/`); what a card says of keys is not in it. Pure. Called by `requests`.
 */
import type {Ask, FormAsk, PermissionsAsk, QuestionAsk} from '../../asks/ask.ts';
import {isBlind} from '../../asks/ask.ts';
import type {Field} from '../../asks/field.ts';
import {contentOf, initialValue} from '../../asks/field.ts';
import {otherKey} from '../../asks/fill.ts';
import {revealedLine} from '../../asks/hidden.ts';
import {kindWords} from '../../asks/kind-words.ts';
import {bodyOf} from '../../view/cards/body.ts';
import {
	exactPart,
	joinParts,
	named,
	noPart,
	ownPart,
	ownRows,
	type Part,
	prosePart,
	span,
} from '../../view/cards/text.ts';
import type {Format} from '../../view/format.ts';
import {type Row, rowText} from '../../view/row.ts';
import {theme} from '../../view/style.ts';
import {shellChoices} from './request-words.ts';

type TextLook = {
	/** Columns of the terminal; no rows are broken where there is none. */
	readonly columns: number | undefined;
	readonly cwd: string | undefined;
	readonly nowMs: number;
	readonly format: Format;
};

/** Without a terminal a command stands in one row, so that it can be found and copied whole. */
const unbroken = 1_000_000;
const indent = '   ';

const valueWords = (field: Field): string => {
	const {input} = field;
	switch (input.type) {
		case 'text':
			return input.format === undefined ? 'TEXT' : input.format.toUpperCase();
		case 'number':
			return input.whole ? 'INTEGER' : 'NUMBER';
		case 'boolean':
		case 'toggle':
			return 'yes|no';
		case 'one':
		case 'many':
			return input.options.map(({value}) => revealedLine(value)).join('|');
	}
};

const hints = (field: Field): string => {
	const {input} = field;
	const preset = contentOf(field, initialValue(field));
	return [
		...(field.secret ? ['secret: only from standard input'] : []),
		...(field.required || input.type === 'toggle' ? [] : ['optional']),
		...(input.type === 'many' ? ['any number of them, each with a --field of its own'] : []),
		...(preset === undefined || preset === '' ? [] : [`now ${revealedLine(String(preset))}`]),
	].join(', ');
};

const optionParts = ({input}: Field, columns: number): Part[] =>
	input.type === 'one' || input.type === 'many'
		? input.options.map(({value, title, description}) => {
				const about = [...(title === value ? [] : [title]), description].filter(
					text => text !== '' && text !== value,
				);
				return joinParts([
					exactPart(value, theme.plain, columns, span('  · ')),
					...about.map(text => prosePart(text, theme.plain, columns, span('      '))),
				]);
			})
		: [];

const fieldPart = (field: Field, columns: number): Part => {
	const {key, title, description, input, secret} = field;
	const isToggle = input.type === 'toggle';
	const value = secret ? '-' : valueWords(field);
	const hint = hints(field);
	const keys = [
		`--field '${revealedLine(key)}=${value}'`,
		...(input.type === 'one' && input.other
			? [`or, in your own words, --field '${revealedLine(otherKey(key))}=${secret ? '-' : 'TEXT'}'`]
			: []),
	].join(' ');
	return joinParts([
		isToggle || title === key ? noPart : prosePart(title, theme.strong, columns),
		description === '' ? noPart : prosePart(description, theme.plain, columns, span('  ')),
		...optionParts(field, columns),
		exactPart(`${keys}${hint === '' ? '' : `  (${hint})`}`, theme.plain, columns, span('  ')),
	]);
};

const filledPart = (ask: FormAsk | PermissionsAsk | QuestionAsk, columns: number): Part =>
	joinParts([
		ask.kind === 'form'
			? joinParts([
					exactPart(ask.serverName, theme.plain, columns, span('from the MCP server ')),
					prosePart(ask.message, theme.plain, columns),
				])
			: noPart,
		ask.reason === undefined || ask.reason.trim() === ''
			? noPart
			: named('in the reason', prosePart(ask.reason, theme.plain, columns, span('why  '))),
		ask.kind === 'permissions' && ask.cwd !== undefined
			? named('in the folder', exactPart(ask.cwd, theme.plain, columns, span('in   ')))
			: noPart,
		...(ask.kind === 'permissions'
			? ask.forbidden.map(({target}) => exactPart(target, theme.plain, columns, span('never ')))
			: []),
		ask.kind === 'permissions' && ask.lines.length === 0
			? ownPart('Nothing in it can be granted from here.', theme.plain, columns)
			: joinParts(ask.fields.map(field => fieldPart(field, columns))),
	]);

const bodyPart = (ask: Ask, columns: number, cwd: string | undefined): Part =>
	ask.kind === 'permissions' || ask.kind === 'question' || ask.kind === 'form'
		? filledPart(ask, columns)
		: bodyOf(ask, undefined, 'pending', columns, cwd, 'answers');

const choiceRows = (ask: Ask, columns: number): readonly Row[] => {
	const choices = shellChoices(ask);
	if (choices.length === 0) return ownRows('nobody answers it from here', theme.plain, columns);
	const width = Math.max(...choices.map(({word}) => word.length));
	return choices.flatMap(({word, effect, blocked, guarded}) => {
		// What it counts on a card, where lines are ticked one by one, is not known yet.
		const isGrant = word === 'grant';
		const does = isGrant ? 'grants the lines that are given; the rest is denied' : effect;
		const needs = blocked === undefined || isGrant ? '' : ', once its fields are given';
		const unseen = guarded ? ', only with --unseen: its details were missed by joining late' : '';
		return ownRows(`${does}${needs}${unseen}`, theme.plain, columns, span(`${word.padEnd(width)}  `));
	});
};

/** Rows of text, without line ends. The first begins with the id. */
export const requestText = (ask: Ask, look: TextLook): readonly string[] => {
	const columns = Math.max(20, (look.columns ?? unbroken) - indent.length);
	const body = bodyPart(ask, columns, look.cwd);
	const warnings = [
		...(isBlind(ask) ? ['its details were missed by joining late'] : []),
		...ask.notes.map(revealedLine),
		...body.warnings,
	];
	const asked = look.format.ago(Math.max(0, look.nowMs - ask.askedAtMs));
	return [
		`${revealedLine(String(ask.id))}  ${kindWords(ask)} · asked ${asked}`,
		...[
			...body.rows,
			...warnings.flatMap(warning => ownRows(warning, theme.plain, columns, span('! '))),
			...choiceRows(ask, columns),
		].map(row => `${indent}${rowText(row)}`.trimEnd()),
	];
};
