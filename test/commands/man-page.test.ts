/** The man page is what the tables say now, and roff reads it without a complaint. */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'vitest';
import {manPage} from '../../scripts/man-page.ts';
import {exitCodes} from '../../source/commands/exit-codes.ts';
import {flags} from '../../source/commands/line/flags.ts';
import {verbs} from '../../source/commands/line/verbs.ts';

const file = fileURLToPath(new URL('../../docs/jumpseat.1', import.meta.url));

/** It can be run; what it thinks of no input is no matter. */
const isHere = (program: string): boolean => spawnSync(program, {input: ''}).error === undefined;

test('docs/jumpseat.1 is up to date: `npm run documents` renews it', () => {
	expect(readFileSync(file, 'utf8')).toBe(manPage());
});

test('no line of the source is a request by accident, and all of it is ASCII', () => {
	for (const line of manPage().split('\n')) {
		expect(line).toMatch(/^[\u0020-\u007E]*$/);
		if (/^[.']/.test(line)) expect(line).toMatch(/^\.(?:\\"|TH|SH|SS|TP|PP|RS|RE|nf|fi|br|ad|nh)(?: |$)/);
	}
});

test('groff has nothing to warn of, and no line is wider than 80 columns', context => {
	if (!isHere('groff')) context.skip('there is no groff on this machine');
	const {stdout, stderr, status} = spawnSync('groff', ['-man', '-ww', '-Tutf8', '-rLL=78n', '-P-cbou'], {
		input: manPage(),
		encoding: 'utf8',
	});
	expect(stderr).toBe('');
	expect(status).toBe(0);
	const text = stdout.replace(/[ \t]+/g, ' ');
	for (const line of stdout.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
	for (const {name} of verbs) expect(text, name).toContain(`jumpseat ${name}`);
	for (const {name} of flags) expect(text, name).toContain(`--${name}`);
	for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^ ${code} `, 'm'));
	for (const name of ['JUMPSEAT_CONNECT', 'JUMPSEAT_NAME', 'CODEX_HOME', 'NO_COLOR', 'config.json'])
		expect(text).toContain(name);
});

test('mandoc has nothing to warn of', context => {
	if (!isHere('mandoc')) context.skip('there is no mandoc on this machine');
	const {stdout} = spawnSync('mandoc', ['-T', 'lint', '-W', 'style'], {input: manPage(), encoding: 'utf8'});
	expect(stdout).toBe('');
});
