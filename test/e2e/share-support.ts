/** Shares for end-to-end tests: begun in a pipe or a pty, in a place of the test's own, and over when the test is. */
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {onTestFinished} from 'vitest';
import {personEnv, type RunningCli, startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import {openPty, type Pty} from '../support/pty.ts';
import {program} from './support.ts';

/** What a person's session has, and so do all the shares of one test. */
export const runtimeEnv = (): NodeJS.ProcessEnv => {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'jsr-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	return {XDG_RUNTIME_DIR: folder};
};

export type ShareInPipe = RunningCli & {
	/** One for each invitation, in order. */
	readonly links: readonly string[];
	readonly threadId: string;
};

const linksIn = (text: string): readonly string[] =>
	[...text.matchAll(/^jumpseat join '(\S+)'$/gm)].map(([, link = '']) => link);

/** Resolves once it has printed `count` join lines. */
export const startShare = async (
	scenario: Scenario,
	env: NodeJS.ProcessEnv,
	args: readonly string[] = [],
	count = 1,
): Promise<ShareInPipe> => {
	const threadId = scenario.pilot.threadId();
	const running = startCli(['share', threadId, '--connect', scenario.endpoint, '--name', 'Olga', ...args], {
		env: {...personEnv(scenario), ...env},
		cwd: scenario.workdir,
	});
	for (let tries = 0; linksIn(running.stdout()).length < count; tries += 1) {
		const before = running.stdout().length;
		await running.wrote("'\n");
		if (linksIn(running.stdout()).length >= count) break;
		await Promise.race([running.ended, new Promise(resolve => setTimeout(resolve, 20))]);
		if (tries > 500 && running.stdout().length === before) throw new Error(running.stderr());
	}
	return {...running, links: linksIn(running.stdout()), threadId};
};

/** A guest's screen. `env`: of the machine that the share runs on, or another. */
export const joinInPty = (
	scenario: Scenario,
	env: NodeJS.ProcessEnv,
	args: readonly string[],
	size: {readonly columns?: number; readonly rows?: number} = {},
): Pty => {
	const pty = openPty(process.execPath, [program, 'join', ...args], {
		columns: size.columns ?? 120,
		rows: size.rows ?? 30,
		cwd: scenario.workdir,
		env: {...personEnv(scenario), ...env},
	});
	onTestFinished(() => pty.kill());
	return pty;
};

/** A share in a terminal that prints its join lines; the screen waits for Enter. */
export const openLines = async (
	scenario: Scenario,
	env: NodeJS.ProcessEnv,
	args: readonly string[] = [],
): Promise<{readonly owner: Pty; readonly links: readonly string[]}> => {
	const words = [
		'share',
		scenario.pilot.threadId(),
		'--connect',
		scenario.endpoint,
		'--name',
		'Olga',
		...args,
	];
	const owner = openPty(process.execPath, [program, ...words], {
		columns: 200,
		rows: 30,
		cwd: scenario.workdir,
		env: {...personEnv(scenario), ...env},
	});
	onTestFinished(() => owner.kill());
	await owner.waitFor('Enter shows the thread');
	return {owner, links: linksIn(owner.output().replaceAll('\r', ''))};
};

/** The owner's screen, after the join lines were taken from what it printed. */
export const openShared = async (...wanted: Parameters<typeof openLines>): ReturnType<typeof openLines> => {
	const opened = await openLines(...wanted);
	opened.owner.press('enter');
	await opened.owner.waitFor('● live');
	return opened;
};
