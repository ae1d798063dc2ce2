/**
 * What a status bar pays: the wall time of `jumpseat status`, beside that of `node -e 0` and of one round trip to the
 * server (connect, Upgrade, `initialize`, the live threads) in a process that runs already. They take turns, so that
 * whatever else the machine does hits all alike. Asserts nothing. Called by `run.ts` for `--only status`.
 */
import {spawnSync} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {connectRawClient} from '../../source/demo/json-rpc-client.ts';
import {startScenario} from '../support/harness.ts';
import {median, percentile} from './statistics.ts';

const program = fileURLToPath(new URL('../../bin/jumpseat.js', import.meta.url));
const threads = ['fix the flaky login test', 'write the docs', 'review the parser'];
const warmUps = 2;

const wallMs = async (work: () => unknown): Promise<number> => {
	const startedAtMs = performance.now();
	await work();
	return performance.now() - startedAtMs;
};

/** One line a figure on stdout; the last is the ratio that is to stay below 1.5. */
export const measureStatus = async (runs: number): Promise<void> => {
	const scenario = await startScenario({rules: []});
	try {
		for (const name of threads) {
			await scenario.pilot.startThread();
			await scenario.pilot.play(name);
		}
		const {endpoint, env} = scenario;
		const run = (...args: readonly string[]): void => {
			const {status, stderr} = spawnSync(process.execPath, args, {env, encoding: 'utf8'});
			if (status !== 0) throw new Error(stderr);
		};
		const roundTrip = async (): Promise<void> => {
			const client = await connectRawClient({endpoint, clientName: 'bench'});
			const loaded = (await client.call('thread/loaded/list', {})) as {data?: readonly string[]};
			await Promise.all((loaded.data ?? []).map(threadId => client.call('thread/read', {threadId})));
			await client.close();
		};
		const figures = {
			'node -e 0': () => run('-e', '0'),
			'one round trip': roundTrip,
			'jumpseat status': () => run(program, 'status', '--connect', endpoint),
			'jumpseat --version': () => run(program, '--version'),
		};
		const taken = new Map<string, number[]>(Object.keys(figures).map(name => [name, []]));
		for (let number = 0; number < warmUps + runs; number += 1) {
			for (const [name, work] of Object.entries(figures)) {
				const ms = await wallMs(work);
				if (number >= warmUps) taken.get(name)?.push(ms);
			}
		}
		const middle = (name: keyof typeof figures): number => median(taken.get(name) ?? []) ?? Number.NaN;
		for (const [name, values] of taken) {
			const fastest = (percentile(values, 0) ?? Number.NaN).toFixed(1);
			process.stdout.write(
				`${name}: median ${(median(values) ?? Number.NaN).toFixed(1)} ms, fastest ${fastest} ms\n`,
			);
		}
		const ratio = middle('jumpseat status') / (middle('node -e 0') + middle('one round trip'));
		process.stdout.write(`jumpseat status / (node -e 0 + one round trip): ${ratio.toFixed(2)}\n`);
	} finally {
		await scenario.stop();
	}
};
