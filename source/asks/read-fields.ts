/**
 * Fields from the two things that a person fills in: the questions of `item/tool/requestUserInput`, and the JSON
 * Schema of an MCP form (2025-11-25: flat, primitives and enums only).
 *
 * Invariant: `undefined` when an answer that the server would take cannot be made of what was understood. Called by
 * `read.ts`.
 */
import {asArray, asBoolean, asNumber, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Field, Input, Option, TextFormat} from './field.ts';

const readQuestion = (raw: unknown): Field | undefined => {
	const record = asRecord(raw);
	const key = asString(record?.id);
	const header = asString(record?.header) ?? '';
	const question = asString(record?.question) ?? header;
	if (record === undefined || key === undefined || question === '') return undefined;
	const options: Option[] = [];
	for (const each of asArray(record.options) ?? []) {
		const option = asRecord(each);
		const label = asString(option?.label);
		if (label === undefined) return undefined;
		options.push({value: label, title: label, description: asString(option?.description) ?? ''});
	}
	const input: Input =
		options.length === 0
			? {type: 'text', format: undefined, minLength: undefined, maxLength: undefined, initial: ''}
			: {type: 'one', options, other: asBoolean(record.isOther) ?? false, initial: undefined};
	const title = header === '' || header === question ? question : `${header}: ${question}`;
	// A question that may be a secret is treated as one.
	const secret = record.isSecret !== false && record.isSecret !== undefined && record.isSecret !== null;
	return {key, title, description: '', required: true, secret, input};
};

/** All of them, or undefined: answers go by question id, so two of the same id cannot be answered. */
export const readQuestions = (raw: unknown): readonly Field[] | undefined => {
	const fields = asArray(raw)?.map(readQuestion);
	if (fields === undefined || fields.length === 0) return undefined;
	const readable = fields.filter(field => field !== undefined);
	const isWhole = readable.length === fields.length;
	return isWhole && new Set(readable.map(field => field.key)).size === fields.length ? readable : undefined;
};

const typeOf = (schema: JsonRecord): string | undefined => {
	const types = asArray(schema.type)?.filter(type => type !== 'null');
	return asString(schema.type) ?? (types?.length === 1 ? asString(types[0]) : undefined);
};

/** Titled (`oneOf`/`anyOf` of `const` and `title`), untitled (`enum`), or with the legacy `enumNames`. */
const readOptions = (schema: JsonRecord): readonly Option[] | undefined => {
	const titled = asArray(schema.oneOf) ?? asArray(schema.anyOf);
	const names = asArray(schema.enumNames);
	const options = titled
		? titled.map(each => {
				const value = asString(asRecord(each)?.const);
				return value === undefined ? undefined : {value, title: asString(asRecord(each)?.title) ?? value};
			})
		: asArray(schema.enum)?.map((each, index) => {
				const value = asString(each);
				return value === undefined ? undefined : {value, title: asString(names?.[index]) ?? value};
			});
	const readable = options?.filter(option => option !== undefined);
	if (readable === undefined || readable.length === 0 || readable.length !== options?.length)
		return undefined;
	// A title that is not the value itself: both are shown, for it is the value that is sent.
	return readable.map(({value, title}) => ({value, title, description: title === value ? '' : value}));
};

const indexOf = (options: readonly Option[], value: unknown): number | undefined => {
	const index = options.findIndex(option => option.value === value);
	return index < 0 ? undefined : index;
};

const formats: readonly string[] = ['email', 'uri', 'date', 'date-time'] satisfies TextFormat[];
const isFormat = (format: string): format is TextFormat => formats.includes(format);

const count = (value: unknown): number | undefined => {
	const number = asNumber(value);
	return number === undefined || number < 0 ? undefined : number;
};

const readString = (schema: JsonRecord): Input | undefined => {
	if (schema.enum !== undefined || schema.oneOf !== undefined || schema.anyOf !== undefined) {
		const options = readOptions(schema);
		return options && {type: 'one', options, other: false, initial: indexOf(options, schema.default)};
	}
	const format = asString(schema.format);
	return {
		type: 'text',
		format: format !== undefined && isFormat(format) ? format : undefined,
		minLength: count(schema.minLength),
		maxLength: count(schema.maxLength),
		initial: asString(schema.default) ?? '',
	};
};

const readInput = (schema: JsonRecord): Input | undefined => {
	switch (typeOf(schema)) {
		case 'string':
			return readString(schema);
		case 'number':
		case 'integer':
			return {
				type: 'number',
				whole: typeOf(schema) === 'integer',
				minimum: asNumber(schema.minimum),
				maximum: asNumber(schema.maximum),
				initial: asNumber(schema.default)?.toString() ?? '',
			};
		case 'boolean':
			return {type: 'boolean', initial: asBoolean(schema.default)};
		case 'array': {
			const items = asRecord(schema.items);
			const options = items && readOptions(items);
			const chosen = options && (asArray(schema.default) ?? []).map(value => indexOf(options, value));
			return (
				options && {
					type: 'many',
					options,
					minItems: count(schema.minItems),
					maxItems: count(schema.maxItems),
					initial: [...new Set(chosen?.filter(index => index !== undefined))].sort((a, b) => a - b),
				}
			);
		}
		default:
			return undefined;
	}
};

export type ReadForm = {readonly fields: readonly Field[]; readonly notes: readonly string[]};

/** Undefined when a field that the server requires cannot be filled in. One that is optional is left out and noted. */
export const readForm = (schema: unknown): ReadForm | undefined => {
	const record = asRecord(schema);
	const properties = asRecord(record?.properties);
	if (record === undefined || (properties === undefined && record.properties !== undefined)) return undefined;
	const required = (asArray(record.required) ?? []).map(asString);
	if (required.some(key => key === undefined || !Object.hasOwn(properties ?? {}, key))) return undefined;
	const fields: Field[] = [];
	const notes: string[] = [];
	for (const [key, raw] of Object.entries(properties ?? {})) {
		const property = asRecord(raw);
		const input = property && readInput(property);
		const isRequired = required.includes(key);
		if (property === undefined || input === undefined) {
			if (isRequired) return undefined;
			notes.push(`the field ${key} is of a kind that is not known; it is left out`);
			continue;
		}
		fields.push({
			key,
			title: asString(property.title) ?? key,
			description: asString(property.description) ?? '',
			required: isRequired,
			secret: property.format === 'password' || property.writeOnly === true,
			input,
		});
	}
	return {fields, notes};
};
