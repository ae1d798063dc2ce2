/**
 * Fills in the fields of a question, a form or permissions from `KEY=VALUE` words, as keys do on a card (`form.ts`).
 *
 * Invariants: pure; nothing is guessed — a key or value that fits several or none is refused; whether the whole may be
 * sent stays with `problemOf()`, by way of `choicesOf()`; a secret is taken from standard input only; no sentence holds
 * a value. Called by `jumpseat answer`.
 */
import type {Field, FieldValue, Option} from './field.ts';
import type {FormState} from './form.ts';
import {revealedLine} from './hidden.ts';
import {insertText} from './text-field.ts';

export type Pair = {
	readonly key: string;
	readonly value: string;
	/** `words`: from the command line, where everybody on the machine can read it. */
	readonly source: 'words' | 'stdin';
};

export type Filled =
	| {readonly kind: 'filled'; readonly form: FormState}
	| {readonly kind: 'refused'; readonly why: string};

/** The key of an answer in one's own words, beside the options of a question. */
export const otherKey = (key: string): string => `${key}:other`;

type Place = {readonly name: string; readonly index: number; readonly field: Field; readonly own: boolean};

const placesOf = (fields: readonly Field[]): readonly Place[] =>
	fields.flatMap((field, index) => {
		const hasOther = field.input.type === 'one' && field.input.other;
		return [
			{name: field.key, index, field, own: false},
			...(hasOther ? [{name: otherKey(field.key), index, field, own: true}] : []),
		];
	});

type Found = {readonly place: Place; readonly value: string};

/** A key may hold a `=` itself: it ends where a field's does. */
const find = (places: readonly Place[], {key, value, source}: Pair): readonly Found[] => {
	if (source === 'stdin') return places.filter(({name}) => name === key).map(place => ({place, value}));
	const text = `${key}=${value}`;
	return places
		.filter(({name}) => text.startsWith(`${name}=`))
		.map(place => ({place, value: text.slice(place.name.length + 1)}));
};

const emptyText = {text: '', cursor: 0};

const withText = (value: FieldValue, text: string): FieldValue | string => {
	const typed = insertText(emptyText, text);
	return typed.text === text
		? {...value, ...typed}
		: 'takes one line without control characters, and not more than 10,000 characters';
};

/** By what is sent, else by what is shown; undefined when none or several fit. */
const optionOf = (options: readonly Option[], text: string): number | undefined => {
	for (const name of ['value', 'title'] as const) {
		const fitting = options.flatMap((option, index) => (option[name] === text ? [index] : []));
		if (fitting.length > 0) return fitting.length === 1 ? fitting[0] : undefined;
	}
	return undefined;
};

const listed = (options: readonly Option[]): string =>
	`is one of: ${options.map(({value}) => revealedLine(value)).join(', ')}`;

const yesOrNo: ReadonlyMap<string, boolean> = new Map([
	['yes', true],
	['true', true],
	['no', false],
	['false', false],
]);

/** The value with this in it, or why not, in words that follow the name of the field. */
const put = ({field, own}: Place, before: FieldValue, text: string): FieldValue | string => {
	const {input} = field;
	switch (input.type) {
		case 'text':
		case 'number':
			return withText(before, text);
		case 'one': {
			if (own) return withText({...before, picked: input.options.length}, text);
			if (text === '') return {...before, picked: undefined};
			const picked = optionOf(input.options, text);
			const other = input.other ? `; anything else goes to ${revealedLine(otherKey(field.key))}` : '';
			return picked === undefined ? `${listed(input.options)}${other}` : {...before, picked};
		}
		case 'many': {
			if (text === '') return before;
			const index = optionOf(input.options, text);
			if (index === undefined) return listed(input.options);
			return {...before, chosen: [...new Set([...before.chosen, index])].sort((a, b) => a - b)};
		}
		case 'boolean': {
			if (text === '') return {...before, picked: undefined};
			const isYes = yesOrNo.get(text);
			return isYes === undefined ? 'is yes or no' : {...before, picked: isYes ? 0 : 1};
		}
		case 'toggle': {
			const isOn = yesOrNo.get(text);
			return isOn === undefined ? 'is yes or no' : {...before, chosen: isOn ? [0] : []};
		}
	}
};

const keysOf = (places: readonly Place[]): string => places.map(({name}) => revealedLine(name)).join(', ');

/** The form with every pair in it; the others stay as they were. The first said of a `many` takes its preset away. */
export const fillForm = (fields: readonly Field[], form: FormState, pairs: readonly Pair[]): Filled => {
	const refuse = (why: string): Filled => ({kind: 'refused', why});
	const places = placesOf(fields);
	const values = [...form.values];
	const given = new Set<number>();
	for (const pair of pairs) {
		const found = find(places, pair);
		const shown = `--field ${revealedLine(pair.key)}`;
		const [only] = found;
		if (only === undefined)
			return refuse(`${shown}: it has no such field. Those that it has: ${keysOf(places)}`);
		if (found.length > 1) return refuse(`${shown} fits several of its fields: answer it on the screen`);
		const {place, value} = only;
		const {field, index} = place;
		const held = values[index];
		if (held === undefined) return refuse(`${shown}: it cannot be filled in`);
		const isMany = field.input.type === 'many';
		if (given.has(index) && !isMany) return refuse(`${shown} is given twice`);
		if (field.secret && pair.source === 'words')
			return refuse(
				`${shown} is secret, and words of a command can be read by others: --field ${revealedLine(place.name)}=- reads it from standard input`,
			);
		const next = put(place, isMany && !given.has(index) ? {...held, chosen: []} : held, value);
		if (typeof next === 'string') return refuse(`${shown} ${next}`);
		values[index] = next;
		given.add(index);
	}
	return {kind: 'filled', form: {...form, values}};
};
