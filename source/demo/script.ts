/**
 * What the scripted model says: data, and the pure decision which response comes next.
 *
 * Invariant: the decision depends on the conversation alone (never on a counter), so it is the same after a
 * restart of the server, for a second thread, and for a sub-agent. Used by the demo, the tests and the recorder.
 */

/** Holds stop a response until somebody calls `release(name)`; pauses only take time. */
export type Beat = {readonly hold: string} | {readonly pauseMs: number};

export type Question = {
	readonly id: string;
	readonly header: string;
	readonly question: string;
	readonly options?: ReadonlyArray<{readonly label: string; readonly description: string}>;
};

export type PlanStatus = 'pending' | 'in_progress' | 'completed';

/** One thing that a response of the model does. The names after `do` are ours, not the protocol's. */
export type Step =
	| {
			readonly do: 'message';
			/** Pieces are streamed one after the other; a beat between two of them stops the stream there. */
			readonly text: string | ReadonlyArray<string | Beat>;
			/** Characters of each delta (default: about one word). */
			readonly deltaChars?: number;
			/** Milliseconds between two deltas (default: the model's `paceMs`). */
			readonly paceMs?: number;
	  }
	| {readonly do: 'reason'; readonly summary: readonly string[]; readonly paceMs?: number}
	| {
			readonly do: 'command';
			readonly command: string;
			/** Present: asks to run outside the sandbox, which asks a person. */
			readonly justification?: string;
			/** How long the tool call waits before it leaves the command running behind it, milliseconds. */
			readonly yieldMs?: number;
	  }
	| {readonly do: 'patch'; readonly patch: string}
	| {
			readonly do: 'plan';
			readonly explanation?: string;
			readonly steps: ReadonlyArray<readonly [PlanStatus, string]>;
	  }
	| {readonly do: 'ask'; readonly questions: readonly Question[]}
	| {
			readonly do: 'permissions';
			readonly reason: string;
			readonly permissions: Readonly<Record<string, unknown>>;
	  }
	| {
			/** Any tool by its name, for what has no step of its own: MCP tools, sub-agents. */
			readonly do: 'tool';
			readonly name: string;
			readonly namespace?: string;
			readonly arguments: Readonly<Record<string, unknown>>;
	  }
	/** Any output item as it stands, for what is no tool of the server: a hosted web search. An id is added. */
	| {readonly do: 'raw'; readonly item: Readonly<Record<string, unknown>>}
	| {readonly do: 'wait'; readonly beat: Beat}
	/** An HTTP error instead of a response. Only as the first step. */
	| {readonly do: 'fail'; readonly status: number; readonly message: string}
	/** An error event inside the stream. */
	| {readonly do: 'breakdown'; readonly code: string; readonly message: string}
	/** The connection breaks in the middle of the response. */
	| {readonly do: 'cut'};

/** The steps of one response of the model. The turn ends with the first response that calls no tool. */
export type Response = readonly Step[];

export type Rule = {
	/** A piece of the newest user message, or a pattern for it. */
	readonly when: string | RegExp;
	/** One after the other: the next one follows when the tools of the one before have answered. */
	readonly responses: readonly Response[];
};

/** The first rule that fits is taken; without one the model answers `fallback` in one short message. */
export type Script = {
	readonly rules: readonly Rule[];
	readonly fallback?: Response;
};

/** One entry of a Responses API `input` list, as far as we look at it. */
export type InputItem = {
	readonly type?: string;
	readonly role?: string;
	readonly content?: unknown;
};

const callsTool: Readonly<Record<Step['do'], boolean>> = {
	message: false,
	reason: false,
	command: true,
	patch: true,
	plan: true,
	ask: true,
	permissions: true,
	tool: true,
	raw: false,
	wait: false,
	fail: false,
	breakdown: false,
	cut: false,
};

export const stepCallsTool = (step: Step): boolean => callsTool[step.do];

/** The server puts its own context into user messages; they all start with a tag or a heading of this kind. */
const injected = /^\s*(<[a-z_-]+[ >]|# AGENTS\.md)/i;

export const textOf = (content: unknown): string => {
	if (typeof content === 'string') {
		return content;
	}

	if (!Array.isArray(content)) {
		return '';
	}

	return content
		.map((part: unknown) => {
			if (typeof part !== 'object' || part === null) {
				return '';
			}

			// What one agent tells another comes "encrypted", which with a scripted model it is not.
			const text =
				'text' in part ? part.text : 'encrypted_content' in part ? part.encrypted_content : undefined;
			return typeof text === 'string' ? text : '';
		})
		.join('');
};

/** A person's message, or the task that a parent agent has given to this one. */
const isUserMessage = (item: InputItem): boolean =>
	(item.type === 'agent_message' && /^Message Type: NEW_TASK\b/.test(textOf(item.content))) ||
	(item.role === 'user' &&
		(item.type ?? 'message') === 'message' &&
		textOf(item.content) !== '' &&
		!injected.test(textOf(item.content)));

const isToolOutput = (item: InputItem): boolean => item.type?.endsWith('_call_output') ?? false;

/** The newest message of a person, and what came after it. */
export const lastUserMessage = (
	input: readonly InputItem[],
): {readonly text: string; readonly after: readonly InputItem[]} => {
	const index = input.findLastIndex(isUserMessage);
	return index === -1
		? {text: '', after: input}
		: {text: textOf(input[index]?.content), after: input.slice(index + 1)};
};

const defaultFallback: Response = [{do: 'message', text: 'Noted.'}];

const fits = (when: string | RegExp, text: string): boolean =>
	typeof when === 'string' ? text.includes(when) : when.test(text);

/**
 * The next response: the newest user message picks the rule, the tool outputs after it say how far it has come.
 * A steer is a newer user message, so it picks a rule of its own. When a rule is exhausted the turn ends with
 * the fallback.
 */
export const decide = (script: Script, input: readonly InputItem[]): Response => {
	const {text, after} = lastUserMessage(input);
	const fallback = script.fallback ?? defaultFallback;
	const rule = script.rules.find(candidate => fits(candidate.when, text));
	if (!rule) {
		return fallback;
	}

	let answered = after.filter(isToolOutput).length;
	for (const response of rule.responses) {
		const calls = response.filter(stepCallsTool).length;
		if (calls === 0 || answered < calls) {
			return response;
		}

		answered -= calls;
	}

	return fallback;
};
