/** The number of a group of this machine, by its name: Node knows none. Asked by `share --group`. */
import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {sanitiseLine} from '../../view/sanitise.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';

/** `NAME:x:GID:…`, a line each, as getent and /etc/group have it. */
const gidIn = (text: string, name: string): number | undefined => {
	const line = text.split('\n').find(each => each.startsWith(`${name}:`));
	const gid = Number(line?.split(':')[2] || Number.NaN);
	return Number.isInteger(gid) ? gid : undefined;
};

/** Also those that stand in no file, as of a directory service. */
const askSystem = (name: string): Promise<string> =>
	new Promise(resolve => {
		execFile('getent', ['group', '--', name], {timeout: 5000}, (error, stdout) =>
			resolve(error === null ? stdout : ''),
		);
	});

const readGroups = (): string => {
	try {
		return readFileSync('/etc/group', 'utf8');
	} catch {
		return '';
	}
};

/** @throws CommandError `usage`: there is none of that name or number */
export const groupId = async (name: string): Promise<number> => {
	if (/^\d{1,9}$/.test(name)) return Number(name);
	const gid = gidIn(readGroups(), name) ?? gidIn(await askSystem(name), name);
	if (gid !== undefined) return gid;
	throw new CommandError(exitCodes.usage, `There is no group ${sanitiseLine(name)} on this machine.`);
};
