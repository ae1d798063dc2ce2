/**
 * The dispatcher: which view draws which kind of item. Adding a kind to `KnownItem` fails the compile here until
 * it has a view; a kind that only the server knows is `unknown`. Called by `transcript.ts` and `search.ts`.
 */
import type {WireItem} from '../../protocol/types.ts';
import type {Item} from '../../thread/state.ts';
import type {Row} from '../row.ts';
import {agentMessage} from './agent-message.ts';
import {collabAgentToolCall} from './collab-agent-tool-call.ts';
import {command} from './command.ts';
import {contextCompaction} from './context-compaction.ts';
import {dynamicToolCall} from './dynamic-tool-call.ts';
import {fileChange} from './file-change.ts';
import {functionCallOutput} from './function-call-output.ts';
import {hookPrompt} from './hook-prompt.ts';
import {imageGeneration, imageView} from './image.ts';
import type {Fold, ItemContext, ItemView, Tone} from './item-view.ts';
import {mcpToolCall} from './mcp-tool-call.ts';
import {planText} from './plan-text.ts';
import {hasNothingToShow, reasoning} from './reasoning.ts';
import {enteredReviewMode, exitedReviewMode} from './review-mode.ts';
import {sleep} from './sleep.ts';
import {subAgentActivity} from './sub-agent-activity.ts';
import {unknownItem} from './unknown.ts';
import {userMessage} from './user-message.ts';
import {webSearch} from './web-search.ts';

/** An item together with the view of its kind. */
export type Viewed = {
	readonly tone: Tone;
	readonly defaultFold: Fold;
	readonly foldable: () => boolean;
	readonly text: () => string;
	readonly rows: (context: ItemContext) => readonly Row[];
};

const bind = <Content extends WireItem>(view: ItemView<Content>, content: Content, item: Item): Viewed => ({
	tone: view.tone,
	get defaultFold() {
		return view.defaultFold?.(content) ?? 'open';
	},
	foldable: () => view.foldable?.(content) ?? true,
	text: () => view.text(content),
	rows: context => view.rows(content, item, context),
});

/** True for an item that has nothing to show. Asked for every item of a long history: it must cost nothing. */
export const isHidden = (item: Item): boolean =>
	item.content.type === 'reasoning' && hasNothingToShow(item.content, item);

export const viewOf = (item: Item): Viewed => {
	const {content} = item;
	switch (content.type) {
		case 'userMessage':
			return bind(userMessage, content, item);
		case 'hookPrompt':
			return bind(hookPrompt, content, item);
		case 'agentMessage':
			return bind(agentMessage, content, item);
		case 'plan':
			return bind(planText, content, item);
		case 'reasoning':
			return bind(reasoning, content, item);
		case 'commandExecution':
			return bind(command, content, item);
		case 'fileChange':
			return bind(fileChange, content, item);
		case 'mcpToolCall':
			return bind(mcpToolCall, content, item);
		case 'dynamicToolCall':
			return bind(dynamicToolCall, content, item);
		case 'collabAgentToolCall':
			return bind(collabAgentToolCall, content, item);
		case 'subAgentActivity':
			return bind(subAgentActivity, content, item);
		case 'webSearch':
			return bind(webSearch, content, item);
		case 'imageView':
			return bind(imageView, content, item);
		case 'imageGeneration':
			return bind(imageGeneration, content, item);
		case 'sleep':
			return bind(sleep, content, item);
		case 'functionCallOutput':
			return bind(functionCallOutput, content, item);
		case 'enteredReviewMode':
			return bind(enteredReviewMode, content, item);
		case 'exitedReviewMode':
			return bind(exitedReviewMode, content, item);
		case 'contextCompaction':
			return bind(contextCompaction, content, item);
		case 'unknown':
			return bind(unknownItem, content, item);
		default: {
			const never: never = content;
			throw new TypeError(`no view for ${JSON.stringify(never)}`);
		}
	}
};
