/** What every verb gets from the composition root: the flags as they were understood, and the outside world. */
import type {Environment, ServerInfo} from '../app-server/connection.ts';
import type {AskRoute} from '../app-server/route.ts';
import type {SessionEvent} from '../app-server/session-events.ts';
import type {Access} from '../transport/connect.ts';
import type {Endpoint} from '../transport/endpoint.ts';
import type {Settings} from './access/settings.ts';
import type {Given, Options} from './line/command-line.ts';

/** What `--log` writes; see `with-log.ts`. */
export type Log = {
	readonly tell: (event: SessionEvent) => void;
	/** Told once, when nothing more is written, with a sentence for a person; at once where that is so already. */
	readonly onStopped: (listener: (sentence: string) => void) => void;
};

export type Context = {
	readonly endpoint: Endpoint;
	readonly observe: boolean;
	/** How messages are signed, if it was said; else git's or the login's name. */
	readonly name: string | undefined;
	readonly options: Options;
	/** As they were written: what another Jumpseat is given for the same seat. */
	readonly given: Given;
	readonly settings: Settings;
	readonly access: Access;
	readonly cwd: string;
	readonly home: string | undefined;
	readonly version: string;
	readonly env: Readonly<NodeJS.ProcessEnv>;
	readonly environment: Environment;
	/** Another way to a thread than `endpoint`, such as a share of it on this machine; without it there is none. */
	readonly route?: AskRoute;
	/** Told of what answers, at each connection, before anything else is said to it; throws where it is not what was meant. */
	readonly accept?: (server: ServerInfo) => void;
	/** With `--log` only. */
	readonly log?: Log;
	readonly stdin: NodeJS.ReadStream;
	readonly stdout: NodeJS.WriteStream;
	readonly stderr: NodeJS.WriteStream;
};
