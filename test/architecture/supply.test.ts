/**
 * What comes from others: nothing is installed with Jumpseat, nothing of others runs while it is installed or built,
 * and whatever is bundled is listed with its licence. What is checked without a registry; `npm audit` is for where
 * there is one (SECURITY.md).
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import * as esbuild from 'esbuild';
import {expect, test} from 'vitest';
import {packages} from './rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

type Entry = {
	readonly version?: string;
	readonly integrity?: string;
	readonly hasInstallScript?: boolean;
	readonly license?: string;
};

const json = (file: string): Readonly<Record<string, unknown>> =>
	JSON.parse(readFileSync(`${root}/${file}`, 'utf8')) as Readonly<Record<string, unknown>>;

const manifest = json('package.json');
const lock = json('package-lock.json').packages as Readonly<Record<string, Entry>>;

test('the package that is shipped needs no other package, and runs nothing when it is installed', () => {
	for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies', 'bundleDependencies'])
		expect(manifest[kind], kind).toBeUndefined();
	const scripts = Object.keys(manifest.scripts as object);
	const onInstall = /^(?:pre|post)?(?:install|prepare)$|^dependencies$/;
	expect(scripts.filter(name => onInstall.test(name))).toEqual([]);
});

test('every package has one version and one hash in the lockfile', () => {
	const loose = Object.entries(lock).filter(
		([place, {version, integrity}]) =>
			place !== '' && (version === undefined || !integrity?.startsWith('sha512-')),
	);
	expect(loose).toEqual([]);
	for (const [name, range] of Object.entries(manifest.devDependencies as Record<string, string>))
		expect(lock[`node_modules/${name}`]?.version, `${name} ${range}`).toMatch(/^\d+\.\d+\.\d+/);
});

/** Both only look for their binary, or choose it: `npm ci --ignore-scripts && npm run build` works without. */
const mayHaveScripts = ['esbuild', 'fsevents'];

test('no package of others has an install script that the build needs', () => {
	const names = Object.entries(lock)
		.filter(([, {hasInstallScript}]) => hasInstallScript === true)
		.map(([place]) => place.replace(/^.*node_modules\//, ''));
	expect(names.filter(name => !mayHaveScripts.includes(name))).toEqual([]);
});

const packageOf = (input: string): string | undefined =>
	/^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

test('every package that the sources reach is listed with its licence, in the version of the lockfile', async () => {
	// Bundled anew, without what the build does to packages.
	const {metafile} = await esbuild.build({
		absWorkingDir: root,
		entryPoints: ['source/cli.ts', 'source/commands/status/main.ts'],
		outdir: 'nowhere',
		bundle: true,
		write: false,
		metafile: true,
		platform: 'node',
		format: 'esm',
		splitting: true,
		jsx: 'automatic',
		external: ['react-devtools-core', 'bufferutil', 'utf-8-validate'],
		logLevel: 'silent',
	});
	const reached = new Set(Object.keys(metafile.inputs).flatMap(input => packageOf(input) ?? []));
	for (const name of Object.keys(packages)) expect(reached, name).toContain(name);
	const text = readFileSync(`${root}/build/THIRD-PARTY-LICENCES.txt`, 'utf8');
	const titles = [...text.matchAll(/^-{80}\n(\S+) (\S+) \((.+)\)\n\n(.+)/gm)];
	const listed = new Map(titles.map(([, name = '', version = '']) => [name, version]));
	expect([...reached].filter(name => !listed.has(name))).toEqual([]);
	expect([...listed.keys()].filter(name => !reached.has(name))).toEqual([]);
	for (const [, name, version, licence] of titles) {
		const versions = Object.entries(lock).flatMap(([place, entry]) =>
			place.endsWith(`node_modules/${name}`) ? [entry.version] : [],
		);
		expect(versions, `${name}`).toContain(version);
		// All of them allow to be shipped like this; another one is for a person to look at.
		expect(licence, `${name}`).toMatch(
			/^\(?(?:MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|\(?MIT OR CC0-1\.0\)?)\)?$/,
		);
	}
});
