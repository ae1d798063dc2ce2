/** How the person at this seat is called: as said, else by git, else by the login. */
import {execFile} from 'node:child_process';
import os from 'node:os';

const gitName = (cwd: string): Promise<string> =>
	new Promise(resolve => {
		execFile('git', ['config', 'user.name'], {cwd, timeout: 2000}, (error, stdout) => {
			resolve(error === null ? stdout.trim() : '');
		});
	});

const login = (): string => {
	try {
		return os.userInfo().username;
	} catch {
		// A user without an entry in the password database has no login name.
		return 'somebody';
	}
};

/** Never rejects and never resolves with an empty name. */
export const personName = async (said: string | undefined, cwd: string): Promise<string> =>
	said?.trim() || (await gitName(cwd)) || login();
