/**
 * The exact results that the server takes (PROTOCOL.md, "Server requests"). Pure; called by `choices.ts` only.
 */
import type {Json} from '../protocol/types.ts';
import type {Dialect, Offer, PermissionLine, PermissionsAsk} from './ask.ts';
import {contentOf, type Field} from './field.ts';
import type {FormState} from './form.ts';

/** Old servers take a bare `denied`; what they cannot read they take for a denial too. */
const legacyWords = {
	accept: 'approved',
	acceptForSession: 'approved_for_session',
	decline: 'denied',
	cancel: 'abort',
} as const;

export const decision = (word: keyof typeof legacyWords, dialect: Dialect): Json => ({
	decision: dialect === 'legacy' ? legacyWords[word] : word,
});

export const offerAnswer = (offer: Offer, dialect: Dialect): Json => {
	switch (offer.kind) {
		case 'accept':
		case 'acceptForSession':
			return decision(offer.kind, dialect);
		case 'execPolicy':
		case 'networkPolicy':
			return {decision: offer.answer};
	}
};

const granted = (lines: readonly PermissionLine[], list: 'read' | 'write' | 'entries'): Json[] =>
	lines.flatMap(line => line.sources.filter(source => source.list === list).map(source => source.value));

/** The chosen lines in the lists that they came from; whatever narrows file access goes with any of it. */
export const grant = (ask: PermissionsAsk, form: FormState): Json => {
	const chosen = ask.lines.filter((_line, index) => (form.values[index]?.chosen.length ?? 0) > 0);
	const files = chosen.filter(line => line.access !== 'network');
	const read = granted(files, 'read');
	const write = granted(files, 'write');
	const entries = [...granted(files, 'entries'), ...ask.forbidden.map(entry => entry.value)];
	const fileSystem: Json = {
		...ask.extras,
		read: read.length > 0 ? read : null,
		write: write.length > 0 ? write : null,
		...(entries.length > 0 ? {entries} : {}),
	};
	const scope = form.values[ask.lines.length]?.picked === 1 ? 'session' : 'turn';
	return {
		permissions: {
			...(chosen.length > files.length ? {network: {enabled: true}} : {}),
			...(files.length > 0 ? {fileSystem} : {}),
		},
		scope,
	};
};

export const grantNothing: Json = {permissions: {}, scope: 'turn'};

const contents = (fields: readonly Field[], form: FormState): ReadonlyArray<readonly [string, Json]> =>
	fields.flatMap((field, index) => {
		const value = form.values[index];
		const content = value === undefined ? undefined : contentOf(field, value);
		return content === undefined ? [] : [[field.key, content] as const];
	});

export const questionAnswers = (fields: readonly Field[], form: FormState): Json => ({
	answers: Object.fromEntries(contents(fields, form).map(([key, text]) => [key, {answers: [text]}])),
});

export const noAnswers: Json = {answers: {}};

export const formContent = (fields: readonly Field[], form: FormState): Json =>
	Object.fromEntries(contents(fields, form));

export const elicitation = (
	action: 'accept' | 'decline' | 'cancel',
	content: Json = null,
	meta: Json = null,
): Json => ({action, content, _meta: meta});
