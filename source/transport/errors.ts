/**
 * Why there is no connection: every failure to reach a server becomes one `TransportError` with a code for the
 * program and a sentence for people (what happened, to what, what to do). Pure: errors in, errors out. The
 * connect-* files and websocket.ts throw these; the command line prints `sentence` and picks the exit code.
 */

export type TransportErrorCode =
	/** Nothing listens there. */
	| 'no-server'
	/** The path is a file or a folder. */
	| 'not-a-socket'
	| 'permission'
	/** Something answers, but not as an App Server does. */
	| 'not-codex'
	/** HTTP 401: no token, or a wrong one. */
	| 'unauthorised'
	/** HTTP 403. */
	| 'forbidden'
	| 'tls'
	/** ssh does not know the host's key, or knows another one. */
	| 'host-key'
	/** No such host, no route, or a gateway whose server is away. */
	| 'unreachable'
	/** HTTP 503: a gateway whose server is away, or a share that is full. */
	| 'unavailable'
	| 'path-too-long'
	/** The connection ended: in the handshake, or before a `send` or `ping`. */
	| 'closed'
	/** A frame above the limit. */
	| 'oversized'
	| 'timeout'
	/** A token that may not be sent: over plain ws to another machine, or not fit for a header. */
	| 'unsafe-token'
	/** An endpoint that this version cannot connect to. */
	| 'unsupported';

export class TransportError extends Error {
	override readonly name = 'TransportError';
	readonly code: TransportErrorCode;
	/** For people; safe to print. It never holds a token. */
	readonly sentence: string;

	constructor(code: TransportErrorCode, sentence: string, cause?: unknown) {
		super(sentence, cause === undefined ? undefined : {cause});
		this.code = code;
		this.sentence = sentence;
	}
}

/** Node's `error.code`, also of the `AggregateError` that a host with several addresses gives. */
export const nodeCode = (error: unknown): string => {
	if (typeof error !== 'object' || error === null || !('code' in error)) return '';
	return typeof error.code === 'string' ? error.code : '';
};

/** A socket, and how it is called in sentences. */
export type SocketAddress = {
	readonly path: string;
	readonly display: string;
	/** It is the one of Codex's own daemon, and nobody gave it; at any other path a server is started by hand. */
	readonly isDaemon: boolean;
};

const howToStart = ({display, isDaemon}: SocketAddress): string =>
	isDaemon
		? 'Start `codex` in another terminal: from 0.157 on, a server starts with it.'
		: `The address was given, with --connect, JUMPSEAT_CONNECT or the settings: start a server there (\`codex app-server --listen ${display}\`). Start \`codex\` and say --connect unix:// for its own server.`;

/** Nothing listens there. */
export const noServer = (address: SocketAddress, why: string, cause?: unknown): TransportError =>
	new TransportError(
		'no-server',
		`No Codex App Server answers at ${address.display}: ${why}. ${howToStart(address)}`,
		cause,
	);

/** A failure before the WebSocket handshake was answered, from the socket, TLS or the HTTP parser. */
export const fromNodeError = (error: unknown, display: string): TransportError => {
	if (error instanceof TransportError) return error;
	const code = nodeCode(error);
	const detail = error instanceof Error ? printable(error.message) : '';
	switch (code) {
		case 'ECONNREFUSED':
			return new TransportError(
				'no-server',
				`No Codex App Server answers at ${display}: nothing listens there. Start one with ` +
					`\`codex app-server --listen ws://127.0.0.1:PORT\`, or give another with --connect.`,
				error,
			);
		case 'EACCES':
		case 'EPERM':
			return new TransportError('permission', `This user may not connect to ${display}.`, error);
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'EAI_NODATA':
			return new TransportError(
				'unreachable',
				`The host of ${display} cannot be found: check its name.`,
				error,
			);
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
		case 'EHOSTDOWN':
		case 'ENETDOWN':
		case 'EADDRNOTAVAIL':
			return new TransportError('unreachable', `There is no way to ${display} from here (${code}).`, error);
		case 'ETIMEDOUT':
			return new TransportError('timeout', `${display} did not answer in time.`, error);
		case 'ECONNRESET':
		case 'EPIPE':
		case 'ECONNABORTED':
			return new TransportError(
				'closed',
				`${display} closed the connection before the WebSocket handshake was done. ` +
					'Is a Codex App Server there?',
				error,
			);
	}
	if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
		return new TransportError(
			'tls',
			`${display} does not speak TLS as wss:// needs it (${code}). A server without TLS is reached by ws://.`,
			error,
		);
	}
	if (certificateProblem(code)) {
		return new TransportError(
			'tls',
			`The certificate of ${display} is not trusted: ${detail} (${code}). Mend it, name its authority ` +
				'with --tls-ca, or pin the certificate with --tls-pin.',
			error,
		);
	}
	return new TransportError(
		'not-codex',
		`${display} answers, but not as a Codex App Server${detail === '' ? '' : ` (${detail})`}. ` +
			'Check the address and the port.',
		error,
	);
};

/** The Upgrade was answered with something else than 101. `hasToken`: whether we showed a token. */
export const fromHttpStatus = (
	status: number,
	display: string,
	{hasToken}: {hasToken: boolean},
): TransportError => {
	switch (status) {
		case 401:
			return new TransportError(
				'unauthorised',
				hasToken
					? `${display} did not accept the token (HTTP 401). Check what --token-env or --token-file names.`
					: `${display} wants a token (HTTP 401). Name the variable that holds it with --token-env, or its file with --token-file.`,
			);
		case 403:
			return new TransportError('forbidden', `${display} forbids this connection (HTTP 403).`);
		case 502:
		case 503:
		case 504:
			return new TransportError(
				status === 503 ? 'unavailable' : 'unreachable',
				`${display} answers that its server is away (HTTP ${status}). Try again later.`,
			);
		default:
			return new TransportError(
				'not-codex',
				`${display} answers HTTP ${status} where a Codex App Server turns to WebSocket. ` +
					'Check the address and the port.',
			);
	}
};

/** Text from the other side, fit for one line of stderr. */
export const printable = (text: string): string =>
	text
		.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
		.trim()
		.slice(0, 200);

/** OpenSSL's verification results, as Node names them. */
const certificateProblem = (code: string): boolean =>
	code.startsWith('ERR_TLS') ||
	/^(?:CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/u.test(
		code,
	);
