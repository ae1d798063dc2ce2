/**
 * Two projects: `unit` runs on every core; `e2e` starts real servers and terminals, so it runs after the others,
 * few files at a time and with patience. Used by scripts/test.mjs and by a plain `vitest`.
 */
import process from 'node:process';
import {defineConfig} from 'vitest/config';

// A developer's own settings must not reach the tests. Removed here, before a worker inherits them.
for (const name of ['JUMPSEAT_CONNECT', 'JUMPSEAT_NAME', 'CODEX_HOME', 'XDG_CONFIG_HOME']) {
	delete process.env[name];
}

export default defineConfig({
	test: {
		// The same at a desk and in CI: a forgotten `.only` fails, and a missing snapshot is never written silently.
		allowOnly: false,
		update: 'none',
		projects: [
			{
				test: {
					name: 'unit',
					include: ['test/**/*.test.{ts,tsx}'],
					exclude: ['test/e2e/**'],
					setupFiles: ['test/support/seed.ts'],
					maxWorkers: '100%',
					testTimeout: 20_000,
					hookTimeout: 20_000,
					sequence: {groupOrder: 0},
				},
			},
			{
				test: {
					name: 'e2e',
					include: ['test/e2e/**/*.test.{ts,tsx}'],
					// Half of their time they wait for a server, a shell or a clock.
					maxWorkers: 3,
					// Real servers and terminals on a busy machine: one more try, and the run names who needed it.
					retry: 1,
					testTimeout: 60_000,
					hookTimeout: 60_000,
					sequence: {groupOrder: 1},
				},
			},
		],
	},
});
