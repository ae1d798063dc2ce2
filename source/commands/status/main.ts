/**
 * `jumpseat status` by itself, as a program of its own (`build/status.cjs`): a status bar starts it every few seconds,
 * and the whole program takes twice as long to load. The shim asks it first; what it cannot read, `cli.ts` does.
 */
import process from 'node:process';
import type {CommandLine} from '../line/options.ts';
import {contextOf} from '../make-context.ts';
import {runToEnd} from '../run-to-end.ts';
import {readPlainLine} from './plain-line.ts';
import {status} from './status.ts';

const plainStatus = (): CommandLine | undefined => {
	const line = readPlainLine(process.argv.slice(2));
	return line?.given.help === true || line?.given.version === true ? undefined : line;
};

/** False when this is not for it; then nothing was done. */
export const runStatus = (): boolean => {
	let line: CommandLine | undefined;
	try {
		line = plainStatus();
	} catch {
		// The whole program complains in the same words.
		return false;
	}
	if (line === undefined) return false;
	const plain = line;
	void runToEnd(async () => status(await contextOf(plain), plain.words[0]));
	return true;
};
