/**
 * What is interactive, over the chrome at rest: Ink's help, picker and field as layers of rows. Ink, React and their
 * layout engine are loaded when one is wanted first: until then they cost neither the start nor memory.
 *
 * Invariant: a key that comes while they load is kept, and comes after what opened the field. Used by the attached screen.
 */
import type {ChromeModel} from '../app/chrome.ts';
import {createInkInput, createInkOutput, type InkInput} from '../screen/capture.ts';
import type {Pane} from '../screen/compose.ts';
import type {Size} from '../screen/frame.ts';
import type {MountChrome, MountedChrome} from './mount.tsx';

export type LoadInk = () => MountChrome | Promise<MountChrome>;

export type Overlay = {
	/** Renders what the model has open, and once more when nothing is open any longer. */
	readonly update: (model: ChromeModel) => void;
	/** Help or picker in the place of the panes, a field in that of the status line. */
	readonly layers: (model: ChromeModel) => readonly Pane[];
	/** Hands the field the raw bytes of a key. */
	readonly push: (raw: string) => void;
	/** Runs the task once what was typed before it has been taken. */
	readonly after: (task: () => void) => void;
	readonly resize: (size: Size) => void;
	readonly dispose: () => void;
};

type OverlayOptions = {
	readonly size: Size;
	readonly load: LoadInk;
	readonly onField: (text: string) => void;
	/** The layers differ from what they were. */
	readonly onFrame: () => void;
	readonly onError: (error: unknown) => void;
};

const isOpen = ({help, picker, field}: ChromeModel): boolean =>
	help !== undefined || picker !== undefined || field !== undefined;

export const createOverlay = ({size, load, onField, onFrame, onError}: OverlayOptions): Overlay => {
	const output = createInkOutput(size);
	const input: InkInput = createInkInput();
	const stopListening = output.onFrame(onFrame);
	let mounted: MountedChrome | undefined;
	let isShown = false;
	let isDisposed = false;
	/** While Ink loads: the newest model, and what was typed. */
	let loading: {model: ChromeModel; readonly tasks: Array<() => void>} | undefined;

	const finishLoading = (mount: MountChrome): void => {
		const {model, tasks} = loading ?? {model: undefined, tasks: []};
		loading = undefined;
		if (isDisposed || model === undefined) return;
		mounted = mount({output, input, onField});
		mounted.update(model);
		for (const task of tasks) input.after(task);
	};

	const start = (model: ChromeModel): void => {
		const loaded = load();
		loading = {model, tasks: []};
		if (loaded instanceof Promise) loaded.then(finishLoading).catch(onError);
		else finishLoading(loaded);
	};

	return {
		update(model) {
			const wasShown = isShown;
			isShown = isOpen(model);
			if (!isShown && !wasShown) return;
			if (loading !== undefined) loading.model = model;
			else if (mounted === undefined) start(model);
			else mounted.update(model);
		},
		layers({layout: {columns, rows, headerRows}, help, picker, field}) {
			const layer = (row: number, height: number): Pane => ({
				rect: {column: 0, row, width: columns, height},
				rows: output.rows().slice(row, row + height),
			});
			const isCovered = help !== undefined || picker !== undefined;
			const body = isCovered ? [layer(headerRows, rows - headerRows - 1)] : [];
			return field === undefined ? body : [...body, layer(rows - 1, 1)];
		},
		push: raw => input.push(raw),
		after(task) {
			if (loading === undefined) input.after(task);
			else loading.tasks.push(task);
		},
		resize: output.resize,
		dispose() {
			isDisposed = true;
			stopListening();
			mounted?.unmount();
		},
	};
};
