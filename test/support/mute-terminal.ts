/** A terminal that shows nothing and says nothing, for seats that are only fed. */
import type {Size} from '../../source/screen/frame.ts';
import type {Terminal} from '../../source/screen/terminal.ts';

export const createMuteTerminal = (size: Size): Terminal => {
	const nothing = (): void => {};
	return {
		size: () => size,
		enter: nothing,
		leave: async () => {},
		leaveSync: nothing,
		show: nothing,
		repaint: nothing,
		onInput: () => nothing,
		onResize: () => nothing,
		onGone: () => nothing,
		setTitle: nothing,
		bell: nothing,
		notify: nothing,
		copy: () => 'sent',
		setMouse: nothing,
		suspend: async () => false,
		resume: nothing,
		stats: () => ({
			bytesWritten: 0,
			frames: 0,
			framesSkipped: 0,
			fenceRoundTripMs: undefined,
			fence: 'fenced',
			synchronized: false,
		}),
	};
};
