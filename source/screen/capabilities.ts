/**
 * What the terminal can do: from the environment at once, from its answers later. Pure. Nothing waits for an answer;
 * until it comes the frames go without.
 */

export type Capabilities = {
	/** Synchronized output, mode 2026. */
	readonly synchronized: boolean;
	/** Sequences for the terminal outside go through tmux. */
	readonly tmux: boolean;
	/** TERM says screen, which tmux says too: over ssh, where TMUX is not set, only the terminal itself can tell. */
	readonly mayBeTmux: boolean;
};

export const capabilitiesFrom = (env: Readonly<Record<string, string | undefined>>): Capabilities => {
	const term = env.TERM ?? '';
	const tmux = Boolean(env.TMUX) || term.startsWith('tmux');
	return {synchronized: false, tmux, mayBeTmux: !tmux && !env.STY && term.startsWith('screen')};
};

/** DECRPM, `CSI ? mode ; setting $ y`: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset. */
const modeReply = /\?(\d+);(\d)\$y$/;

/** XTVERSION of tmux: `DCS > | tmux 3.3a ST`. */
const tmuxVersionReply = /^\u001BP>\|tmux /;

/** The capabilities after a reply of kind 'mode' or 'version'. */
export const withReply = (capabilities: Capabilities, raw: string): Capabilities => {
	if (tmuxVersionReply.test(raw)) return {...capabilities, tmux: true};
	const [, mode, setting] = modeReply.exec(raw) ?? [];
	return mode === '2026' ? {...capabilities, synchronized: setting === '1' || setting === '2'} : capabilities;
};
