/**
 * Filling in a card: where the mark stands, and what each key does to the field under it.
 *
 * Invariants: pure; text is edited by whole graphemes and holds no control character; moving through a form never
 * sends it — its last step has no field, and only there the keys of the choices count. Called by `card.ts`.
 */
import {type Field, type FieldValue, initialValue, optionCount, takesText} from './field.ts';
import {editText, insertText} from './text-field.ts';

/** A key as the input parser names it; `text` is what it types, `''` when it types nothing. `paste` pastes `text`. */
export type CardKey = {
	readonly name: string;
	readonly text: string;
	readonly ctrl: boolean;
	readonly alt: boolean;
};

export type FormState = {
	/** Index of the field under the mark; the number of fields means the last step. */
	readonly at: number;
	readonly values: readonly FieldValue[];
};

export const openForm = (fields: readonly Field[]): FormState => ({at: 0, values: fields.map(initialValue)});

const pick = (value: FieldValue, picked: number | undefined): FieldValue => ({...value, picked});

const toggle = (value: FieldValue, index: number): FieldValue => ({
	...value,
	marked: index,
	chosen: value.chosen.includes(index)
		? value.chosen.filter(each => each !== index)
		: [...value.chosen, index].sort((a, b) => a - b),
});

/** The option that a digit means, from 1. */
const digitOf = ({text}: CardKey, count: number): number | undefined => {
	const digit = /^[1-9]$/.test(text) ? Number(text) - 1 : undefined;
	return digit !== undefined && digit < count ? digit : undefined;
};

const editPick = (value: FieldValue, key: CardKey, count: number): FieldValue | undefined => {
	const {picked} = value;
	switch (key.name) {
		case 'right':
			return pick(value, picked === undefined ? 0 : Math.min(count - 1, picked + 1));
		case 'left':
			return pick(value, picked === undefined ? 0 : Math.max(0, picked - 1));
		case 'space':
			return pick(value, picked === undefined ? 0 : (picked + 1) % count);
		case 'backspace':
		case 'delete':
			return pick(value, undefined);
		default: {
			const digit = digitOf(key, count);
			return digit === undefined ? undefined : pick(value, digit);
		}
	}
};

const editMany = (value: FieldValue, key: CardKey, count: number): FieldValue | undefined => {
	switch (key.name) {
		case 'right':
			return {...value, marked: Math.min(count - 1, value.marked + 1)};
		case 'left':
			return {...value, marked: Math.max(0, value.marked - 1)};
		case 'space':
			return toggle(value, value.marked);
		default: {
			const digit = digitOf(key, count);
			return digit === undefined ? undefined : toggle(value, digit);
		}
	}
};

const editValue = (field: Field, value: FieldValue, key: CardKey): FieldValue | undefined => {
	const {type} = field.input;
	const isChord = key.alt || key.ctrl;
	if (takesText(field, value)) {
		// Beside an answer of one's own the arrows go on choosing among the options.
		const isArrow = key.name === 'left' || key.name === 'right';
		if (type !== 'one' || !isArrow || isChord) return editText(value, key);
	}
	if (isChord) return undefined;
	const count = optionCount(field);
	switch (type) {
		case 'one':
		case 'boolean':
			return editPick(value, key, count);
		case 'many':
			return editMany(value, key, count);
		case 'toggle':
			return key.name === 'space' ? toggle(value, 0) : undefined;
		case 'text':
		case 'number':
			return undefined;
	}
};

/** The form after a key, or undefined when the key means nothing here. `lastAt`: the last place of the mark. */
export const editForm = (
	fields: readonly Field[],
	form: FormState,
	key: CardKey,
	lastAt: number,
): FormState | undefined => {
	const field = fields[form.at];
	const value = form.values[form.at];
	const isChord = key.alt || key.ctrl;
	const move = (by: number): FormState => ({
		...form,
		at: Math.max(0, Math.min(lastAt, form.at + by)),
	});
	if (!isChord) {
		if (key.name === 'up') return move(-1);
		if (key.name === 'down') return move(1);
		if (key.name === 'enter' && form.at < lastAt) return move(1);
	}
	if (field === undefined || value === undefined) return undefined;
	if (key.name === 'paste') {
		if (!takesText(field, value)) return undefined;
		return replaceValue(form, insertText(value, key.text));
	}
	const edited = editValue(field, value, key);
	return edited === undefined ? undefined : replaceValue(form, edited);
};

const replaceValue = (form: FormState, value: FieldValue): FormState => ({
	...form,
	values: form.values.map((held, index) => (index === form.at ? value : held)),
});

/** Turns on all toggles, or off when all are on. */
export const toggleAll = (fields: readonly Field[], form: FormState): FormState => {
	const isToggle = (index: number): boolean => fields[index]?.input.type === 'toggle';
	const isAllOn = form.values.every((value, index) => !isToggle(index) || value.chosen.length > 0);
	return {
		...form,
		values: form.values.map((value, index) =>
			isToggle(index) ? {...value, chosen: isAllOn ? [] : [0]} : value,
		),
	};
};
