/**
 * Asks the terminal itself, and tmux around it, for `jumpseat doctor`. Invariants: the terminal is in raw mode for a
 * second at most and is given back as it was; what is typed meanwhile is lost; nothing is drawn.
 */
import {capabilitiesFrom, withReply} from '../../screen/capabilities.ts';
import type {Clock} from '../../screen/clock.ts';
import {createKeyboard, type TerminalInput} from '../../screen/keyboard.ts';
import {fenceQuery, synchronizedQuery} from '../../screen/sequences.ts';
import {askProgram} from './run.ts';
import type {TerminalAnswers, TmuxFacts} from './terminal.ts';

const patienceMs = 1000;

/** `write`: to the terminal that `input` reads from. */
export const askTerminal = (
	input: TerminalInput,
	write: (text: string) => unknown,
	clock: Clock,
): Promise<TerminalAnswers> =>
	new Promise(resolve => {
		let capabilities = capabilitiesFrom({});
		const startedAtMs = clock.nowMs();
		const finish = (roundTripMs: number | undefined): void => {
			stopWaiting();
			keyboard.close();
			resolve({roundTripMs, synchronized: capabilities.synchronized});
		};
		const keyboard = createKeyboard({
			input,
			clock,
			onEvent(event) {
				if (event.type !== 'reply') return;
				if (event.kind === 'mode') capabilities = withReply(capabilities, event.raw);
				// Answers come in the order of the questions.
				if (event.kind === 'fence') finish(clock.nowMs() - startedAtMs);
			},
			onGone: () => finish(undefined),
			extraPatienceMs: () => patienceMs,
		});
		const stopWaiting = clock.setTimeout(() => finish(undefined), patienceMs);
		keyboard.open();
		write(synchronizedQuery + fenceQuery);
	});

/** How the options are for this pane, whoever set them; undefined outside tmux, and where it does not answer. */
export const askTmux = async (env: Readonly<NodeJS.ProcessEnv>): Promise<TmuxFacts | undefined> => {
	if (!env.TMUX) return undefined;
	const pane = env.TMUX_PANE ? ['-t', env.TMUX_PANE] : [];
	const format = '#{version}|#{allow-passthrough}|#{focus-events}';
	const answer = await askProgram('tmux', ['display-message', '-p', ...pane, format], env);
	if (answer.kind !== 'said') return undefined;
	const [version = '', passthrough = '', focusEvents = ''] = answer.text.split('|');
	return {version, passthrough, focusEvents};
};
