/**
 * The matrix: every App Server that `scripts/codex-versions.mjs` installs goes through the same suite. Part of
 * `npm run torture`; a version that cannot be installed here (no network) is told and is a failure of the matrix.
 */
import {spawn} from 'node:child_process';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Result} from './result.ts';
import type {Programs} from './version-stage.ts';
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

type Run = {readonly title: string; readonly programs: Programs};

/** Each version, and the newest with a thread that the oldest has made. */
const runsOf = (installed: readonly Installed[]): readonly Run[] => {
	const runs: Run[] = installed.map(({version, program}) => ({
		title: `codex ${version}`,
		programs: {codex: program},
	}));
	const [oldest] = installed;
	const newest = installed.at(-1);
	if (oldest === undefined || newest === undefined || oldest === newest) return runs;
	const title = `codex ${newest.version}, thread made by ${oldest.version}`;
	return [...runs, {title, programs: {codex: newest.program, madeBy: oldest.program}}];
};

/** `wanted`: versions, oldest first; the whole matrix by default. Reports a line for each check. */
export const versions = async (
	report: (line: string) => void,
	wanted: readonly string[] = [],
): Promise<Result> => {
	const {installed, complaints} = await install(wanted, report);
	const failures: string[] = [...complaints];
	const counts = {versions: installed.length, checks: 0, passed: 0, degraded: 0, failed: 0};
	for (const {title, programs} of runsOf(installed)) {
		for (const name of checkNames) {
			const verdict = await runCheck(name, programs);
			counts.checks += 1;
			switch (verdict.kind) {
				case 'yes':
					counts.passed += 1;
					report(`${title} · ${name} · yes`);
					break;
				case 'degraded':
					counts.degraded += 1;
					report(`${title} · ${name} · degraded: ${verdict.saw}`);
					break;
				case 'failed':
					counts.failed += 1;
					failures.push(`${title} · ${name}: ${verdict.why}`);
					report(`${title} · ${name} · FAILED: ${verdict.why}`);
			}
		}
	}
	return {name: 'versions', counts, failures};
};
