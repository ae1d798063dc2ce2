#!/usr/bin/env node
/*
 * The shim: checks Node, then loads the bundle. It owns nothing else.
 * Old versions of Node must be able to parse this file far enough to print the sentence below, so it keeps
 * to ES2017 syntax plus dynamic import(), and what is newer is looked up before it is used.
 */
import {createRequire} from 'node:module';

const minimum = [20, 20];
const found = process.versions.node.split('.').map(Number);

const isTooOld = found[0] < minimum[0] || (found[0] === minimum[0] && found[1] < minimum[1]);

const require = createRequire(import.meta.url);

/**
 * A module of Node's. `import` would do more: it reads every member, and some of them (`fs.ReadStream`,
 * `process.stdin`) load a good deal when they are read. The bundle counts on this function as well, which 21.0 to
 * 22.2 lack.
 */
if (!process.getBuiltinModule) {
	process.getBuiltinModule = require;
}

const builtin = name => process.getBuiltinModule(name);

/** A folder of the user's own: the shared default in the system's temporary folder could be prepared by others. */
const compileCacheFolder = () => {
	const fs = builtin('fs');
	const path = builtin('path');
	const xdg = process.env.XDG_CACHE_HOME;
	const base = xdg && path.isAbsolute(xdg) ? xdg : path.join(builtin('os').homedir(), '.cache');
	return fs.existsSync(base) ? path.join(base, 'jumpseat') : undefined;
};

/** Saves compiled code between runs where Node can (22.1 and later). Never a reason to fail. */
const enableCompileCache = () => {
	try {
		const module = builtin('module');
		if (typeof module.enableCompileCache !== 'function') {
			return;
		}
		const folder = process.env.NODE_COMPILE_CACHE || compileCacheFolder();
		if (folder) {
			module.enableCompileCache(folder);
		}
	} catch (_error) {
		// Only speed is lost.
	}
};

if (isTooOld) {
	console.error(
		'jumpseat needs Node.js ' +
			minimum.join('.') +
			' or newer, and this is ' +
			process.versions.node +
			'. See https://nodejs.org for a newer one.',
	);
	process.exitCode = 1;
} else {
	// Before React is evaluated: its development build costs up to 45% more CPU.
	process.env.NODE_ENV = 'production';
	const bundle = new URL('../build/cli.js', import.meta.url);
	if (builtin('fs').existsSync(bundle)) {
		enableCompileCache();
		const isRun = process.argv[2] === 'status' && require('../build/status.cjs').runStatus();
		if (!isRun) {
			import(bundle.href);
		}
	} else {
		console.error('jumpseat is not built yet. Run `npm run build` in its folder first.');
		process.exitCode = 1;
	}
}
