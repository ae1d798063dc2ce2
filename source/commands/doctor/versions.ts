/** Which Codex is on PATH, and whether it is the one that runs as the server. Pure; used by `jumpseat doctor`. */
import {sanitiseLine} from '../../view/sanitise.ts';
import {type Finding, note, ok, problem} from './finding.ts';
import type {Answer} from './run.ts';

export type VersionFacts = {
	/** To `codex --version`. */
	readonly cli: Answer;
	/** undefined: no server was reached, or it does not say. */
	readonly server: string | undefined;
	readonly isReached: boolean;
	/** The daemon that Codex itself runs, a socket of this machine, or who knows where. */
	readonly where: 'daemon' | 'here' | 'elsewhere';
};

const install = 'Install it: npm i -g @openai/codex';
const update = 'Update it: npm i -g @openai/codex';
/** Since then a plain `codex` starts the daemon that others can join (PROTOCOL). */
const firstWithDaemon = '0.157.0';

const numbersOf = (version: string): readonly number[] => version.split(/[.-]/).slice(0, 3).map(Number);

/** Without regard to what follows the three numbers. */
export const isOlder = (one: string, other: string): boolean => {
	const others = numbersOf(other);
	for (const [index, number] of numbersOf(one).entries()) {
		const difference = number - (others[index] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return false;
};

const missing = ({isReached, where}: VersionFacts): Finding => {
	if (where === 'elsewhere') return ok('codex', 'not on PATH here, and not needed: the server is elsewhere');
	if (isReached) return note('codex', '`codex` is not on PATH, though a server runs.', install);
	return problem('codex', '`codex` is not on PATH.', install);
};

export const judgeVersions = (facts: VersionFacts): Finding => {
	const {cli, server, where} = facts;
	if (cli.kind === 'missing') return missing(facts);
	if (cli.kind === 'failed') return note('codex', `\`codex --version\` failed: ${sanitiseLine(cli.why)}.`);
	const version = /\d+\.\d+\.\d+[\w.+-]*/.exec(cli.text)?.[0];
	if (version === undefined) return note('codex', '`codex --version` names no version.');
	if (where === 'daemon' && isOlder(version, firstWithDaemon))
		return note('codex', `${version} on PATH starts no server that others can join.`, update);
	if (server === undefined || where === 'elsewhere') return ok('codex', `${version} on PATH here`);
	if (server === version) return ok('codex', `${version} on PATH, the same as the server`);
	const says = `${version} is on PATH, and the server runs ${sanitiseLine(server)}.`;
	if (isOlder(version, server)) return note('codex', says, update);
	return note(
		'codex',
		says,
		where === 'daemon'
			? 'When no turn runs: codex app-server daemon restart'
			: 'Start that server again when no turn runs.',
	);
};
