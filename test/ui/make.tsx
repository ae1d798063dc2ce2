/** Frames of the chrome as a person sees them, and a terminal that only remembers. */
import {render} from 'ink-testing-library';
import type {ReactElement} from 'react';
import {chromeModel} from '../../source/app/chrome.ts';
import type {AppState} from '../../source/app/state.ts';
import type {Frame, Size} from '../../source/screen/frame.ts';
import {createInputParser, type InputEvent} from '../../source/screen/input.ts';
import {createListeners} from '../../source/screen/listeners.ts';
import type {Terminal, Urgency} from '../../source/screen/terminal.ts';
import {Chrome} from '../../source/ui/chrome.tsx';
import {chromeRows} from '../../source/ui/chrome-rows.ts';
import {rowText} from '../../source/view/row.ts';
import {format, panes} from '../app/make.ts';
import {createMuteTerminal} from '../support/mute-terminal.ts';

/** The lines of a component, right ends trimmed. */
export const linesOf = (node: ReactElement): readonly string[] => {
	const instance = render(node);
	const frame = instance.lastFrame() ?? '';
	instance.unmount();
	return frame.split('\n');
};

export const modelOf = (state: AppState) =>
	chromeModel(
		state,
		panes,
		panes.layout(state).thread === undefined ? undefined : panes.threadView(state),
		format,
	);

/** What surrounds the panes, with what Ink draws over it. */
export const chromeOf = (state: AppState): readonly string[] => {
	const model = modelOf(state);
	const {help, picker, field, layout} = model;
	const isCovered = help !== undefined || picker !== undefined;
	const ink = linesOf(<Chrome model={model} onField={() => {}} />);
	return chromeRows(model).map((row, at) => {
		const isInks = at === layout.rows - 1 ? field !== undefined : isCovered && at >= layout.headerRows;
		return isInks ? (ink[at] ?? '') : rowText(row);
	});
};

export type FakeTerminal = Terminal & {
	readonly shown: ReadonlyArray<{readonly frame: Frame; readonly urgency: Urgency}>;
	/** The last frame as text. */
	readonly lines: readonly string[];
	readonly titles: readonly string[];
	/** Bytes as they come from stdin, in one read. */
	type(bytes: string): void;
	send(event: InputEvent): void;
	resize(size: Size): void;
};

export const createFakeTerminal = (initial: Size): FakeTerminal => {
	const inputs = createListeners<InputEvent>();
	const resizes = createListeners<Size>();
	const parser = createInputParser();
	const shown: Array<{frame: Frame; urgency: Urgency}> = [];
	const titles: string[] = [];
	let size = initial;
	return {
		...createMuteTerminal(initial),
		shown,
		titles,
		get lines() {
			return shown.at(-1)?.frame.rows.map(row => rowText(row).trimEnd()) ?? [];
		},
		type(bytes) {
			for (const event of parser.push(bytes)) inputs.emit(event);
		},
		send: event => inputs.emit(event),
		resize(next) {
			size = next;
			resizes.emit(next);
		},
		size: () => size,
		show(frame, urgency) {
			shown.push({frame, urgency});
		},
		onInput: inputs.add,
		onResize: resizes.add,
		setTitle: text => titles.push(text),
	};
};
