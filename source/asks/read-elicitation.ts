/**
 * Reads `mcpServer/elicitation/request`: a form, an address to open, or the approval of a tool. A string says why it
 * can only be shown. Called by `read.ts`.
 */
import {asArray, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {AskBase, FormAsk, ShownAsk, ToolAsk, UrlAsk} from './ask.ts';
import {readForm} from './read-fields.ts';

/** Deeper values are not shown whole, so they cannot be approved. */
const mostDepth = 100;

const isDeep = (value: unknown, depth = 0): boolean =>
	typeof value === 'object' &&
	value !== null &&
	(depth >= mostDepth || Object.values(value).some(each => isDeep(each, depth + 1)));

const persistKinds = (value: unknown): ToolAsk['persist'] => {
	const listed = asArray(value) ?? [value];
	return (['session', 'always'] as const).filter(kind => listed.includes(kind));
};

const hostOf = (url: string): string | undefined => {
	try {
		return new URL(url).host || undefined;
	} catch {
		return undefined;
	}
};

const readTool = (
	base: AskBase,
	named: {readonly serverName: string; readonly message: string},
	meta: JsonRecord,
): ToolAsk | 'unreadable' => {
	const params = meta.tool_params ?? meta.tool_params_display ?? undefined;
	if (isDeep(params)) return 'unreadable';
	return {
		...base,
		...named,
		kind: 'mcpTool',
		tool: asString(meta.tool_name) ?? asString(meta.tool_title),
		description: asString(meta.tool_description),
		params: params === undefined ? undefined : JSON.stringify(params, undefined, 2),
		persist: persistKinds(meta.persist),
	};
};

export const readElicitation = (
	base: AskBase,
	params: JsonRecord,
): FormAsk | UrlAsk | ToolAsk | ShownAsk['why'] => {
	const mode = params.mode ?? 'form';
	// They need what only a client of the same maker has (a form language of its own, a verified user).
	if (mode === 'openai/form' || mode === 'openaiForm' || mode === 'openai/userVerification')
		return 'firstClient';
	if (mode !== 'form' && mode !== 'url') return 'unknown';
	const serverName = asString(params.serverName);
	const message = asString(params.message);
	if (serverName === undefined || message === undefined) return 'unreadable';
	const named = {serverName, message};
	if (mode === 'url') {
		const url = asString(params.url);
		if (url === undefined || url === '') return 'unreadable';
		return {...base, ...named, kind: 'url', url, host: hostOf(url)};
	}
	const form = readForm(params.requestedSchema);
	if (form === undefined) return 'unreadable';
	const meta = asRecord(params._meta) ?? {};
	if (meta.codex_approval_kind === 'mcp_tool_call') {
		// An approval that also wants fields filled in does not exist yet.
		return form.fields.length === 0 ? readTool(base, named, meta) : 'unreadable';
	}
	return {...base, ...named, kind: 'form', fields: form.fields, notes: form.notes};
};
