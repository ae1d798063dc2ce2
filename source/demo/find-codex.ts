/**
 * Finds the Codex program: the one installed beside us (a dev dependency), else the one on PATH.
 *
 * Invariant: it prefers the native binary to npm's JavaScript launcher, which would put one more process between
 * us and the server, and one more thing to outlive us. Called by the demo and by the test support.
 */
import {accessSync, constants, existsSync, realpathSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

export class CodexNotFoundError extends Error {
	override readonly name = 'CodexNotFoundError';

	constructor() {
		super('Codex was not found. Install it with `npm i -g @openai/codex`, or put `codex` on your PATH.');
	}
}

/** Rust target triples, as the platform packages of @openai/codex name their folders. */
const triples: Readonly<Record<string, string>> = {
	'linux-x64': 'x86_64-unknown-linux-musl',
	'linux-arm64': 'aarch64-unknown-linux-musl',
	'darwin-x64': 'x86_64-apple-darwin',
	'darwin-arm64': 'aarch64-apple-darwin',
};

const isProgram = (file: string): boolean => {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
};

/** The native binary that belongs to the launcher package in this folder, or that is a dependency of it. */
const nativeBinary = (from: string): string | undefined => {
	const platform = `${process.platform}-${process.arch}`;
	const triple = triples[platform];
	if (!triple) {
		return undefined;
	}

	try {
		const manifest = createRequire(from).resolve(`@openai/codex-${platform}/package.json`);
		const binary = path.join(path.dirname(manifest), 'vendor', triple, 'bin', 'codex');
		return isProgram(binary) ? binary : undefined;
	} catch {
		return undefined;
	}
};

const onPath = (pathVariable: string): string | undefined => {
	for (const folder of pathVariable.split(path.delimiter)) {
		const candidate = path.join(folder, 'codex');
		if (path.isAbsolute(folder) && existsSync(candidate) && isProgram(candidate)) {
			return nativeBinary(realpathSync(candidate)) ?? candidate;
		}
	}

	return undefined;
};

/** An absolute path. Throws `CodexNotFoundError`, whose message says how to get Codex. */
export const findCodex = (env: NodeJS.ProcessEnv, from: string = import.meta.url): string => {
	const found = nativeBinary(from) ?? onPath(env.PATH ?? '');
	if (!found) {
		throw new CodexNotFoundError();
	}

	return found;
};
