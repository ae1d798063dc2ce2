/** A share of the fuzzing in a process of its own; `fuzz.ts` starts one a core. The result is the last line of stdout. */
import process from 'node:process';
import {fuzzHere} from './fuzz.ts';

const [frames = '', seed = ''] = process.argv.slice(2);
const result = await fuzzHere(line => process.stderr.write(`${line}\n`), {
	frames: Number(frames),
	seed: Number(seed),
});
process.stdout.write(JSON.stringify(result), () => process.exit());
