/**
 * How far the picture is behind the server on a slow line while 500 deltas a second stream: for each word the time
 * from the server's `emittedAtMs` until the emulator at the far end shows it, or a newer one.
 *
 * Invariant: every delta counts; one that is not shown counts from its birth until the end of the stream is on the
 * screen, or until we stop looking.
 */
import {setTimeout as later} from 'node:timers/promises';
import {openPty} from '../support/pty.ts';
import {createLink} from './link.ts';
import {endOfHistory, streams} from './scripts.ts';
import {personEnv} from './seats.ts';
import {percentile} from './statistics.ts';
import {type Figures, has, type SlowRate, type VisitOptions, watchWords} from './visit.ts';

/** What sshd and the kernels hold: a send buffer, a receive buffer, a pseudo-terminal. */
const bufferBytes = 64 * 1024;
const roundTripMs = 100;
const timeoutMs = 120_000;
/** After the stream has ended on the server. */
const patienceMs = 40_000;

/** The figures of one line of so many kilobytes a second; bytes are those written until the end was on the screen. */
export const measureSlow = async (
	{stage, info, seat, size}: VisitOptions,
	rate: SlowRate,
): Promise<Figures> => {
	const link = createLink({bytesPerSecond: 1000 * rate, roundTripMs, bufferBytes});
	const offsetMs = Date.now() - performance.now();
	const {command, args} = seat.start(info, info.endpoint);
	const pty = openPty(command, args, {...size, cwd: info.workdir, env: personEnv(info), link});
	try {
		await pty.waitFor(endOfHistory, timeoutMs);
		await later(3000);
		const before = pty.bytesReceived();
		const words = watchWords(pty);
		const {end} = streams.fast;
		const {deltas} = await stage.play('fast');
		const isShown = await pty.waitFor(has(end), patienceMs).then(
			() => true,
			() => false,
		);
		const endAtMs = isShown ? pty.lastOutputAtMs() : performance.now();
		words.stop();
		let newestAtMs = endAtMs;
		const delays: number[] = [];
		for (const [delta, emittedAtMs] of [...deltas].reverse()) {
			// A delta may bring several words: the last of them completes it.
			const word = delta.split(/\s+/).at(-1)?.replace(/\W/g, '') ?? '';
			const atMs = words.shownAtMs.get(word) ?? Number.POSITIVE_INFINITY;
			// A row that is half drawn may show a word that nobody has said yet.
			if (atMs + offsetMs >= emittedAtMs) newestAtMs = Math.min(newestAtMs, atMs);
			delays.push(newestAtMs + offsetMs - emittedAtMs);
		}

		const figures: Figures = {[`slow${rate}Bytes`]: pty.bytesReceived() - before};
		const middle = percentile(delays, 0.5);
		const p95 = percentile(delays, 0.95);
		if (middle !== undefined) figures[`slow${rate}MedianMs`] = middle;
		if (p95 !== undefined) figures[`slow${rate}P95Ms`] = p95;
		return figures;
	} finally {
		link.close();
		await pty.kill();
	}
};
