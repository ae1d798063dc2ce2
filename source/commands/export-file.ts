/** `/export`: a thread's Markdown into a new file of the caller's directory. Never over one that is there. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Context} from './context.ts';

type Export = {readonly file: string | undefined; readonly text: string};

/** The server chose the id: it must not choose the folder, or another file, with it. */
const nameOf = (threadId = ''): string => threadId.replaceAll(/[^\w-]+/g, '').slice(0, 64) || 'unknown';

/** What to tell the person: where it was written, or why not. */
export const writeExport = (
	{cwd}: Pick<Context, 'cwd'>,
	threadId: string | undefined,
	{file, text}: Export,
): string => {
	const name = file ?? `codex-thread-${nameOf(threadId)}.md`;
	const target = path.resolve(cwd, name);
	// The name first: a narrow status line cuts the end.
	const where = path.isAbsolute(name) ? name : `${name} in ${cwd}`;
	try {
		// For this user only: a thread may hold what others should not read.
		writeFileSync(target, text, {flag: 'wx', mode: 0o600});
		return `Written: ${where}`;
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'EEXIST') return `${name} is there already: give another name.`;
		return `Not written: ${name}: ${error instanceof Error ? error.message : String(error)}`;
	}
};
