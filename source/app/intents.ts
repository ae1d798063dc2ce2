/** What a person wants, in the imperative: made from keys, the mouse and the fields by the rim, decided by `decide.ts`. */

import type {CardKey, CardView} from '../asks/card.ts';
import type {EditorInput} from '../composer/editor.ts';
import type {Action} from '../keys/bindings.ts';
import type {RpcId} from '../protocol/types.ts';
import type {PaneName} from '../view/layout.ts';

export type Intent =
	| {readonly type: 'act'; readonly action: Action}
	/** Positive rows go down. */
	| {readonly type: 'wheel'; readonly pane: PaneName; readonly rows: number}
	/** The open field (search, filter, picker) now holds this. */
	| {readonly type: 'editField'; readonly text: string}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	| {readonly type: 'noteFocus'; readonly focused: boolean}
	/** A key or a paste for the composer. */
	| {readonly type: 'write'; readonly input: EditorInput; readonly newId: () => string}
	/** A key for the card in front. */
	| {readonly type: 'pressCard'; readonly key: CardKey}
	/** This much of the card in front is on the screen. */
	| {readonly type: 'sawCard'; readonly id: RpcId; readonly view: CardView}
	/** A second has passed. */
	| {readonly type: 'tick'; readonly nowMs: number};
