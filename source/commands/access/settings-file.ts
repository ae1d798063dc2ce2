/** Where the settings are, apart from what checks them: most people have none, and start without loading that. */
import {statSync} from 'node:fs';
import path from 'node:path';

/** `$XDG_CONFIG_HOME/jumpseat/config.json`. */
export const settingsFile = (env: Readonly<NodeJS.ProcessEnv>, home: string): string => {
	const xdg = env.XDG_CONFIG_HOME;
	return path.join(
		xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.config'),
		'jumpseat',
		'config.json',
	);
};

/** Also where one may be that cannot be looked at: whoever reads it says why. */
export const maybeSettings = (file: string): boolean => {
	try {
		return statSync(file, {throwIfNoEntry: false}) !== undefined;
	} catch {
		return true;
	}
};
