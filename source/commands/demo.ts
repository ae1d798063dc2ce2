/**
 * `jumpseat demo`: attaches to a real App Server with a scripted model, as to any server. No account, no network.
 *
 * Invariant: what it started is stopped and removed before it returns, and when the process ends otherwise. How to
 * attach and how to print is given from outside: the demo knows neither the session nor the screen.
 */
import {CodexNotFoundError} from '../demo/find-codex.ts';
import {startPerformance, type Tempo} from '../demo/performance.ts';

export type DemoContext = {
	readonly stdout: NodeJS.WritableStream;
	readonly stderr: NodeJS.WritableStream;
	/** Whether a person can see and steer a screen. */
	readonly isTerminal: boolean;
	readonly env: NodeJS.ProcessEnv;
	/** Both resolve with an exit code. */
	readonly attach: (options: {endpoint: string; threadId: string; observe: boolean}) => Promise<number>;
	readonly streamText: (options: {endpoint: string; threadId: string; untilIdle: true}) => Promise<number>;
	/** Without the pace of a person: for tests. */
	readonly fast?: boolean;
};

const onStage: Tempo = {wordMs: 75, approvalMs: 25_000, betweenTurnsMs: 12_000};
/** Nobody is there to be given time: only enough of a pace to be a stream. */
const intoPipe: Tempo = {wordMs: 10, approvalMs: 1500, betweenTurnsMs: 0};
const inTests: Tempo = {wordMs: 0, approvalMs: 0, betweenTurnsMs: 0};

const tempoOf = ({fast, isTerminal}: DemoContext): Tempo => {
	if (fast) {
		return inTests;
	}

	return isTerminal ? onStage : intoPipe;
};

/** Resolves with the exit code: that of the attaching, or 1 when the demo could not be started. */
export const demo = async (context: DemoContext): Promise<number> => {
	let performance: Awaited<ReturnType<typeof startPerformance>>;
	try {
		performance = await startPerformance(context.env, tempoOf(context));
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		context.stderr.write(
			error instanceof CodexNotFoundError ? `${reason}\n` : `The demo could not be started: ${reason}\n`,
		);
		return 1;
	}

	const {endpoint, threadId, stop} = performance;
	try {
		return context.isTerminal
			? await context.attach({endpoint, threadId, observe: false})
			: await context.streamText({endpoint, threadId, untilIdle: true});
	} finally {
		await stop();
	}
};
