/** What the completions ask a real server, by the built program, as a shell would: which threads there are. */
import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {expect, onTestFinished, test} from 'vitest';
import {threadsCommand} from '../../source/commands/completions/model.ts';
import {beginWith, personEnv, program} from './support.ts';

test('the threads are asked from the server: id, status, directory and title of each; none is no error', async () => {
	const scenario = await beginWith(['Good morning']);
	const folder = mkdtempSync(path.join(tmpdir(), 'jumpseat-completions-'));
	onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
	const command = path.join(folder, 'jumpseat');
	writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
	chmodSync(command, 0o755);
	const ask = (endpoint: string) =>
		spawnSync('/bin/sh', ['-c', `endpoint=$1; ${threadsCommand}`, 'sh', endpoint], {
			env: {...personEnv(scenario), PATH: `${folder}:${process.env.PATH}`},
			encoding: 'utf8',
		});
	expect(ask(scenario.endpoint)).toMatchObject({
		stdout: expect.stringMatching(new RegExp(`^${scenario.pilot.threadId()} idle, .*Good morning\n$`)),
		stderr: '',
		status: 0,
	});
	expect(ask('unix:///nowhere/at.all')).toMatchObject({stdout: '', stderr: '', status: 0});
});
