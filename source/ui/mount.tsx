/** Mounts the chrome in Ink, on a terminal that is none: its frames are captured as rows, its keys are given. */
import {render} from 'ink';
import {Component, type ReactNode} from 'react';
import type {ChromeModel} from '../app/chrome.ts';
import type {InkInput, InkOutput} from '../screen/capture.ts';
import {Chrome} from './chrome.tsx';

export type MountedChrome = {
	/** Renders the model; the captured rows change before this returns. */
	readonly update: (model: ChromeModel) => void;
	readonly unmount: () => void;
};

type MountOptions = {
	readonly output: InkOutput;
	readonly input: InkInput;
	readonly onField: (text: string) => void;
};

type BoundaryProps = {readonly children: ReactNode; readonly onError: (error: Error) => void};

/** Catches what a component throws: Ink would show it in a frame that nobody sees. */
class Boundary extends Component<BoundaryProps, {readonly failed: boolean}> {
	override readonly state = {failed: false};

	static getDerivedStateFromError(): {failed: boolean} {
		return {failed: true};
	}

	override componentDidCatch(error: Error): void {
		this.props.onError(error);
	}

	override render(): ReactNode {
		return this.state.failed ? null : this.props.children;
	}
}

export type MountChrome = (options: MountOptions) => MountedChrome;

export const mountChrome: MountChrome = ({output, input, onField}) => {
	let instance: ReturnType<typeof render> | undefined;
	let failure: Error | undefined;
	const onError = (error: Error): void => {
		failure = error;
	};
	return {
		update(model) {
			const tree = (
				<Boundary onError={onError}>
					<Chrome model={model} onField={onField} />
				</Boundary>
			);
			if (instance === undefined) {
				instance = render(tree, {
					stdout: output.stream,
					stdin: input.stream,
					debug: true,
					patchConsole: false,
					exitOnCtrlC: false,
				});
			} else {
				instance.rerender(tree);
			}
			if (failure !== undefined) throw failure;
		},
		unmount() {
			instance?.unmount();
		},
	};
};
