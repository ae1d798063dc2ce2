/**
 * Why ssh:// gave no connection, in ssh's own words and with what to do. Pure: exit code and words in, error out.
 * ssh is not translated, so its words can be told apart. Called by connect-ssh.ts.
 */
import type {SshEndpoint} from './endpoint.ts';
import {printable, TransportError} from './errors.ts';
import type {SshEnd} from './ssh-process.ts';

export type SshFailure = {
	readonly endpoint: SshEndpoint;
	readonly mayPrompt: boolean;
	readonly remoteCommand: string | undefined;
	readonly end: SshEnd;
	readonly words: {readonly stderr: string; readonly stdout: string};
};

/** ssh's own code for its own failures. */
const sshFailed = 255;

const linesOf = (text: string): readonly string[] =>
	text
		.split(/[\r\n]+/u)
		.map(line => printable(line))
		.filter(line => line !== '');

const quoted = (words: string | undefined): string =>
	words === undefined ? '' : `: ${words.replace(/^ssh: |\.$/gu, '')}`;

/** How a person tries the same by hand. */
const byHand = ({host, user, port}: SshEndpoint): string =>
	[
		'ssh',
		...(port === undefined ? [] : ['-p', String(port)]),
		user === undefined ? host : `${user}@${host}`,
	].join(' ');

/** ssh ended, or the other side said nothing that we understand, before the mark came. */
export const noLogin = (failure: SshFailure): TransportError => {
	const {endpoint, mayPrompt, end, words} = failure;
	const {display, host} = endpoint;
	if (end.spawnError !== undefined) {
		return new TransportError(
			'unsupported',
			`ssh:// runs the ssh on PATH, and that cannot be started (${printable(end.spawnError.message)}). ` +
				'Install OpenSSH.',
			end.spawnError,
		);
	}
	const last = linesOf(words.stderr).at(-1);
	if (end.code !== sshFailed) {
		const said = last ?? linesOf(words.stdout).at(-1);
		return new TransportError(
			'not-codex',
			`The login to ${display} works, but its shell does not run our command${quoted(said)}. ` +
				'It has to be a shell that knows `exec sh -c`.',
		);
	}
	if (/REMOTE HOST IDENTIFICATION HAS CHANGED/u.test(words.stderr)) {
		const offending = linesOf(words.stderr).find(line => line.startsWith('Offending'));
		return new TransportError(
			'host-key',
			`ssh does not trust ${host}: its host key has changed${quoted(offending)}. Ask whoever runs that machine ` +
				'before you remove the old key with `ssh-keygen -R`.',
		);
	}
	if (/host key/iu.test(last ?? '')) {
		return new TransportError(
			'host-key',
			`ssh does not trust ${host}${quoted(last)}. Run \`${byHand(endpoint)}\` once and check its key.`,
		);
	}
	if (/permission denied|authentication/iu.test(last ?? '')) {
		const why = mayPrompt
			? `Make \`${byHand(endpoint)}\` work first.`
			: 'It could ask for no password here: use a key in an agent, or leave and attach again.';
		return new TransportError('permission', `ssh was refused by ${host}${quoted(last)}. ${why}`);
	}
	return new TransportError(
		'unreachable',
		`ssh did not reach ${host}${quoted(last)}. Try \`${byHand(endpoint)}\`.`,
	);
};

/** The proxy was started there and ended before it answered. Undefined when that explains nothing. */
export const noProxy = (failure: SshFailure): TransportError | undefined => {
	const {endpoint, remoteCommand, end, words} = failure;
	const {display, host} = endpoint;
	const lines = linesOf(words.stderr);
	const last = lines.at(-1);
	const command = printable(remoteCommand ?? 'codex');
	switch (end.code) {
		case undefined:
		case 0:
			return undefined;
		case sshFailed:
			return new TransportError('unreachable', `ssh lost ${host}${quoted(last)}. Try again.`);
		case 126:
		case 127:
			return new TransportError(
				'unsupported',
				`${host} cannot run \`${command}\`${quoted(last)}. Say how Codex is called there with --remote-command.`,
			);
		default: {
			// Codex follows its error with the cause and a backtrace.
			const error = lines.findIndex(line => /^error:/iu.test(line));
			const cause = lines.indexOf('Caused by:', error);
			const said = error === -1 ? last : lines[error]?.replace(/^error: */iu, '');
			const why = error === -1 || cause === -1 ? undefined : lines[cause + 1];
			if (/unrecognized subcommand|unexpected argument/u.test(said ?? '')) {
				return new TransportError(
					'unsupported',
					`The Codex on ${host} is too old (\`${command} app-server proxy\`${quoted(said)}). Update it there.`,
				);
			}
			return new TransportError(
				'no-server',
				`No Codex App Server answers at ${display}${quoted(said)}${quoted(why)}. ${howToStart(endpoint)}`,
			);
		}
	}
};

const howToStart = ({host, socketPath}: SshEndpoint): string =>
	socketPath === undefined
		? `Start \`codex\` on ${host}, or give the socket of a server there: ssh://${host}/PATH/TO/SOCK.`
		: 'Check the path, or leave it out for the server that `codex` itself starts there.';

/** There is no `codex` on the PATH there, and no socket either. */
export const nothingThere = (endpoint: SshEndpoint, path: string): TransportError =>
	new TransportError(
		'no-server',
		`No Codex App Server answers at ${endpoint.display}: there is no socket ${printable(path)}, and no \`codex\` on ` +
			`the PATH of a command over ssh. ${howToStart(endpoint)} Where \`codex\` is elsewhere, name it with --remote-command.`,
	);

/** There is no `codex` on the PATH there, and its socket could not be forwarded. sshd gives one word for all reasons. */
export const noForward = (
	{endpoint, words}: Pick<SshFailure, 'endpoint' | 'words'>,
	path: string,
): TransportError =>
	new TransportError(
		'no-server',
		`No Codex App Server answers at ${endpoint.display}: the socket ${printable(path)} there takes no connection` +
			`${quoted(linesOf(words.stderr).at(-1))}. Its server has ended, or sshd there forbids to forward sockets. ` +
			`${howToStart(endpoint)} Where \`codex\` is not on the PATH, name it with --remote-command.`,
	);
