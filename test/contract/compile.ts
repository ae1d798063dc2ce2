/**
 * Generates the types of the pinned Codex into a temporary folder and type-checks assertions against them with
 * the project's own compiler. Called by the contract test only.
 */
import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);
const codex = path.join(path.dirname(require.resolve('@openai/codex/package.json')), 'bin/codex.js');
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'lib/tsc.js');

export type Workspace = {
	/** Diagnostics, one a fact that does not hold; empty when all hold. */
	readonly check: (source: string) => Promise<readonly string[]>;
	/** Where the generated types are. */
	readonly codexFolder: string;
	readonly modules: {readonly codex: string; readonly types: string; readonly shapes: string};
	readonly remove: () => Promise<void>;
};

const failureOutput = (error: unknown): string =>
	typeof error === 'object' && error !== null && 'stdout' in error && typeof error.stdout === 'string'
		? error.stdout
		: '';

/** Rejects when Codex cannot be run or generates nothing. */
export const generateTypes = async (): Promise<Workspace> => {
	const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'jumpseat-contract-')));
	const home = path.join(folder, 'home');
	await mkdir(home);
	await run(
		process.execPath,
		[codex, 'app-server', 'generate-ts', '--experimental', '--out', path.join(folder, 'codex')],
		{env: {...process.env, HOME: home, CODEX_HOME: home}},
	);
	const config = {
		extends: path.join(root, 'tsconfig.json'),
		// The generated files import each other without an extension.
		compilerOptions: {module: 'preserve', moduleResolution: 'bundler', types: [], noErrorTruncation: true},
		include: [],
		files: ['assertions.ts'],
	};
	await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config));

	const check = async (source: string): Promise<readonly string[]> => {
		await writeFile(path.join(folder, 'assertions.ts'), source);
		try {
			await run(process.execPath, [tsc, '--pretty', 'false', '-p', folder], {
				cwd: folder,
				maxBuffer: 2 ** 26,
			});
			return [];
		} catch (error) {
			const output = failureOutput(error);
			// A diagnostic starts at the margin; what is indented explains it.
			const diagnostics = output
				.split(/\n(?=\S)/)
				.map(part => part.trim())
				.filter(part => part !== '');
			return diagnostics.length > 0
				? diagnostics
				: [`the compiler failed without a diagnostic: ${String(error)}`];
		}
	};

	return {
		check,
		codexFolder: path.join(folder, 'codex'),
		modules: {
			codex: './codex/index',
			types: path.join(root, 'source/protocol/types.ts'),
			shapes: path.join(root, 'test/contract/shapes.ts'),
		},
		remove: () => rm(folder, {recursive: true, force: true}),
	};
};
