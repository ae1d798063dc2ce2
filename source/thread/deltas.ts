/**
 * The deltas of PROTOCOL, read by hand because they are the hot path: for each method, which kind of item it
 * belongs to and how it changes one. Deltas append exactly; nothing here compares text.
 *
 * Invariant: a delta that does not fit (wrong kind, wrong type, absurd index, empty) is `undefined`: no change.
 */
import {decodeChanges} from '../protocol/decode.ts';
import {asNumber, asString, type JsonRecord} from '../protocol/fields.ts';
import type {WireItem} from '../protocol/types.ts';
import {sameJson} from './equal.ts';
import {boundOutput, omittedMark} from './output.ts';
import type {Item, RunningCommand} from './state.ts';

export type Delta = {
	/** The item as it looks when its announcement was missed. */
	readonly placeholder: (id: string) => WireItem;
	/** The changed item, or `undefined` when the delta does not fit it. */
	readonly apply: (item: Item) => Item | undefined;
};

/** Parts of a reasoning item are few; a larger index is a mistake or an attack on memory. */
const maxPartIndex = 999;

const textOf = (params: JsonRecord): string | undefined => {
	const text = asString(params.delta);
	return text === '' ? undefined : text;
};

export const agentMessageDelta = (params: JsonRecord): Delta | undefined => {
	const text = textOf(params);
	return text === undefined
		? undefined
		: {
				placeholder: id => ({id, type: 'agentMessage', text: ''}),
				apply: item =>
					item.content.type === 'agentMessage'
						? {...item, content: {...item.content, text: item.content.text + text}}
						: undefined,
			};
};

export const planDelta = (params: JsonRecord): Delta | undefined => {
	const text = textOf(params);
	return text === undefined
		? undefined
		: {
				placeholder: id => ({id, type: 'plan', text: ''}),
				apply: item =>
					item.content.type === 'plan'
						? {...item, content: {...item.content, text: item.content.text + text}}
						: undefined,
			};
};

const partIndex = (value: unknown): number | undefined => {
	const index = asNumber(value);
	if (index === undefined || !Number.isInteger(index) || index < 0 || index > maxPartIndex) return undefined;
	return index;
};

/** `parts` with `text` appended to the one at `index`, missing ones before it empty. */
const appendPart = (parts: readonly string[] | undefined, index: number, text: string): readonly string[] => {
	const next = (parts ?? []).slice();
	while (next.length <= index) next.push('');
	next[index] = (next[index] ?? '') + text;
	return next;
};

const reasoningDelta = (part: 'summary' | 'content', index: number | undefined, text: string | undefined) =>
	index === undefined || text === undefined
		? undefined
		: {
				placeholder: (id: string): WireItem => ({id, type: 'reasoning', summary: [], content: []}),
				apply(item: Item): Item | undefined {
					const {content} = item;
					if (content.type !== 'reasoning') return undefined;
					const parts = content[part];
					if (text === '' && parts !== undefined && parts.length > index) return undefined;
					return {...item, content: {...content, [part]: appendPart(parts, index, text)}};
				},
			};

export const summaryTextDelta = (params: JsonRecord): Delta | undefined =>
	reasoningDelta('summary', partIndex(params.summaryIndex), textOf(params));

export const summaryPartAdded = (params: JsonRecord): Delta | undefined =>
	reasoningDelta('summary', partIndex(params.summaryIndex), '');

export const reasoningTextDelta = (params: JsonRecord): Delta | undefined =>
	reasoningDelta('content', partIndex(params.contentIndex), textOf(params));

/** `running` names the command when its announcement was missed. */
export const commandOutputDelta = (
	params: JsonRecord,
	running: readonly RunningCommand[] | undefined,
): Delta | undefined => {
	const text = textOf(params);
	if (text === undefined) return undefined;
	return {
		placeholder(id) {
			const named = running?.find(command => command.itemId === id);
			return {
				id,
				type: 'commandExecution',
				command: named?.command ?? '',
				...(named?.cwd !== undefined && {cwd: named.cwd}),
				status: 'inProgress',
			};
		},
		apply(item) {
			if (item.content.type !== 'commandExecution') return undefined;
			const streamed = (item.content.aggregatedOutput ?? '') + text;
			const bound = boundOutput(streamed, item.omittedOutput?.chars);
			return {
				...item,
				content: {...item.content, aggregatedOutput: bound.text},
				...omittedMark(bound.omitted),
			};
		},
	};
};

/** Whole changes, not a piece: they replace what was there. */
export const patchUpdated = (params: JsonRecord): Delta | undefined => {
	const changes = decodeChanges(params.changes);
	if (changes === undefined) return undefined;
	return {
		placeholder: id => ({id, type: 'fileChange', changes: [], status: 'inProgress'}),
		apply: item =>
			item.content.type !== 'fileChange' || sameJson(item.content.changes, changes)
				? undefined
				: {...item, content: {...item.content, changes}},
	};
};

export const mcpProgress = (params: JsonRecord): Delta | undefined => {
	const progress = asString(params.message);
	if (progress === undefined) return undefined;
	return {
		placeholder: id => ({id, type: 'mcpToolCall', server: '', tool: '', status: 'inProgress'}),
		apply: item =>
			item.content.type === 'mcpToolCall' && item.progress !== progress ? {...item, progress} : undefined,
	};
};
