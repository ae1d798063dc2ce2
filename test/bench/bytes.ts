/**
 * Where the bytes go: what Jumpseat writes while 200 words stream, sorted by kind of sequence, and by picture —
 * appended words, or rows written anew. Asserts nothing. Called by `run.ts` for `--only bytes`.
 */
import {setTimeout as later} from 'node:timers/promises';
import {openPty} from '../support/pty.ts';
import {endOfHistory, streams, textBytes} from './scripts.ts';
import {jumpseat, personEnv} from './seats.ts';
import {startStage} from './stage-client.ts';

type Size = {readonly columns: number; readonly rows: number};

/** By the last character of a CSI sequence; see sequences.ts. */
const kinds: Readonly<Record<string, string>> = {
	H: 'cursor moves',
	B: 'cursor moves',
	C: 'cursor moves',
	D: 'cursor moves',
	m: 'styles',
	K: 'erasing',
	X: 'erasing',
	L: 'scrolling',
	M: 'scrolling',
	r: 'scrolling',
	n: 'fences',
	h: 'modes',
	l: 'modes',
};

const kindOf = (piece: string): string => {
	if (piece.startsWith('\u001B[')) return kinds[piece.slice(-1)] ?? 'other sequences';
	if (piece.startsWith('\u001B')) return 'titles and the like';
	return piece < ' ' ? 'cursor moves' : 'text';
};

const pieces = /\u001B\[[\d;?$]*[@-~]|\u001B\][^\u0007]*\u0007|[\b\r\n]|[^\u001B\b\r\n]+/g;
/** A picture longer than this writes rows anew. */
const longestAppend = 300;

export const measureBytes = async (size: Size, turns: number): Promise<void> => {
	const stage = startStage();
	try {
		const info = await stage.build(turns);
		const {command, args} = jumpseat.start(info, info.endpoint);
		const pty = openPty(command, args, {...size, cwd: info.workdir, env: personEnv(info)});
		await pty.waitFor(endOfHistory);
		await later(2000);
		const before = pty.output().length;
		await Promise.all([stage.play('steady'), pty.waitFor(streams.steady.end, 60_000)]);
		await later(1000);
		const output = pty.output().slice(before);
		await pty.kill();
		const sums = new Map<string, number>();
		for (const [piece] of output.matchAll(pieces)) {
			sums.set(kindOf(piece), (sums.get(kindOf(piece)) ?? 0) + Buffer.byteLength(piece));
		}

		const pictures = output.split('\u001B[5n').map(picture => Buffer.byteLength(picture));
		const anew = pictures.filter(bytes => bytes > longestAppend);
		const total = Buffer.byteLength(output);
		process.stdout.write(
			`${total} B in ${pictures.length} pictures for ${textBytes('steady')} B of text; ` +
				`${anew.reduce((sum, bytes) => sum + bytes, 0)} B of them in ${anew.length} that write rows anew\n`,
		);
		for (const [kind, bytes] of [...sums].sort((a, b) => b[1] - a[1])) {
			process.stdout.write(`${kind}: ${bytes} B\n`);
		}
	} finally {
		await stage.stop();
	}
};
