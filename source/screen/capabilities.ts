/**
 * What the terminal can do: from the environment at once, from its answers later. Pure. Nothing waits for an answer;
 * until it comes the frames go without.
 */

export type Capabilities = {
	/** Synchronized output, mode 2026. */
	readonly synchronized: boolean;
	/** Sequences for the terminal outside go through tmux. */
	readonly tmux: boolean;
};

export const capabilitiesFrom = (env: Readonly<Record<string, string | undefined>>): Capabilities => ({
	synchronized: false,
	tmux: Boolean(env.TMUX),
});

/** DECRPM, `CSI ? mode ; setting $ y`: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset. */
const modeReply = /\?(\d+);(\d)\$y$/;

/** The capabilities after a reply of kind 'mode'. */
export const withModeReply = (capabilities: Capabilities, raw: string): Capabilities => {
	const [, mode, setting] = modeReply.exec(raw) ?? [];
	return mode === '2026' ? {...capabilities, synchronized: setting === '1' || setting === '2'} : capabilities;
};
