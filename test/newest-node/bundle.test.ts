/**
 * The bundle under the Node that runs the tests and under the newest one: it starts, it says what it is, and what
 * it loads on demand loads.
 */
import {execFile} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {installNewestNode, type NewestNode} from './install.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const shim = path.join(root, 'bin/jumpseat.js');

let folder = '';
let newest: NewestNode = {installed: false, reason: 'it was not asked for'};

beforeAll(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'jumpseat-bundle-'));
	const entry = path.join(root, 'test/newest-node/load-ink.tsx');
	await run(process.execPath, ['scripts/build.mjs', '--entry', entry, '--outdir', folder], {cwd: root});
	newest = await installNewestNode();
}, 180_000);

afterAll(() => rm(folder, {recursive: true, force: true}));

/** With a home of its own: the newest Node keeps compiled code under it. */
const start = (node: string, ...args: string[]) =>
	run(node, args, {cwd: folder, env: {PATH: process.env.PATH, HOME: folder}});

describe.each([
	['the Node of the tests', () => ({installed: true, node: process.execPath}) as const],
	['the newest Node', () => newest],
])('%s', (_title, which) => {
	it('says its version', async context => {
		const found = which();
		if (!found.installed) return context.skip(found.reason);
		const manifest: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
		const {stdout, stderr} = await start(found.node, shim, '--version');
		expect(manifest).toMatchObject({version: stdout.trim()});
		expect(stderr).toBe('');
	});

	it('helps', async context => {
		const found = which();
		if (!found.installed) return context.skip(found.reason);
		const {stdout, stderr} = await start(found.node, shim, '--help');
		expect(stdout).toContain('jumpseat');
		expect(stdout).toContain('--observe');
		expect(stderr).toBe('');
	});

	it('draws with Ink', async context => {
		const found = which();
		if (!found.installed) return context.skip(found.reason);
		const {stdout, stderr} = await start(found.node, path.join(folder, 'cli.js'));
		expect(stdout).toContain('│drawn   │');
		expect(stderr).toBe('');
	});
});

it('puts the licences beside the bundle, each with its text', async () => {
	const licences = await readFile(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
	for (const name of ['ink', 'react', 'react-reconciler', 'yoga-layout']) {
		expect(licences).toMatch(
			new RegExp(`-{80}\\n${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)\\n\\n[^]*?Permission is hereby granted`),
		);
	}
});

it('holds React for production, and neither developer tools nor a source map', async () => {
	const names = (await readdir(folder)).filter(name => /\.c?js$/.test(name));
	const bundle = (await Promise.all(names.map(name => readFile(path.join(folder, name), 'utf8')))).join('\n');
	// What only React's development build says.
	const hint = 'Invalid hook call';
	expect(await readFile(path.join(root, 'node_modules/react/cjs/react.development.js'), 'utf8')).toContain(
		hint,
	);
	expect(bundle).not.toContain(hint);
	expect(bundle).not.toContain('sourceMappingURL');
	expect(bundle).not.toContain('connectToDevTools');
	expect((await readdir(folder)).filter(name => name.endsWith('.map'))).toEqual([]);
});
