/**
 * The build: source/cli.ts and everything it uses → build/cli.js, one file, with the licences of what is in it.
 *
 * One file and not chunks: `npx` fetches one small package, and what is imported dynamically is still evaluated on
 * first use only (esbuild wraps it), so Ink costs a command that does not draw nothing but its parsing. Measured,
 * Node 20: `--version` takes 25 ms of CPU more than with `splitting: true` (140 against 115), attaching 15 ms more.
 * Prints nothing when all is well. Usage: build.mjs [--entry FILE] [--outdir DIR]
 */
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import * as esbuild from 'esbuild';
import {thirdPartyLicences} from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const {values} = parseArgs({
	options: {
		entry: {type: 'string', default: path.join(root, 'source/cli.ts')},
		outdir: {type: 'string', default: path.join(root, 'build')},
	},
});

/** Ink loads React's developer tools on DEV=true from a package that it does not bring: there are none here. */
const withoutDevtools = {
	name: 'without-devtools',
	setup: build =>
		build.onLoad({filter: /[\\/]ink[\\/]build[\\/]devtools\.js$/}, () => ({
			contents: 'export {};',
			loader: 'js',
		})),
};

/** Reads a module whose path ends so, and puts one text in the place of another; fails when it is not there once. */
const replacing = (build, filter, replacements) =>
	build.onLoad({filter}, async ({path: file}) => {
		let contents = await readFile(file, 'utf8');
		for (const [text, other] of replacements) {
			if (contents.split(text).length !== 2) {
				return {errors: [{text: `${path.basename(file)} no longer holds ${JSON.stringify(text)} once.`}]};
			}
			contents = contents.replace(text, () => other);
		}
		return {contents, loader: 'js'};
	});

/**
 * What packages do while they load and nobody here needs, measured at start-up on Node 20: Yoga reads the bytes that
 * it holds itself through fetch(), which loads all of undici (30 ms); meow reads the SPDX lists to check the licence
 * in our own package.json (15 ms).
 */
const lighterStart = {
	name: 'lighter-start',
	setup: build => {
		replacing(build, /yoga-wasm-base64-esm\.js$/, [
			['function ya(){return w||"function"!=typeof fetch?', 'function ya(){return true?'],
			['||"function"!=typeof fetch?c(b)', '||true?c(b)'],
		]);
		replacing(build, /[\\/]meow[\\/]build[\\/]dependencies\.js$/, [
			['var normalizeExports = requireNormalize();\n', ''],
			['getDefaultExportFromCjs(normalizeExports)', '() => undefined'],
		]);
	},
};

const bundle = () =>
	esbuild.build({
		absWorkingDir: root,
		entryPoints: {cli: values.entry},
		outdir: values.outdir,
		bundle: true,
		write: false,
		metafile: true,
		platform: 'node',
		format: 'esm',
		target: 'node20.20',
		jsx: 'automatic',
		minify: true,
		// Their texts are in THIRD-PARTY-LICENCES.txt, whole.
		legalComments: 'none',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
		// CommonJS packages inside the bundle call require() for Node's own modules.
		banner: {
			js: "import {createRequire as bundledRequire} from 'node:module';const require=bundledRequire(import.meta.url);",
		},
		plugins: [withoutDevtools, lighterStart],
		logLevel: 'silent',
	});

/** Another process may be running the old build or building too: a file is replaced whole or not at all. */
const replaceFile = async (file, contents) => {
	const fresh = `${file}.${process.pid}`;
	try {
		await writeFile(fresh, contents);
		await rename(fresh, file);
	} catch (error) {
		await rm(fresh, {force: true});
		throw error;
	}
};

try {
	const {outputFiles, metafile, warnings} = await bundle();
	const licences = await thirdPartyLicences(metafile, root);
	if (warnings.length > 0) {
		console.error((await esbuild.formatMessages(warnings, {kind: 'warning', color: false})).join('\n'));
	}
	await mkdir(values.outdir, {recursive: true});
	await Promise.all([
		...outputFiles.map(file => replaceFile(file.path, file.contents)),
		replaceFile(path.join(values.outdir, 'THIRD-PARTY-LICENCES.txt'), licences),
	]);
} catch (error) {
	const messages = error.errors
		? await esbuild.formatMessages(error.errors, {kind: 'error', color: false})
		: [`The build failed: ${error.message}`];
	console.error(messages.join('\n'));
	process.exitCode = 1;
}
