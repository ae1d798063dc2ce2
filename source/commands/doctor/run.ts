/**
 * Asks another program for one short answer: no shell, no input, a bounded time. Invariant: never rejects. Used by
 * `jumpseat doctor` only, and only with words that change nothing.
 */
import {execFile} from 'node:child_process';

export type Answer =
	| {readonly kind: 'said'; readonly text: string}
	/** There is no such program on PATH. */
	| {readonly kind: 'missing'}
	| {readonly kind: 'failed'; readonly why: string};

const patienceMs = 5000;
const mostBytes = 64 * 1024;

/** What it printed on stdout, or else on stderr (`ssh -V`). */
export const askProgram = (
	program: string,
	args: readonly string[],
	env: Readonly<NodeJS.ProcessEnv>,
): Promise<Answer> =>
	new Promise(resolve => {
		try {
			const options = {
				env: {...env},
				timeout: patienceMs,
				killSignal: 'SIGKILL',
				maxBuffer: mostBytes,
			} as const;
			const child = execFile(program, [...args], options, (error, stdout, stderr) => {
				if (error === null) resolve({kind: 'said', text: stdout.trim() || stderr.trim()});
				else if (error.code === 'ENOENT') resolve({kind: 'missing'});
				else if (error.killed) resolve({kind: 'failed', why: `no answer within ${patienceMs / 1000} s`});
				else resolve({kind: 'failed', why: `it ended with ${String(error.code ?? error.signal)}`});
			});
			child.stdin?.end();
		} catch (error) {
			resolve({kind: 'failed', why: error instanceof Error ? error.message : String(error)});
		}
	});
