/**
 * What is said to `ssh` and to the other side: the argument array, the one line that the login shell there reads, and
 * the mark by which the other side answers. Pure. Called by connect-ssh.ts.
 *
 * Invariant: whatever the login shell (POSIX, fish, csh, rc), it reads the same words. The line is `exec sh -c '…'`
 * with nothing between the quotes that any of them treats specially (no quote, `!`, newline or doubled backslash), and
 * what comes from a person travels as octal escapes.
 */
import type {SshEndpoint} from './endpoint.ts';

/** Byte by byte what `printf %b` turns back. */
const encoded = (text: string): string =>
	[...Buffer.from(text)]
		.map(byte => {
			const character = String.fromCharCode(byte);
			return /[\w./-]/u.test(character) ? character : `\\0${byte.toString(8).padStart(3, '0')}`;
		})
		.join('');

/** rc files may print before us, so what is ours begins with a mark on a line of its own. */
const mark = 'jumpseat-ssh';

const reach = [
	'p=$(printf %b "$1")',
	'c=$(printf %b "$2")',
	`say() { printf "\\n${mark} %s\\n" "$*"; }`,
	'if [ -n "$c" ] || command -v codex >/dev/null 2>&1; then say proxy',
	'set -- app-server proxy',
	'if [ -n "$p" ]; then set -- "$@" --sock "$p"; fi',
	'if [ -n "$c" ]; then eval "$c \\"\\$@\\""; else exec codex "$@"; fi',
	'exit; fi',
	'h=$CODEX_HOME; [ -n "$h" ] || h=$HOME/.codex',
	's=$p; [ -n "$s" ] || s=$h/app-server-control/app-server-control.sock',
	// A socket's own path is limited, and a symlink may be what makes it short. Old systems have no -f.
	'r=$(readlink -f "$s" 2>/dev/null) && s=$r',
	'if [ -S "$s" ]; then say socket "$s"; else say nothing "$s"; fi',
].join('; ');

/** It ends when our end of its stdin is closed: also when we are killed. */
const hold = `printf "\\n${mark} ready\\n"; exec cat >/dev/null`;

/**
 * The line that runs `codex app-server proxy` there, or says where the socket is when there is no `codex`.
 * `remoteCommand` is read by `sh` there, as a line of a script would be.
 */
export const reachLine = (socketPath: string | undefined, remoteCommand: string | undefined): string =>
	`exec sh -c '${reach}' sh '${encoded(socketPath ?? '')}' '${encoded(remoteCommand ?? '')}'`;

/** The line that only keeps the connection, for the forwarding beside it. */
export const holdLine = `exec sh -c '${hold}'`;

export type Opening =
	/** From here on it is the proxy that speaks. */
	| {readonly kind: 'proxy'}
	/** No `codex`, but a socket. */
	| {readonly kind: 'socket'; readonly path: string}
	/** No `codex`, and nothing where the socket should be. */
	| {readonly kind: 'nothing'; readonly path: string}
	| {readonly kind: 'ready'};

const openingPattern = new RegExp(`\\n${mark} (proxy|socket|nothing|ready)(?: (.*))?\\n`, 'u');

/** What the other side said first, and how many bytes that took with the noise before it; undefined: not all is here. */
export const readOpening = (
	bytes: Buffer,
): {readonly opening: Opening; readonly length: number} | undefined => {
	// One character a byte: a path in UTF-8 may be cut anywhere.
	const found = openingPattern.exec(bytes.toString('latin1'));
	if (found === null) return undefined;
	const [whole, kind, rest = ''] = found;
	const length = found.index + whole.length;
	const path = Buffer.from(rest, 'latin1').toString('utf8');
	switch (kind) {
		case 'socket':
		case 'nothing':
			return {opening: {kind, path}, length};
		case 'ready':
			return {opening: {kind}, length};
		default:
			return {opening: {kind: 'proxy'}, length};
	}
};

export type SshCall = {
	readonly endpoint: SshEndpoint;
	readonly mayPrompt: boolean;
	/** From a socket here to a socket there. */
	readonly forward?: {readonly localPath: string; readonly remotePath: string};
	/** `reachLine` or `holdLine`. */
	readonly line: string;
};

/** `:` parts the two paths, and `%` begins a token of ssh's. */
const inForward = (path: string): string => path.replace(/[\\:]/gu, '\\$&').replaceAll('%', '%%');

/**
 * The arguments of `ssh`. The person's configuration holds, but for what would break a pipe or reach further than this
 * connection needs.
 */
export const sshArguments = ({endpoint, mayPrompt, forward, line}: SshCall): readonly string[] => [
	'-T',
	'-x',
	'-a',
	...['-e', 'none'],
	...option('RemoteCommand=none'),
	// A master of the person's is used; becoming one would end their other sessions together with ours.
	...option('ControlMaster=no'),
	...(mayPrompt ? [] : option('BatchMode=yes')),
	...(forward === undefined
		? option('ClearAllForwardings=yes')
		: [
				// A master would keep the forwarding after us, and complain of it where it was started.
				...option('ControlPath=none'),
				// Forwardings of their own may be taken by another ssh of theirs, which is no failure of ours.
				...option('ExitOnForwardFailure=no'),
				...['-L', `${inForward(forward.localPath)}:${inForward(forward.remotePath)}`],
			]),
	...(endpoint.port === undefined ? [] : ['-p', String(endpoint.port)]),
	...(endpoint.user === undefined ? [] : ['-l', endpoint.user]),
	'--',
	endpoint.host,
	line,
];

const option = (setting: string): readonly string[] => ['-o', setting];
