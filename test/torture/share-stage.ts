/**
 * What the parts of `share` play on: a real server with a scripted model, a tap before it, and behind that the share in
 * a process of its own (share-house.ts). Invariant: `stop()` leaves no process, socket or folder.
 */
import {fork} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Rule} from '../../source/demo/script.ts';
import {type Scenario, startScenario} from '../support/harness.ts';
import {bundle} from './bundle.ts';
import type {House, Opening, Order, Report} from './share-house.ts';
import {type ShareTap, startShareTap} from './share-tap.ts';

export type Stage = {
	readonly scenario: Scenario;
	readonly tap: ShareTap;
	readonly house: House;
	/** What `house.open` needs of here. */
	readonly opening: Pick<Opening, 'endpoint' | 'folder'>;
	stop(): Promise<void>;
};

/** Resolves once it holds, and after `ms` in any case. */
export const settled = async (ms: number, holds: () => boolean | Promise<boolean>): Promise<void> => {
	const endMs = performance.now() + ms;
	while (!(await holds()) && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 30));
};

const program = fileURLToPath(new URL('share-house.ts', import.meta.url));

const orders = [
	'open',
	'invite',
	'setRole',
	'remove',
	'counts',
	'weigh',
	'mostBuffers',
	'news',
	'end',
] as const satisfies ReadonlyArray<keyof House>;

type Waiting = {readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void};

const startHouse = async (folder: string): Promise<{readonly house: House; readonly stop: () => void}> => {
	const child = fork(await bundle(program, folder), {execArgv: ['--expose-gc'], stdio: 'inherit'});
	const waiting = new Map<number, Waiting>();
	let nextId = 0;
	child.on('message', ({id, result, error}: Report) => {
		const asked = waiting.get(id);
		waiting.delete(id);
		if (error === undefined) asked?.resolve(result);
		else asked?.reject(new Error(error));
	});
	child.on('exit', code => {
		for (const {reject} of waiting.values()) reject(new Error(`The share's process ended with ${code}.`));
		waiting.clear();
	});
	const ask = (does: keyof House, given: readonly unknown[]): Promise<unknown> =>
		new Promise((resolve, reject) => {
			const order: Order = {id: nextId++, does, with: given};
			waiting.set(order.id, {resolve, reject});
			child.send(order, error => {
				if (error !== null) reject(error);
			});
		});
	const house = Object.fromEntries(
		orders.map(does => [does, (...given: readonly unknown[]) => ask(does, given)]),
	) as House;
	return {house, stop: () => void child.kill('SIGKILL')};
};

export const openStage = async (rules: readonly Rule[] = []): Promise<Stage> => {
	const folder = mkdtempSync(path.join(tmpdir(), 'jss-'));
	const stops: Array<() => unknown> = [() => rmSync(folder, {recursive: true, force: true})];
	const stop = async (): Promise<void> => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		const [{house, stop: stopHouse}, scenario] = await Promise.all([
			startHouse(folder),
			startScenario({rules}),
		]);
		stops.push(stopHouse, scenario.stop);
		const tap = await startShareTap(scenario.socketPath);
		stops.push(tap.stop);
		return {scenario, tap, house, opening: {endpoint: tap.endpoint, folder}, stop};
	} catch (error) {
		await stop();
		throw error;
	}
};
