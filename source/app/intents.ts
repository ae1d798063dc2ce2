/** What a person wants, in the imperative: made from keys, the mouse and the fields by the rim, decided by `decide.ts`. */
import type {Action} from '../keys/bindings.ts';
import type {PaneName} from '../view/layout.ts';

export type Intent =
	| {readonly type: 'act'; readonly action: Action}
	/** Positive rows go down. */
	| {readonly type: 'wheel'; readonly pane: PaneName; readonly rows: number}
	/** The open field (search, filter, picker) now holds this. */
	| {readonly type: 'editField'; readonly text: string}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	| {readonly type: 'noteFocus'; readonly focused: boolean}
	/** A second has passed. */
	| {readonly type: 'tick'; readonly nowMs: number};
