/**
 * The people of `share-screens.test.ts`: the owner's shared screen, guests in the stock TUI, and a pipe before a door
 * that keeps all that a guest is told.
 *
 * Invariant: nothing here answers or says anything by itself.
 */
import {type AddressInfo, connect, createServer} from 'node:net';
import {expect, onTestFinished} from 'vitest';
import {personEnv, runCli, startCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import type {StockTui} from '../support/stock-tui.ts';
import {beginStockTui, eventually} from './support.ts';

export type GuestDoor = {readonly port: number; readonly token: string};

/** Where a guest in the stock TUI comes in, by a link of a loopback door. */
export const doorOf = (link: string): GuestDoor => {
	const {port, token} = /:(?<port>\d+)#1\.(?<token>[\w-]+)$/.exec(link)?.groups ?? {};
	if (port === undefined || token === undefined) throw new Error('That is no link of a loopback door.');
	return {port: Number(port), token};
};

/** Frames of a server are not masked: what a guest is told can be read in what passes. */
export const openEar = async (
	port: number,
): Promise<{readonly port: number; readonly heard: () => string}> => {
	const heard: Buffer[] = [];
	const server = createServer(client => {
		const door = connect(port, '127.0.0.1');
		client.on('error', () => door.destroy()).pipe(door);
		door.on('error', () => client.destroy()).pipe(client);
		door.on('data', bytes => heard.push(bytes));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
	});
	return {port: (server.address() as AddressInfo).port, heard: () => Buffer.concat(heard).toString('utf8')};
};

/** A guest in the stock TUI, who stands in the thread; `sight` is in it. */
export const stockGuest = async (
	scenario: Scenario,
	{port, token}: GuestDoor,
	sight = 'Good morning',
): Promise<StockTui> => {
	const tui = await beginStockTui(
		{...scenario, endpoint: `ws://127.0.0.1:${port}`},
		{threadId: scenario.pilot.threadId(), token, rows: 40},
	);
	await tui.pty.waitFor(sight);
	return tui;
};

const footer = /⚠ \d+ warnings? · f2 to view/;

/** What it was warned of and has not read yet, oldest first; then it has. Resolves once there is something. */
const stockWarnings = async (tui: Pty): Promise<string> => {
	await tui.waitFor(footer);
	tui.type('\u001BOQ');
	await tui.waitFor('Warnings · ');
	const read: string[] = [];
	for (;;) {
		const [, at = '', of = ''] = /Warnings · (\d+) of (\d+)/.exec(textOf(tui)) ?? [];
		read.push(textOf(tui));
		if (at === of) break;
		tui.press('right');
		await tui.waitFor(`Warnings · ${Number(at) + 1} of`);
	}
	for (let left = read.length; left > 0; left -= 1) tui.press('escape');
	await tui.waitFor(lines => !lines.some(line => line.includes('Warnings · ')));
	return read.join('\n');
};

/** Reads warnings until one says this. */
export const stockWarned = async (tui: Pty, wanted: string | RegExp): Promise<void> => {
	for (;;) {
		const read = await stockWarnings(tui);
		if (typeof wanted === 'string' ? read.includes(wanted) : wanted.test(read)) return;
	}
};

/** It asks its person about this. */
export const stockAsks =
	(about: string) =>
	(lines: readonly string[]): boolean => {
		const at = lines.findIndex(line => line.includes('Would you like'));
		return at >= 0 && lines.slice(at).some(line => line.includes(about));
	};

export const textOf = (pty: Pty): string => pty.screen().join('\n');

/** It stands there so many times: once is not twice. */
export const seesTimes = (pty: Pty, text: string, times: number): Promise<void> =>
	eventually(pty, () => expect(textOf(pty).split(text)).toHaveLength(times + 1));

/** Writes a line in a Jumpseat and sends it, also a command. */
export const sendFrom = async (seat: Pty, text: string): Promise<void> => {
	seat.type('i');
	await seat.waitFor('Enter sends');
	seat.type(text);
	await seat.waitFor(text);
	seat.press('enter');
};

/** What `share --control` was told, and what it said, as JSON. */
export const control = async (
	env: NodeJS.ProcessEnv,
	...words: readonly string[]
): Promise<Readonly<Record<string, string>>> => {
	const {code, stdout, stderr} = await runCli(['share', '--control', ...words, '--json'], {env});
	expect(code, stderr).toBe(0);
	return JSON.parse(stdout);
};

export type JsonShare = {
	/** Of the first invitation. */
	readonly link: string;
	/** Resolves once it has told of this, with these members. */
	readonly told: (type: string, members: Readonly<Record<string, unknown>>) => Promise<void>;
};

/** A share in a pipe with `--json`. */
export const shareInJson = async (
	scenario: Scenario,
	env: NodeJS.ProcessEnv,
	args: readonly string[],
): Promise<JsonShare> => {
	const {wrote, stdout} = startCli(
		['share', scenario.pilot.threadId(), '--connect', scenario.endpoint, '--name', 'Olga', '--json', ...args],
		{env: {...personEnv(scenario), ...env}, cwd: scenario.workdir},
	);
	await wrote('"type":"jumpseat/invitation"');
	const lines = (): ReadonlyArray<Readonly<Record<string, unknown>>> =>
		stdout()
			.split('\n')
			.flatMap(line => (line.endsWith('}') ? [JSON.parse(line)] : []));
	const invitation = lines().find(({type}) => type === 'jumpseat/invitation');
	return {
		link: String(invitation?.link),
		told: (type, members) =>
			expect
				.poll(lines, {timeout: 10_000})
				.toContainEqual(expect.objectContaining({type: `jumpseat/share/${type}`, ...members})),
	};
};
