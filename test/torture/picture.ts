/**
 * One picture of a state without Ink and without a terminal: panes, cards, composer and the words of the chrome, made
 * into bytes by the compositor and heard by the tokeniser. Ten times cheaper than the whole screen; for `fuzz.ts`,
 * and for `hostile.ts` where it tries one field after the other.
 */
import {chromeModel} from '../../source/app/chrome.ts';
import type {Panes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import {createComposer} from '../../source/screen/compose.ts';
import {paint} from '../../source/screen/compositor.ts';
import type {Frame} from '../../source/screen/frame.ts';
import {lowerLayers} from '../../source/ui/lower-layers.ts';
import type {Format} from '../../source/view/format.ts';
import {foreignInText, listen} from './tokeniser.ts';

export type Painter = {
	/** What is wrong with the picture of this state, drawn over the one before. */
	readonly look: (state: AppState) => readonly string[];
};

const textsIn = (value: unknown): readonly string[] => {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

export const createPainter = (panes: Panes, format: Format): Painter => {
	const composer = createComposer();
	let shown: Frame | undefined;
	return {
		look(state) {
			const layout = panes.layout(state);
			const thread = layout.thread === undefined ? undefined : panes.threadView(state);
			const model = chromeModel(state, panes, thread, format);
			const lower = lowerLayers(panes, state, layout);
			const layers = [...lower.layers];
			if (layout.thread !== undefined && thread !== undefined)
				layers.unshift({rect: layout.thread, rows: thread.rows});
			if (layout.side !== undefined) layers.unshift({rect: layout.side, rows: panes.sideView(state)});
			const frame = composer.compose({
				size: {columns: layout.columns, rows: layout.rows},
				chrome: [],
				panes: layers,
				cursor: lower.cursor,
			});
			const bytes = paint(shown, frame, {synchronized: true});
			shown = frame;
			const {foreign, titles, notifications, clipboards, bells, open} = listen(bytes);
			const said = titles.length + notifications.length + clipboards.length + bells;
			return [
				...foreign,
				// In the form of our own, but a picture says none of them.
				...(said > 0 || open > 0
					? [`a picture that says something: ${JSON.stringify(bytes.slice(0, 200))}`]
					: []),
				...textsIn({...model, layout: undefined}).flatMap(text => foreignInText(text, 'chrome')),
			];
		},
	};
};
