/**
 * Reads the approval of a file change. The request itself has no diff: that is in the `fileChange` item, which a late
 * joiner never saw (PROTOCOL.md, "Items in progress are in no list"). Old servers send it along. Called by `read.ts`.
 */
import {asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {WireFileChange} from '../protocol/types.ts';
import type {ThreadState} from '../thread/state.ts';
import type {AskBase, FileChangeAsk} from './ask.ts';
import {findItem} from './find-item.ts';

const emptyByNature = (change: WireFileChange): boolean => change.kind?.type !== 'update';

export const readFileChange = (base: AskBase, params: JsonRecord, thread: ThreadState): FileChangeAsk => {
	const item = findItem(thread, base.turnId, base.itemId);
	const content = item?.content;
	const changes = content?.type === 'fileChange' ? (content.changes ?? []) : [];
	// A new file may be empty and a move changes no line, but a change that says nothing was not told whole.
	const isWhole =
		item?.missedStart === false &&
		changes.length > 0 &&
		changes.every(
			change =>
				change.diff !== undefined && (change.diff !== '' || emptyByNature(change) || change.kind?.move_path),
		);
	return {
		...base,
		kind: 'fileChange',
		dialect: 'item',
		details: isWhole ? {changes} : 'missed',
		grantRoot: asString(params.grantRoot),
	};
};

const readLegacyChange = (path: string, raw: unknown): WireFileChange | undefined => {
	const change = asRecord(raw);
	const type = asString(change?.type);
	switch (type) {
		case 'add':
		case 'delete': {
			const content = asString(change?.content);
			return content === undefined ? undefined : {path, kind: {type}, diff: content};
		}
		case 'update': {
			const diff = asString(change?.unified_diff);
			if (diff === undefined) return undefined;
			return {path, kind: {type, move_path: asString(change?.move_path) ?? null}, diff};
		}
		default:
			return undefined;
	}
};

/** Undefined when any of the changes cannot be read: approving the others would approve it too. */
export const readLegacyPatch = (base: AskBase, params: JsonRecord): FileChangeAsk | undefined => {
	const files = asRecord(params.fileChanges);
	if (files === undefined) return undefined;
	const changes = Object.entries(files).map(([path, change]) => readLegacyChange(path, change));
	const readable = changes.filter(change => change !== undefined);
	if (readable.length === 0 || readable.length !== changes.length) return undefined;
	return {
		...base,
		kind: 'fileChange',
		dialect: 'legacy',
		details: {changes: readable},
		grantRoot: asString(params.grantRoot),
	};
};
