/**
 * Turns the steps of a response into the events of the Responses API, as the App Server reads them.
 *
 * Pure: steps in, a list of beats and server-sent events out. Invariant: ids are unique in one process, because
 * they are made from the number of the response. Called by the scripted model only.
 */
import type {Beat, Response, Step} from './script.ts';

export type StreamEvent = {readonly type: string; readonly [key: string]: unknown};

/** What the server of the model does next, in order. */
export type Action =
	| {readonly kind: 'send'; readonly event: StreamEvent}
	| {readonly kind: 'beat'; readonly beat: Beat}
	/** Break the connection; nothing follows. */
	| {readonly kind: 'cut'};

export type EncodeOptions = {
	/** Counts the responses of this process, from 1. */
	readonly number: number;
	/** Milliseconds between two deltas where a step does not say. 0: none. */
	readonly paceMs: number;
};

const send = (type: string, fields: Readonly<Record<string, unknown>>): Action => ({
	kind: 'send',
	event: {type, ...fields},
});

const pause = (pauseMs: number): readonly Action[] => (pauseMs > 0 ? [{kind: 'beat', beat: {pauseMs}}] : []);

/** Splits into words with the white space that follows them, or into pieces of a given size. Code points stay whole. */
export const deltasOf = (text: string, deltaChars: number | undefined): readonly string[] => {
	if (deltaChars === undefined) {
		return text.match(/\S+\s*|\s+/g) ?? [];
	}

	const points = [...text];
	const deltas: string[] = [];
	for (let index = 0; index < points.length; index += deltaChars) {
		deltas.push(points.slice(index, index + deltaChars).join(''));
	}

	return deltas;
};

const message = (
	step: Extract<Step, {do: 'message'}>,
	id: string,
	outputIndex: number,
	paceMs: number,
): readonly Action[] => {
	const pieces = typeof step.text === 'string' ? [step.text] : step.text;
	const text = pieces.filter(piece => typeof piece === 'string').join('');
	const item = {type: 'message', role: 'assistant', id, content: [{type: 'output_text', text}]};
	const actions: Action[] = [
		send('response.output_item.added', {output_index: outputIndex, item: {...item, content: []}}),
	];
	for (const piece of pieces) {
		if (typeof piece !== 'string') {
			actions.push({kind: 'beat', beat: piece});
			continue;
		}

		for (const delta of deltasOf(piece, step.deltaChars)) {
			actions.push(
				send('response.output_text.delta', {
					item_id: id,
					output_index: outputIndex,
					content_index: 0,
					delta,
				}),
				...pause(paceMs),
			);
		}
	}

	return [...actions, send('response.output_item.done', {output_index: outputIndex, item})];
};

const reasoning = (
	step: Extract<Step, {do: 'reason'}>,
	id: string,
	outputIndex: number,
	paceMs: number,
): readonly Action[] => {
	const item = {type: 'reasoning', id, encrypted_content: null};
	const actions: Action[] = [
		send('response.output_item.added', {output_index: outputIndex, item: {...item, summary: []}}),
	];
	for (const [summaryIndex, text] of step.summary.entries()) {
		const where = {item_id: id, output_index: outputIndex, summary_index: summaryIndex};
		actions.push(
			send('response.reasoning_summary_part.added', {...where, part: {type: 'summary_text', text: ''}}),
		);
		for (const delta of deltasOf(text, undefined)) {
			actions.push(send('response.reasoning_summary_text.delta', {...where, delta}), ...pause(paceMs));
		}

		actions.push(send('response.reasoning_summary_text.done', {...where, text}));
	}

	const summary = step.summary.map(text => ({type: 'summary_text', text}));
	return [
		...actions,
		send('response.output_item.done', {output_index: outputIndex, item: {...item, summary}}),
	];
};

type Call = {readonly name: string; readonly namespace?: string; readonly arguments: unknown};

/** The tool names and argument shapes are those that the server itself offers in `tools`. */
const callOf = (step: Extract<Step, {do: 'command' | 'plan' | 'ask' | 'permissions' | 'tool'}>): Call => {
	switch (step.do) {
		case 'command':
			return {
				name: 'exec_command',
				arguments: {
					cmd: step.command,
					// A login shell would read the profiles of whoever runs this, and print what they print.
					login: false,
					...(step.yieldMs === undefined ? {} : {yield_time_ms: step.yieldMs}),
					...(step.justification === undefined
						? {}
						: {sandbox_permissions: 'require_escalated', justification: step.justification}),
				},
			};
		case 'plan':
			return {
				name: 'update_plan',
				arguments: {
					...(step.explanation === undefined ? {} : {explanation: step.explanation}),
					plan: step.steps.map(([status, text]) => ({step: text, status})),
				},
			};
		case 'ask':
			return {name: 'request_user_input', arguments: {questions: step.questions}};
		case 'permissions':
			return {
				name: 'request_permissions',
				arguments: {reason: step.reason, permissions: step.permissions},
			};
		case 'tool':
			return {
				name: step.name,
				...(step.namespace === undefined ? {} : {namespace: step.namespace}),
				arguments: step.arguments,
			};
	}
};

const whole = (item: Readonly<Record<string, unknown>>, outputIndex: number): readonly Action[] => [
	send('response.output_item.added', {output_index: outputIndex, item}),
	send('response.output_item.done', {output_index: outputIndex, item}),
];

const encodeStep = (step: Step, index: number, options: EncodeOptions): readonly Action[] => {
	const suffix = `${options.number}_${index}`;
	switch (step.do) {
		case 'message':
			return message(step, `msg_${suffix}`, index, step.paceMs ?? options.paceMs);
		case 'reason':
			return reasoning(step, `rs_${suffix}`, index, step.paceMs ?? options.paceMs);
		case 'patch':
			return whole(
				{
					type: 'custom_tool_call',
					id: `ctc_${suffix}`,
					call_id: `call_${suffix}`,
					status: 'completed',
					name: 'apply_patch',
					input: step.patch,
				},
				index,
			);
		case 'command':
		case 'plan':
		case 'ask':
		case 'permissions':
		case 'tool': {
			const call = callOf(step);
			return whole(
				{
					type: 'function_call',
					id: `fc_${suffix}`,
					call_id: `call_${suffix}`,
					...call,
					arguments: JSON.stringify(call.arguments),
				},
				index,
			);
		}

		case 'raw':
			return whole({id: `raw_${suffix}`, ...step.item}, index);
		case 'wait':
			return [{kind: 'beat', beat: step.beat}];
		case 'breakdown':
			return [
				send('response.failed', {
					response: {
						id: `resp_${options.number}`,
						status: 'failed',
						error: {code: step.code, message: step.message},
					},
				}),
			];
		case 'cut':
			return [{kind: 'cut'}];
		case 'fail':
			return [];
	}
};

/** All that one response sends, in order. `fail` sends nothing here: it is an HTTP status. */
export const encodeResponse = (response: Response, options: EncodeOptions): readonly Action[] => {
	const id = `resp_${options.number}`;
	const usage = {
		input_tokens: 1000 + options.number * 100,
		input_tokens_details: {cached_tokens: 0},
		output_tokens: 40,
		output_tokens_details: {reasoning_tokens: 0},
		total_tokens: 1040 + options.number * 100,
	};
	const ended = response.some(step => step.do === 'cut' || step.do === 'breakdown');
	return [
		send('response.created', {response: {id}}),
		...response.flatMap((step, index) => encodeStep(step, index, options)),
		...(ended ? [] : [send('response.completed', {response: {id, usage}})]),
	];
};
