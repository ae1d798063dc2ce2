/**
 * What is filled in on a card: questions, fields of a form, permissions. Invariants: a secret is only ever dots; the
 * mark `▸` stands before exactly one thing; nothing is cut. Called by `body.ts`.
 */
import {type Field, type FieldValue, problemOf, takesText} from '../../asks/field.ts';
import {masked} from '../../asks/text-field.ts';
import type {Span} from '../row.ts';
import {sanitiseLine} from '../sanitise.ts';
import {theme} from '../style.ts';
import {rowWidth} from '../width.ts';
import {hardWrapRow} from '../wrap.ts';
import {behind, joinParts, ownPart, type Part, prosePart, span} from './text.ts';

/** Where the mark is in a part, and the cell for the terminal's cursor while text is typed. */
export type Focus = {readonly row: number; readonly column: number | undefined};
export type FocusPart = Part & {readonly focus: Focus | undefined};

export type FieldLook = {readonly columns: number; readonly focused: boolean};

const markOf = (focused: boolean): Span => span(focused ? '▸ ' : '  ', theme.you);
const box = (on: boolean, kind: 'one' | 'many'): string =>
	kind === 'one' ? (on ? '(•) ' : '( ) ') : on ? '[x] ' : '[ ] ';

type Shown = {readonly part: Part; readonly column: number | undefined; readonly row: number};

/** The text under the cursor, wrapped; `row` and `column` are where the next character goes. */
const textRows = (field: Field, value: FieldValue, prefix: Span, columns: number): Shown => {
	const {text, cursor} = field.secret ? masked(value) : value;
	const visible = sanitiseLine(text);
	const before = hardWrapRow(
		[span(sanitiseLine(text.slice(0, cursor)))],
		Math.max(1, columns - prefix.text.length),
	);
	const sgr = field.secret ? theme.muted : theme.code;
	const rows = behind(prefix, columns, inner =>
		visible === '' ? [[span('…', theme.muted)]] : hardWrapRow([span(visible, sgr)], inner),
	);
	const indent = rows[0] === undefined ? 0 : Math.min(rowWidth(rows[0]), prefix.text.length);
	const last = before.at(-1) ?? [];
	return {part: {rows, warnings: []}, row: Math.max(0, before.length - 1), column: indent + rowWidth(last)};
};

type OptionLine = {
	readonly on: boolean;
	readonly marked: boolean;
	readonly kind: 'one' | 'many';
	readonly title: string;
	readonly description: string;
};

const optionPart = ({on, marked, kind, title, description}: OptionLine, columns: number): Part => {
	const words = description === '' ? title : `${title} — ${description}`;
	const sgr = on ? theme.strong : theme.plain;
	return prosePart(
		words,
		sgr,
		columns,
		span(`  ${marked ? '›' : ' '} ${box(on, kind)}`, on ? theme.good : theme.muted),
	);
};

const optionsPart = (field: Field, value: FieldValue, {columns, focused}: FieldLook): Part => {
	const {input} = field;
	switch (input.type) {
		case 'one': {
			const options = input.options.map((option, index) =>
				optionPart(
					{...option, on: value.picked === index, marked: focused && value.picked === index, kind: 'one'},
					columns,
				),
			);
			const isOther = value.picked === input.options.length;
			const other = {
				on: isOther,
				marked: focused && isOther,
				kind: 'one',
				title: 'something else',
				description: '',
			} as const;
			return joinParts([...options, ...(input.other ? [optionPart(other, columns)] : [])]);
		}
		case 'boolean':
			return joinParts(
				(['yes', 'no'] as const).map((title, index) =>
					optionPart(
						{
							on: value.picked === index,
							marked: focused && value.picked === index,
							kind: 'one',
							title,
							description: '',
						},
						columns,
					),
				),
			);
		case 'many':
			return joinParts(
				input.options.map((option, index) =>
					optionPart(
						{
							...option,
							on: value.chosen.includes(index),
							marked: focused && value.marked === index,
							kind: 'many',
						},
						columns,
					),
				),
			);
		case 'text':
		case 'number':
		case 'toggle':
			return {rows: [], warnings: []};
	}
};

const expected = ({input, required}: Field): string => {
	const parts: string[] = required ? [] : ['optional'];
	if (input.type === 'number') parts.push(input.whole ? 'a whole number' : 'a number');
	if (input.type === 'many') parts.push('any number of them');
	if (input.type === 'text' && input.format !== undefined)
		parts.push(
			{
				email: 'an e-mail address',
				uri: 'an address',
				date: 'a date, 2026-11-30',
				'date-time': 'a time, 2026-11-30T12:00:00Z',
			}[input.format],
		);
	return parts.join(' · ');
};

/** A line that is granted or not: `▸ [x] write ~/src`. */
const togglePart = (field: Field, value: FieldValue, {columns, focused}: FieldLook): FocusPart => {
	const on = value.chosen.length > 0;
	const part = prosePart(
		field.title,
		on ? theme.strong : theme.plain,
		columns,
		span(`${focused ? '▸ ' : '  '}${box(on, 'many')}`, on ? theme.good : theme.muted),
	);
	return {...part, focus: focused ? {row: 0, column: undefined} : undefined};
};

export const fieldPart = (field: Field, value: FieldValue, look: FieldLook): FocusPart => {
	if (field.input.type === 'toggle') return togglePart(field, value, look);
	const {columns, focused} = look;
	const title = prosePart(field.title, theme.strong, columns, markOf(focused));
	const description =
		field.description === '' ? [] : [prosePart(field.description, theme.muted, columns, span('  '))];
	const hint = expected(field);
	const above = joinParts([
		title,
		...description,
		...(hint === '' ? [] : [ownPart(hint, theme.muted, columns, span('  '))]),
		optionsPart(field, value, look),
	]);
	const typed = takesText(field, value) ? textRows(field, value, span('    '), columns) : undefined;
	const problem = problemOf(field, value);
	const isStarted = value.text !== '' || value.chosen.length > 0;
	const below =
		problem !== undefined && isStarted ? [ownPart(problem, theme.warn, columns, span('    '))] : [];
	const rowOfText = above.rows.length + (typed?.row ?? 0);
	const part = joinParts([above, ...(typed === undefined ? [] : [typed.part]), ...below]);
	const column = typed?.column === undefined ? undefined : Math.min(typed.column, columns - 1);
	return {
		...part,
		focus: focused
			? {row: typed === undefined ? 0 : rowOfText, column: typed === undefined ? undefined : column}
			: undefined,
	};
};

/** Puts parts below one another and keeps track of the mark. */
export const stack = (parts: ReadonlyArray<Part & {readonly focus?: Focus | undefined}>): FocusPart => {
	let focus: Focus | undefined;
	let at = 0;
	for (const part of parts) {
		if (part.focus !== undefined) focus = {row: at + part.focus.row, column: part.focus.column};
		at += part.rows.length;
	}
	return {...joinParts(parts), focus};
};
