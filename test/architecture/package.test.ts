/** What is shipped: the files and the size of the package, the lockfiles, the shim and the licences. */
import {execFile} from 'node:child_process';
import {copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): Promise<string> => readFile(path.join(root, file), 'utf8');

let folder = '';

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'jumpseat-package-'));
});

afterAll(() => rm(folder, {recursive: true, force: true}));

/** Rejects in no case: what a process that fails says is the matter here. */
const outcome = (...args: string[]): Promise<{stdout: string; stderr: string; code: number}> =>
	new Promise(resolve => {
		execFile(process.execPath, args, {cwd: root}, (error, stdout, stderr) => {
			resolve({stdout, stderr, code: typeof error?.code === 'number' ? error.code : 0});
		});
	});

const isChunk = (file = ''): boolean => /^build\/[\w-]+-[A-Z0-9]{8}\.js$/.test(file);

describe('the package', () => {
	it('holds the shim, the bundle with its chunks, the licences and the documents, in 2 MB', async () => {
		// As before packing: the chunks of former builds go.
		const env = {...process.env, npm_lifecycle_event: 'prepack'};
		await run(process.execPath, ['scripts/build.mjs'], {cwd: root, env});
		const {stdout} = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {cwd: root});
		const paths = [...stdout.matchAll(/"path": "([^"]+)"/g)].map(match => match[1]);
		expect(paths.filter(file => !isChunk(file)).sort()).toEqual([
			'CHANGELOG.md',
			'LICENSE',
			'README.md',
			'bin/jumpseat.js',
			'build/THIRD-PARTY-LICENCES.txt',
			'build/cli.js',
			'build/status.cjs',
			'docs/jumpseat.1',
			'package.json',
		]);
		const packedBytes = Number(/"size": (\d+),\s*"unpackedSize"/.exec(stdout)?.[1]);
		expect(packedBytes).toBeGreaterThan(10_000);
		expect(packedBytes).toBeLessThanOrEqual(2_000_000);
	}, 60_000);

	it.each(['package-lock.json', 'test/newest-node/package-lock.json'])(
		'can be installed from any registry: %s names none, and checks every file',
		async file => {
			const text = await read(file);
			const entries = text.match(/"node_modules\/[^"]+": \{/g) ?? [];
			expect(entries.length).toBeGreaterThan(0);
			expect(text).not.toContain('"resolved"');
			expect(text.match(/"integrity": "sha512-/g)).toHaveLength(entries.length);
		},
	);
});

describe('the shim', () => {
	it('refuses a Node that is too old, in a sentence', async () => {
		const older = path.join(folder, 'older.cjs');
		const versions = "{value: {...process.versions, node: '20.19.6'}}";
		await writeFile(older, `Object.defineProperty(process, 'versions', ${versions});`);
		const {stdout, stderr, code} = await outcome('--require', older, 'bin/jumpseat.js', '--version');
		expect(code).toBe(1);
		expect(stdout).toBe('');
		expect(stderr).toMatch(/^jumpseat needs Node\.js 20\.20 or newer, and this is 20\.19\.6\..*\n$/);
	});

	it('says how to build when there is no bundle', async () => {
		await mkdir(path.join(folder, 'bin'));
		await copyFile(path.join(root, 'bin/jumpseat.js'), path.join(folder, 'bin/jumpseat.mjs'));
		const {stderr, code} = await outcome(path.join(folder, 'bin/jumpseat.mjs'));
		expect(code).toBe(1);
		expect(stderr).toContain('npm run build');
	});
});

describe('the build', () => {
	it('fails on a bundled package that brings no licence text, and writes nothing', async () => {
		const nameless = path.join(folder, 'node_modules/nameless');
		const outdir = path.join(folder, 'build');
		await mkdir(nameless, {recursive: true});
		await writeFile(
			path.join(nameless, 'package.json'),
			'{"name": "nameless", "version": "1.2.3", "license": "MIT"}',
		);
		await writeFile(path.join(nameless, 'index.js'), 'console.log(1);');
		await writeFile(path.join(folder, 'entry.ts'), "import 'nameless';");
		const args = ['scripts/build.mjs', '--entry', path.join(folder, 'entry.ts'), '--outdir', outdir];
		const {stderr, code} = await outcome(...args);
		expect(code).toBe(1);
		expect(stderr).toContain('nameless@1.2.3');
		await expect(readdir(outdir)).rejects.toThrow('ENOENT');

		await writeFile(path.join(nameless, 'LICENSE.md'), 'Do as you like.');
		expect(await outcome(...args)).toEqual({stdout: '', stderr: '', code: 0});
		expect(await readFile(path.join(outdir, 'THIRD-PARTY-LICENCES.txt'), 'utf8')).toContain(
			'Do as you like.',
		);
	});
});
