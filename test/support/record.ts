/**
 * `npm run record [NAME…]`: plays every scenario against the real server and writes what a watcher saw to
 * test/fixtures/transcripts/NAME.ndjson, normalised. Every transcript ends with the whole history as the server
 * lists it, so that a test can prove from the transcript alone that the live view equals the hydrated one.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {startScenario} from './harness.ts';
import {normalise} from './normalise.ts';
import {people} from './recordings/people.ts';
import {makeStage, type Recording, type TranscriptLine} from './recordings/stage.ts';
import {work} from './recordings/work.ts';

const folder = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(folder, '..', 'fixtures', 'transcripts');
const patienceMs = 30_000;

const record = async (recording: Recording): Promise<readonly TranscriptLine[]> => {
	const scenario = await startScenario({rules: recording.rules}, recording.options?.(folder));
	const lines: TranscriptLine[] = [];
	const stage = makeStage(scenario, lines);
	const timer = setTimeout(() => {
		console.error(`It took too long. The pilot's last frames:`);
		for (const frame of scenario.pilot.client.frames().slice(-8)) {
			console.error(JSON.stringify(frame).slice(0, 400));
		}

		console.error(scenario.server.stderr());
		void scenario.stop();
	}, patienceMs);
	try {
		await recording.play(stage);
		await stage.watcher().call('thread/turns/list', {
			threadId: scenario.pilot.threadId(),
			limit: 100,
			sortDirection: 'desc',
			itemsView: 'full',
		});
		return normalise([...lines], {
			root: path.dirname(scenario.home),
			home: scenario.home,
			workdir: scenario.workdir,
			codex: scenario.codex,
			modelUrl: scenario.model.url,
			machine: hostname(),
		});
	} finally {
		clearTimeout(timer);
		await scenario.stop();
	}
};

const all: Readonly<Record<string, Recording>> = {...work, ...people};
const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !(name in all));
if (unknown.length > 0) {
	console.error(`No such scenario: ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`);
	process.exitCode = 2;
} else {
	mkdirSync(target, {recursive: true});
	for (const [name, recording] of Object.entries(all)) {
		if (wanted.length === 0 || wanted.includes(name)) {
			const lines = await record(recording);
			writeFileSync(
				path.join(target, `${name}.ndjson`),
				`${lines.map(line => JSON.stringify(line)).join('\n')}\n`,
			);
			console.log(`${name}: ${lines.length} frames`);
		}
	}
}
