/**
 * The fields of a card that is filled in — questions, MCP forms, permissions — and what a person has put into them.
 *
 * Invariant: a `FieldValue` fits its field's input type; whether it may be sent is `problemOf()`'s to say.
 */
import {isDate, isDateTime, isEmail, isUri} from './formats.ts';

export type Option = {readonly value: string; readonly title: string; readonly description: string};

export type TextFormat = 'email' | 'uri' | 'date' | 'date-time';

export type Input =
	| {
			readonly type: 'text';
			readonly format: TextFormat | undefined;
			/** In code points, as JSON Schema counts. */
			readonly minLength: number | undefined;
			readonly maxLength: number | undefined;
			readonly initial: string;
	  }
	| {
			readonly type: 'number';
			readonly whole: boolean;
			readonly minimum: number | undefined;
			readonly maximum: number | undefined;
			readonly initial: string;
	  }
	/** Exactly one of the options, or a text of one's own when `other`. `initial` is an index. */
	| {
			readonly type: 'one';
			readonly options: readonly Option[];
			readonly other: boolean;
			readonly initial: number | undefined;
	  }
	| {
			readonly type: 'many';
			readonly options: readonly Option[];
			readonly minItems: number | undefined;
			readonly maxItems: number | undefined;
			readonly initial: readonly number[];
	  }
	/** Undefined until a person says yes or no. */
	| {readonly type: 'boolean'; readonly initial: boolean | undefined}
	/** A line that is granted or not. */
	| {readonly type: 'toggle'};

export type Field = {
	readonly key: string;
	readonly title: string;
	readonly description: string;
	readonly required: boolean;
	/** Typed text is masked wherever it is shown. */
	readonly secret: boolean;
	readonly input: Input;
};

export type FieldValue = {
	/** Of text and numbers, and of an answer of one's own. */
	readonly text: string;
	/** Where the next character goes: an offset in `text`, between two graphemes. */
	readonly cursor: number;
	/** Index of the picked option; `options.length` is the answer of one's own. Of a boolean: 0 yes, 1 no. */
	readonly picked: number | undefined;
	/** Ascending indexes of what is chosen among many; a toggle is on when it holds 0. */
	readonly chosen: readonly number[];
	/** The marked option among many. */
	readonly marked: number;
};

const emptyValue: FieldValue = {text: '', cursor: 0, picked: undefined, chosen: [], marked: 0};

export const initialValue = ({input}: Field): FieldValue => {
	switch (input.type) {
		case 'text':
		case 'number':
			return {...emptyValue, text: input.initial, cursor: input.initial.length};
		case 'one':
			return {...emptyValue, picked: input.initial};
		case 'many':
			return {...emptyValue, chosen: input.initial};
		case 'boolean':
			return {...emptyValue, picked: input.initial === undefined ? undefined : input.initial ? 0 : 1};
		case 'toggle':
			return emptyValue;
	}
};

/** How many options there are to move between. */
export const optionCount = ({input}: Field): number => {
	switch (input.type) {
		case 'one':
			return input.options.length + (input.other ? 1 : 0);
		case 'many':
			return input.options.length;
		case 'boolean':
			return 2;
		case 'toggle':
			return 1;
		case 'text':
		case 'number':
			return 0;
	}
};

/** Whether what is typed goes into the field's text. */
export const takesText = ({input}: Field, value: FieldValue): boolean =>
	input.type === 'text' ||
	input.type === 'number' ||
	(input.type === 'one' && input.other && value.picked === input.options.length);

/** Nothing is filled in, so an optional field is left out of the answer. */
export const isEmpty = (field: Field, value: FieldValue): boolean => {
	switch (field.input.type) {
		case 'text':
			return value.text === '';
		case 'number':
			return value.text.trim() === '';
		case 'one':
			return value.picked === undefined || (takesText(field, value) && value.text.trim() === '');
		case 'boolean':
			return value.picked === undefined;
		case 'many':
		case 'toggle':
			return value.chosen.length === 0;
	}
};

const plural = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;

const formatProblem = (text: string, format: TextFormat | undefined): string | undefined => {
	switch (format) {
		case undefined:
			return undefined;
		case 'email':
			return isEmail(text) ? undefined : 'must be an e-mail address';
		case 'uri':
			return isUri(text) ? undefined : 'must be an address such as https://example.org/';
		case 'date':
			return isDate(text) ? undefined : 'must be a date such as 2026-11-30';
		case 'date-time':
			return isDateTime(text) ? undefined : 'must be a time such as 2026-11-30T12:00:00Z';
	}
};

const textProblem = (text: string, input: Extract<Input, {type: 'text'}>): string | undefined => {
	const length = [...text].length;
	const {minLength, maxLength} = input;
	if (minLength !== undefined && length < minLength)
		return `needs at least ${plural(minLength, 'character')}`;
	if (maxLength !== undefined && length > maxLength) return `has room for ${plural(maxLength, 'character')}`;
	return formatProblem(text, input.format);
};

const numberOf = (text: string): number | undefined => {
	const trimmed = text.trim();
	if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed)) return undefined;
	const number = Number(trimmed);
	return Number.isFinite(number) ? number : undefined;
};

const numberProblem = (text: string, input: Extract<Input, {type: 'number'}>): string | undefined => {
	const number = numberOf(text);
	if (number === undefined) return 'must be a number';
	// What cannot be held exactly would be sent as another number than was typed.
	if (input.whole && !Number.isSafeInteger(number)) return 'must be a whole number';
	if (input.minimum !== undefined && number < input.minimum) return `must be at least ${input.minimum}`;
	if (input.maximum !== undefined && number > input.maximum) return `must be at most ${input.maximum}`;
	return undefined;
};

/** Why a field cannot be sent as it is, or undefined. */
export const problemOf = (field: Field, value: FieldValue): string | undefined => {
	const {input} = field;
	if (isEmpty(field, value)) {
		const mayBeNone = input.type === 'many' && (input.minItems ?? 0) === 0;
		if (field.required && !mayBeNone) return takesText(field, value) ? 'needs an answer' : 'needs a choice';
		return undefined;
	}
	switch (input.type) {
		case 'text':
			return textProblem(value.text, input);
		case 'number':
			return numberProblem(value.text, input);
		case 'many': {
			const {length} = value.chosen;
			if (input.minItems !== undefined && length < input.minItems) return `choose at least ${input.minItems}`;
			if (input.maxItems !== undefined && length > input.maxItems) return `choose at most ${input.maxItems}`;
			return undefined;
		}
		case 'one':
		case 'boolean':
		case 'toggle':
			return undefined;
	}
};

/** What goes into the answer: a string, a number, a boolean, a list. Undefined: leave it out. */
export const contentOf = (
	field: Field,
	value: FieldValue,
): string | number | boolean | readonly string[] | undefined => {
	const {input} = field;
	if (isEmpty(field, value)) return field.required && input.type === 'many' ? [] : undefined;
	switch (input.type) {
		case 'text':
			return value.text;
		case 'number':
			return numberOf(value.text);
		case 'one':
			return takesText(field, value) ? value.text : input.options[value.picked ?? -1]?.value;
		case 'many':
			return value.chosen.flatMap(index => input.options[index]?.value ?? []);
		case 'boolean':
			return value.picked === 0;
		case 'toggle':
			return true;
	}
};
