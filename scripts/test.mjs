/**
 * The test command: lint, types, then every test, and at the end a line alone: `N passed, N failed[, N skipped]`.
 *
 * Lint and types count as one test each. The exit code is 0 only when nothing failed; a run without tests, an
 * error outside a test and a run that hangs are failures. Skipped tests are named with their reason.
 * Usage: test.mjs [FILTER…] — a filter is a part of a test file's path; lint and types always run.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import {startVitest} from 'vitest/node';

const root = fileURLToPath(new URL('..', import.meta.url));
const limitMs = 10 * 60_000;
const counts = {passed: 0, failed: 0, skipped: 0};
let finished = false;

const finish = () => {
	if (finished) {
		return;
	}
	finished = true;
	const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
	const exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
	// The callback: process.exit() would cut a line that a pipe has not taken yet.
	process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`, () =>
		process.exit(exitCode),
	);
};

const fail = reason => {
	counts.failed++;
	console.log(`✗ ${reason}`);
};

/** Runs a tool of node_modules and counts it as one test; its output is shown when it fails. */
const check = async (title, script, args) => {
	const child = spawn(process.execPath, [script, ...args], {cwd: root, stdio: ['ignore', 'pipe', 'pipe']});
	const output = [];
	child.stdout.on('data', chunk => output.push(chunk));
	child.stderr.on('data', chunk => output.push(chunk));
	const code = await new Promise(resolve => {
		child.on('error', error => {
			output.push(Buffer.from(String(error)));
			resolve(1);
		});
		child.on('close', resolve);
	});
	if (code === 0) {
		counts.passed++;
		console.log(`✓ ${title}`);
	} else {
		fail(`${title}\n\n${Buffer.concat(output).toString()}`);
	}
};

const countTest = test => {
	const result = test.result();
	if (result.state === 'passed') {
		counts.passed++;
		if (test.diagnostic()?.flaky) {
			console.log(`↻ passed on the second try: ${test.module.relativeModuleId} > ${test.fullName}`);
		}
	} else if (result.state === 'skipped') {
		counts.skipped++;
		console.log(
			`↓ skipped: ${test.module.relativeModuleId} > ${test.fullName} — ${result.note ?? 'no reason given'}`,
		);
	} else {
		counts.failed++;
	}
};

const runTests = async filters => {
	const vitest = await startVitest('test', filters, {root, watch: false, reporters: ['default']});
	if (vitest === undefined) {
		fail('vitest did not start');
		return;
	}
	const modules = vitest.state.getTestModules();
	for (const module of modules) {
		const tests = [...module.children.allTests()];
		tests.forEach(countTest);
		// A file that does not load, or a suite whose hook fails, may leave no failed test behind.
		const broken = !module.ok() && !tests.some(test => test.result().state === 'failed');
		if (broken || tests.length === 0) {
			fail(`${module.relativeModuleId} ${broken ? 'failed outside its tests' : 'has no tests'}`);
		}
	}
	for (const error of vitest.state.getUnhandledErrors()) {
		fail(`an error outside the tests: ${error?.stack ?? error}`);
	}
	if (modules.length === 0) {
		fail('no test files found');
	}
	await vitest.close();
};

setTimeout(() => {
	fail(`the run did not end within ${limitMs / 60_000} minutes`);
	finish();
}, limitMs).unref();

try {
	await Promise.all([
		check('lint', 'node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']),
		check('types', 'node_modules/typescript/lib/tsc.js', ['--noEmit']),
	]);
	await runTests(process.argv.slice(2));
} catch (error) {
	fail(`the test command broke: ${error?.stack ?? error}`);
}
finish();
