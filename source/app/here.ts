/**
 * Where the person at this seat looks and whether they write, for the others in a share. Pure; told by
 * `commands/here.ts`. A `/` command is nobody's business: only a message counts as writing.
 */
import type {Gaze} from '../protocol/share.ts';
import type {AppState} from './state.ts';

export type Here = {readonly at: Gaze; readonly typing: boolean};

/** Somebody who has not touched a key for this long thinks, or has left. */
const typingForMs = 3000;

/** Until the last key counts no more; 0 when there was none. */
export const typingLeftMs = ({ui: {typedAtMs}}: AppState, nowMs: number): number =>
	typedAtMs === undefined ? 0 : Math.max(0, typedAtMs + typingForMs - nowMs);

export const hereOf = (state: AppState, nowMs: number): Here => {
	const {ui, composer} = state;
	const {text} = composer.editor;
	const isMessage = text.trim() !== '' && (!text.startsWith('/') || text.startsWith('//'));
	return {
		at: ui.threadScroll.kind === 'tail' ? 'live' : 'back',
		typing: ui.holder === 'composer' && isMessage && typingLeftMs(state, nowMs) > 0,
	};
};
