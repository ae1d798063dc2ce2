/** What a decision is, and the small steps that the deciding files share. Pure. */
import type {Command} from './commands.ts';
import type {AppState, Ui} from './state.ts';

export type Decision = {readonly state: AppState; readonly commands: readonly Command[]};

export const stay = (state: AppState): Decision => ({state, commands: []});
export const withUi = (state: AppState, ui: Partial<Ui>): AppState => ({...state, ui: {...state.ui, ...ui}});
export const changeUi = (state: AppState, ui: Partial<Ui>): Decision => stay(withUi(state, ui));

const noticeForMs = 4000;

/** The same state with a passing remark in the status line. */
export const say = (state: AppState, text: string): AppState =>
	withUi(state, {notice: {text, untilMs: state.nowMs + noticeForMs, bad: false}});

/** The same for what went wrong. */
export const complain = (state: AppState, text: string): AppState =>
	withUi(state, {notice: {text, untilMs: state.nowMs + noticeForMs, bad: true}});

/** A text field has the keys: letters are text. */
export const isEditing = ({ui}: AppState): boolean =>
	!ui.help && (ui.search.kind === 'editing' || ui.editingFilter || ui.picker !== undefined);
