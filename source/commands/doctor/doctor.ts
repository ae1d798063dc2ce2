/**
 * `jumpseat doctor`: what can be reached, which versions, what is wrong and how to mend it. It asks and looks, changes
 * nothing, and whatever is missing is a finding. The checks are in the doctor-* files; this one asks them in turn.
 */
import process from 'node:process';
import {systemClock} from '../../screen/clock.ts';
import {isLoopback} from '../../transport/connect-ws.ts';
import {daemonSocketName, type Endpoint} from '../../transport/endpoint.ts';
import {createFormat} from '../../view/format.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {jsonLine} from '../json-line.ts';
import {askTerminal, askTmux} from './ask-terminal.ts';
import {asJson, exitCodeOf, type Finding, findingText, note, ok, problem} from './finding.ts';
import {askProgram} from './run.ts';
import {examineServer} from './server.ts';
import {judgeSocket, lookAtSocket} from './socket.ts';
import {judgeTerminal} from './terminal.ts';
import {judgeVersions, type VersionFacts} from './versions.ts';

/** 0 without a problem, else the exit code of the first. */
export const doctor = async (context: Context): Promise<number> => {
	const {stdout, env, options} = context;
	// Before the server: on the way to it ssh may ask for a password on this terminal.
	const terminal = await examineTerminal(context);
	const [cli, server] = await Promise.all([askProgram('codex', ['--version'], env), reachAll(context)]);
	const findings = [
		ok('jumpseat', `${context.version} on Node ${process.versions.node}`),
		...server.before,
		...server.findings,
		judgeVersions({
			cli,
			server: server.version,
			isReached: server.isReached,
			where: whereIs(context.endpoint),
		}),
		...terminal,
	];
	if (options.json) for (const finding of findings) stdout.write(jsonLine(asJson(finding)));
	else {
		const isTerminal = stdout.isTTY === true;
		stdout.write(
			findingText(findings, {
				columns: isTerminal ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
				isStyled: isTerminal && !env.NO_COLOR && env.TERM !== 'dumb',
			}),
		);
	}
	return exitCodeOf(findings);
};

const whereIs = (endpoint: Endpoint): VersionFacts['where'] => {
	if (endpoint.kind !== 'unix') return 'elsewhere';
	return endpoint.path === undefined ? 'daemon' : 'here';
};

/** The endpoint, what leads to it, and the server behind it. */
const reachAll = async (context: Context) => {
	const before = [judgeEndpoint(context), ...judgePath(context), ...(await judgeSsh(context))];
	return {before, ...(await examineServer(context))};
};

const sourceOf = ({given, env, settings}: Context): string => {
	if (given.connect !== undefined) return 'from --connect';
	if (env.JUMPSEAT_CONNECT) return 'from JUMPSEAT_CONNECT';
	return settings.connect === undefined ? 'the default' : 'from the settings file';
};

const judgeEndpoint = (context: Context): Finding => {
	const {endpoint, access} = context;
	const display = sanitiseLine(endpoint.display);
	const source = sourceOf(context);
	switch (endpoint.kind) {
		case 'unix':
		case 'ssh':
		case 'relay':
			return ok('endpoint', `${display}, ${source}`);
		case 'ws': {
			if (!endpoint.secure) {
				const text = `${display}, ${source}; not encrypted`;
				return isLoopback(endpoint.host)
					? ok('endpoint', text)
					: note('endpoint', text, 'Use wss://, or ssh://, which needs no open port.');
			}
			const {pin, ca} = access.tls ?? {};
			const trust = pin === undefined ? (ca === undefined ? 'the system’s' : 'your own') : undefined;
			const how = trust === undefined ? 'one certificate is accepted' : `${trust} authorities are trusted`;
			return ok('endpoint', `${display}, ${source}; ${how}`);
		}
	}
};

const judgePath = ({endpoint, access, home}: Context): readonly Finding[] => {
	if (endpoint.kind !== 'unix') return [];
	const format = createFormat({});
	const facts = lookAtSocket(endpoint.path ?? daemonSocketName(access.codexHome), process.getuid?.());
	return facts === undefined ? [] : judgeSocket(facts, place => sanitiseLine(format.shortPath(place, home)));
};

const judgeSsh = async ({endpoint, env}: Context): Promise<readonly Finding[]> => {
	if (endpoint.kind !== 'ssh') return [];
	const answer = await askProgram('ssh', ['-V'], env);
	switch (answer.kind) {
		case 'said':
			return [ok('ssh', sanitiseLine(answer.text.split('\n')[0] ?? ''))];
		case 'missing':
			return [problem('ssh', '`ssh` is not on PATH.', 'Install OpenSSH’s client.')];
		case 'failed':
			return [note('ssh', `\`ssh -V\` failed: ${sanitiseLine(answer.why)}.`)];
	}
};

const examineTerminal = async ({stdin, stdout, env}: Context): Promise<readonly Finding[]> => {
	const isTerminal = stdin.isTTY === true && stdout.isTTY === true;
	return judgeTerminal({
		isTerminal,
		columns: stdout.columns || 0,
		rows: stdout.rows || 0,
		env,
		tmux: isTerminal ? await askTmux(env) : undefined,
		answers:
			isTerminal && env.TERM !== 'dumb'
				? await askTerminal(stdin, text => stdout.write(text), systemClock)
				: undefined,
	});
};
