/** Reads the recorded transcripts of the real server. `npm run record` writes them; see record.ts. */
import {readdirSync, readFileSync} from 'node:fs';
import type {TranscriptLine} from './recordings/stage.ts';

export type {TranscriptLine};

const folder = new URL('../fixtures/transcripts/', import.meta.url);

export const transcriptNames = (): readonly string[] =>
	readdirSync(folder)
		.filter(name => name.endsWith('.ndjson'))
		.map(name => name.slice(0, -'.ndjson'.length))
		.sort();

/** The frames that a watcher saw (`in`) and sent (`out`), in order. The last one is the whole history. */
export const readTranscript = (name: string): readonly TranscriptLine[] =>
	readFileSync(new URL(`${name}.ndjson`, folder), 'utf8')
		.split('\n')
		.filter(line => line !== '')
		.map(line => JSON.parse(line) as TranscriptLine);
