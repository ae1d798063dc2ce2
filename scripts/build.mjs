/**
 * The build: source/cli.ts and everything it uses → build/cli.js and the chunks that it loads on demand, with the
 * licences of what is in them.
 *
 * In chunks, because as one file 1 MB is parsed for every verb: `--version` took 207 ms of CPU and takes 143, where
 * `node -e 0` takes 94. And `jumpseat status`, which a status bar runs every few seconds, is a program of its own
 * (build/status.cjs; the shim chooses): one CommonJS file, without meow and with its compiled code kept, took 237 ms
 * and takes 141; in chunks it took 165, a dozen files that `import` resolves and reads one by one. Measured with Node 20
 * on two busy cores, medians of interleaved runs; `npm run bench -- --only status` measures again.
 * Prints nothing when all is well.
 *
 * Usage: build.mjs [--entry FILE] [--outdir DIR]
 */
import {mkdir, readdir, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {isBuiltin} from 'node:module';
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

/** Loaded on first use: TLS, compression and processes of others are not what most commands need. */
const rarelyUsed = ['child_process', 'https', 'tls', 'zlib'];

/**
 * Node's own modules without `import`, which reads every member of one: `process.stdin` opens the input,
 * `fs.ReadStream` loads the streams.
 */
const builtins = {
	name: 'builtins',
	setup: build => {
		build.onResolve({filter: /^[a-z]/}, ({path: name}) =>
			isBuiltin(name) ? {path: name.replace(/^node:/, ''), namespace: 'builtin'} : undefined,
		);
		build.onLoad({filter: /.*/, namespace: 'builtin'}, ({path: name}) => {
			const module = `process.getBuiltinModule(${JSON.stringify(name)})`;
			const members = Object.keys(process.getBuiltinModule(name)).map(
				key => `get ${key}(){return ${module}.${key}}`,
			);
			return {
				contents: `module.exports = ${rarelyUsed.includes(name) ? `{${members}}` : module};`,
				loader: 'js',
			};
		});
	},
};

/** `ws` without its streams, which nobody here uses, and its server for the doors of a share only. */
const partsOfWs = {
	name: 'parts-of-ws',
	setup: build => {
		const part = name => path.join(root, 'node_modules/ws/lib', name);
		build.onResolve({filter: /^ws$/}, ({importer}) =>
			importer.endsWith(path.join('transport', 'door.ts'))
				? {path: 'server', namespace: 'ws'}
				: {path: part('websocket.js')},
		);
		build.onLoad({filter: /^server$/, namespace: 'ws'}, () => ({
			contents: `export {default as WebSocketServer} from ${JSON.stringify(part('websocket-server.js'))};`,
			resolveDir: root,
		}));
	},
};

/**
 * What packages do while they load and nobody here needs, measured at start-up on Node 20: Yoga reads the bytes that
 * it holds itself through fetch(), which loads all of undici (30 ms); meow brings what finds, reads and checks the
 * package.json of others, with the SPDX lists (20 ms).
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
			['var libExports = requireLib$1();\n', 'var libExports = {};\n'],
			["import { execFile } from 'node:child_process';\n", ''],
			['promisify(execFile);\n', ''],
		]);
		replacing(build, /[\\/]meow[\\/]build[\\/]options\.js$/, [
			[
				"import { a as readPackageUpSync, n as normalizePackageData } from './dependencies.js';\n",
				'const readPackageUpSync = () => undefined, normalizePackageData = () => undefined;\n',
			],
		]);
	},
};

const bundle = options =>
	esbuild.build({
		absWorkingDir: root,
		outdir: values.outdir,
		bundle: true,
		write: false,
		metafile: true,
		platform: 'node',
		target: 'node20.20',
		jsx: 'automatic',
		minify: true,
		// Their texts are in THIRD-PARTY-LICENCES.txt, whole.
		legalComments: 'none',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
		// CommonJS packages inside the bundle try to require() what they can do without.
		banner: {js: "var require=name=>{throw new Error(name+' is not bundled')};"},
		plugins: [withoutDevtools, lighterStart, partsOfWs, builtins],
		logLevel: 'silent',
		...options,
	});

const bundles = async () => {
	const whole = bundle({entryPoints: {cli: values.entry}, format: 'esm', splitting: true});
	const quick = bundle({
		entryPoints: {status: path.join(root, 'source/commands/status/main.ts')},
		format: 'cjs',
		outExtension: {'.js': '.cjs'},
	});
	const built = await Promise.all([whole, quick]);
	return {
		outputFiles: built.flatMap(({outputFiles}) => outputFiles),
		warnings: built.flatMap(({warnings}) => warnings),
		metafile: {inputs: Object.assign({}, ...built.map(({metafile}) => metafile.inputs))},
	};
};

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

/** A program that runs may still load chunks of the build before. */
const keepMs = 3_600_000;
const isChunk = name => /-[A-Z0-9]{8}\.js$/.test(name);

/**
 * Removes the chunks of former builds: those that no build has written for an hour; all of them before packing.
 * Chunks are named by their content, so that of another build is never loaded in place of one of this.
 */
const removeStale = async written => {
	const nowMs = Date.now();
	const isPacking = process.env.npm_lifecycle_event === 'prepack';
	const names = (await readdir(values.outdir)).filter(name => isChunk(name) && !written.has(name));
	await Promise.all(
		names.map(async name => {
			const file = path.join(values.outdir, name);
			const {mtimeMs} = await stat(file);
			if (isPacking || nowMs - mtimeMs > keepMs) await rm(file, {force: true});
		}),
	);
};

try {
	const {outputFiles, metafile, warnings} = await bundles();
	const licences = await thirdPartyLicences(metafile, root);
	if (warnings.length > 0) {
		console.error((await esbuild.formatMessages(warnings, {kind: 'warning', color: false})).join('\n'));
	}
	await mkdir(values.outdir, {recursive: true});
	const isEntry = ({path: file}) => path.basename(file) === 'cli.js';
	const chunks = outputFiles.filter(file => !isEntry(file));
	await Promise.all([
		...chunks.map(file => replaceFile(file.path, file.contents)),
		replaceFile(path.join(values.outdir, 'THIRD-PARTY-LICENCES.txt'), licences),
	]);
	// The entry last: it never names a chunk that is not there yet.
	await Promise.all(outputFiles.filter(isEntry).map(file => replaceFile(file.path, file.contents)));
	await removeStale(new Set(outputFiles.map(file => path.basename(file.path))));
} catch (error) {
	const messages = error.errors
		? await esbuild.formatMessages(error.errors, {kind: 'error', color: false})
		: [`The build failed: ${error.message}`];
	console.error(messages.join('\n'));
	process.exitCode = 1;
}
