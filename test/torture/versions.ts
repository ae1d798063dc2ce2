/**
 * The matrix: every App Server that `scripts/codex-versions.mjs` installs goes through the same suite. Part of
 * `npm run torture`; a version that cannot be installed here (no network) is told and is a failure of the matrix.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Result} from './result.ts';
import {checkNames, runCheck} from './version-suite.ts';

type Installed = {readonly version: string; readonly program: string};

/** Installs what is missing and resolves with what is there; what did not work is on `report`. */
const install = (
	wanted: readonly string[],
	report: (line: string) => void,
): Promise<{readonly installed: readonly Installed[]; readonly complaints: readonly string[]}> =>
	new Promise((resolve, reject) => {
		const script = fileURLToPath(new URL('../../scripts/codex-versions.mjs', import.meta.url));
		const child = spawn(process.execPath, [script, ...wanted], {stdio: ['ignore', 'pipe', 'pipe']});
		let stdout = '';
		let stderr = '';
		child.stdout.setEncoding('utf8').on('data', text => {
			stdout += text;
		});
		child.stderr.setEncoding('utf8').on('data', text => {
			stderr += text;
			report(String(text).trimEnd());
		});
		child.once('error', reject);
		child.once('close', code => {
			const installed = stdout
				.split('\n')
				.filter(line => line !== '')
				.map(line => {
					const [version = '', program = ''] = line.split('\t');
					return {version, program};
				});
			const said = stderr.split('\n').filter(line => line !== '' && !line.startsWith('Installed '));
			resolve({installed, complaints: code === 0 ? [] : said});
		});
	});

/** `wanted`: versions, the whole matrix by default. Reports a line for each check. */
export const versions = async (
	report: (line: string) => void,
	wanted: readonly string[] = [],
): Promise<Result> => {
	const {installed, complaints} = await install(wanted, report);
	const failures: string[] = [...complaints];
	const counts = {versions: installed.length, checks: 0, passed: 0, degraded: 0, failed: 0};
	for (const {version, program} of installed) {
		for (const name of checkNames) {
			const verdict = await runCheck(name, program);
			counts.checks += 1;
			switch (verdict.kind) {
				case 'yes':
					counts.passed += 1;
					report(`codex ${version} · ${name} · yes`);
					break;
				case 'degraded':
					counts.degraded += 1;
					report(`codex ${version} · ${name} · degraded: ${verdict.saw}`);
					break;
				case 'failed':
					counts.failed += 1;
					failures.push(`codex ${version} · ${name}: ${verdict.why}`);
					report(`codex ${version} · ${name} · FAILED: ${verdict.why}`);
			}
		}
	}
	return {name: 'versions', counts, failures};
};
