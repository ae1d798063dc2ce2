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

/**
 * A seat that is open all day draws little and rarely. Measured there on Node 20: 160 MB become 100, and a third of the
 * CPU, which was V8's threads optimising functions that run twenty times a second, is saved; a burst costs a quarter
 * more (docs/performance.md). V8 complains of a flag that it does not know: the budget is called otherwise from 24 on.
 */
const keepSmall = () => {
	const v8 = builtin('v8');
	v8.setFlagsFromString('--optimize-for-size');
	if (found[0] < 24) {
		v8.setFlagsFromString('--interrupt-budget=2000000');
	}
};

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

/** Another process may do the same now: a file is replaced whole or not at all. */
const replaceFile = (file, parts) => {
	const fs = builtin('fs');
	const fresh = `${file}.${process.pid}`;
	fs.mkdirSync(builtin('path').dirname(file), {recursive: true, mode: 0o700});
	fs.writeFileSync(fresh, Buffer.concat(parts), {mode: 0o600});
	fs.renameSync(fresh, file);
};

const digestBytes = 32;
const digestOf = (source, compiled) =>
	builtin('crypto').createHash('sha256').update(source).update(compiled).digest();

/** V8 looks at its version and at no more: broken code ends the process, so it has to be of this source, and whole. */
const readCompiled = (file, source) => {
	try {
		const kept = builtin('fs').readFileSync(file);
		const compiled = kept.subarray(digestBytes);
		return digestOf(source, compiled).equals(kept.subarray(0, digestBytes)) ? compiled : undefined;
	} catch (_error) {
		return undefined;
	}
};

/** A CommonJS file through compiled code that was kept: saves 15 ms of 140 where Node does not do so by itself. */
const requireCompiled = file => {
	const path = builtin('path');
	const vm = builtin('vm');
	const folder = compileCacheFolder();
	if (!folder) {
		return require(file);
	}
	const kept = path.join(folder, `${path.basename(file)}-${process.version}-${process.arch}`);
	const source = builtin('fs').readFileSync(file, 'utf8');
	const cachedData = readCompiled(kept, source);
	const wrapped = `(function (module, exports, require) {${source}\n})`;
	const script = new vm.Script(wrapped, {filename: file, cachedData});
	if (!cachedData || script.cachedDataRejected) {
		process.once('exit', code => {
			try {
				// After a whole run it holds what such a run needs.
				if (code === 0) {
					const compiled = script.createCachedData();
					replaceFile(kept, [digestOf(source, compiled), compiled]);
				}
			} catch (_error) {
				// Only speed is lost.
			}
		});
	}
	const quick = {exports: {}};
	script.runInThisContext()(quick, quick.exports, require);
	return quick.exports;
};

/** True when it was `jumpseat status`, and is being done. */
const isQuicklyDone = () => {
	if (process.argv[2] !== 'status') {
		return false;
	}
	const file = builtin('url').fileURLToPath(new URL('../build/status.cjs', import.meta.url));
	const keepsByItself = typeof builtin('module').enableCompileCache === 'function';
	return (keepsByItself ? require(file) : requireCompiled(file)).runStatus();
};

/** The link of `join` opens a share, and every user of the machine can read the words of a process. */
const hideLink = () => {
	if (process.argv.some(word => word === 'join' || /jumpseat\+/i.test(word))) {
		process.title = 'jumpseat join';
	}
};

hideLink();
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
		keepSmall();
		if (!isQuicklyDone()) {
			import(bundle.href);
		}
	} else {
		console.error('jumpseat is not built yet. Run `npm run build` in its folder first.');
		process.exitCode = 1;
	}
}
