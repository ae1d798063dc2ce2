/**
 * Installs the App Servers of several versions, for the tests that must hold on old ones (docs/servers.md), each into
 * `~/.cache/jumpseat/codex/VERSION` (or under XDG_CACHE_HOME): about 400 MB each, and nothing of it in this project.
 *
 * Usage: codex-versions.mjs [VERSION…] — the matrix below by default. What is there already stays. Stdout: one line a
 * version that is there at the end, `VERSION<TAB>PROGRAM`; stderr: what was done, and what failed. Exit code 1 when a
 * version is missing. Removing a folder is the way to get rid of one. Called by a person and by test/torture.
 */
import {spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {mkdir, mkdtemp, rename, rm, writeFile} from 'node:fs/promises';
import {homedir} from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The newest patch of each minor in November 2026; 0.169.0 was the newest of all. */
const matrix = ['0.145.0', '0.150.1', '0.157.1', '0.163.0', '0.169.0'];

/** Rust target triples, as the platform packages name their folders. */
const triples = {
	'linux-x64': 'x86_64-unknown-linux-musl',
	'linux-arm64': 'aarch64-unknown-linux-musl',
	'darwin-x64': 'x86_64-apple-darwin',
	'darwin-arm64': 'aarch64-apple-darwin',
};

const {env} = process;
const platform = `${process.platform}-${process.arch}`;
const cache = path.join(
	env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache'),
	'jumpseat',
	'codex',
);

const programIn = folder =>
	path.join(
		folder,
		'node_modules',
		'@openai',
		`codex-${platform}`,
		'vendor',
		triples[platform],
		'bin',
		'codex',
	);

const isProgram = file => {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};

/** Resolves with what npm had to complain about; undefined when it did its work. */
const npmInstall = (folder, version) =>
	new Promise(resolve => {
		const args = [
			'install',
			'--prefix',
			folder,
			'--no-audit',
			'--no-fund',
			'--ignore-scripts',
			'--loglevel=error',
		];
		// Under `npm run` its settings for this project are in the environment, and would be taken for the other folder.
		const kept = Object.entries(env).filter(
			([name]) => !/^npm_(config_(local_)?prefix|package_|lifecycle_)/i.test(name),
		);
		const child = spawn('npm', [...args, `@openai/codex@${version}`], {
			cwd: folder,
			env: Object.fromEntries(kept),
			stdio: ['ignore', 'ignore', 'pipe'],
		});
		let complaint = '';
		child.stderr.setEncoding('utf8').on('data', text => {
			complaint += text;
		});
		child.once('error', error => resolve(String(error)));
		child.once('close', code =>
			resolve(code === 0 ? undefined : complaint.trim() || `npm ended with ${code}`),
		);
	});

/** Into a folder beside it, put in its place when it is whole: a run that is killed leaves no half of a version. */
const install = async (version, folder) => {
	const fresh = await mkdtemp(`${folder}.`);
	try {
		await writeFile(path.join(fresh, 'package.json'), '{"private": true}\n');
		const complaint = await npmInstall(fresh, version);
		if (complaint !== undefined) throw new Error(complaint);
		if (!isProgram(programIn(fresh))) throw new Error(`the package holds no program for ${platform}`);
		await rm(folder, {recursive: true, force: true});
		await rename(fresh, folder);
	} finally {
		await rm(fresh, {recursive: true, force: true});
	}
};

if (triples[platform] === undefined) {
	console.error(`There is no Codex for ${platform} that this script knows of.`);
	process.exit(1);
}
await mkdir(cache, {recursive: true});
for (const version of process.argv.length > 2 ? process.argv.slice(2) : matrix) {
	if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
		console.error(`${JSON.stringify(version)} is no version: give numbers as 0.169.0.`);
		process.exitCode = 1;
		continue;
	}
	const folder = path.join(cache, version);
	try {
		if (!isProgram(programIn(folder))) {
			await install(version, folder);
			console.error(`Installed Codex ${version} in ${folder}.`);
		}
		console.log(`${version}\t${programIn(folder)}`);
	} catch (error) {
		console.error(`Codex ${version} was not installed: ${error.message}`);
		process.exitCode = 1;
	}
}
