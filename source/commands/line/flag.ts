/** What an option of the command line is: types of the tables `flags.ts` and `share-flags.ts`. */
import type {VerbName} from './verbs.ts';

export type Flag = {
	readonly name: FlagName;
	readonly short?: string;
	/** What it takes; undefined for a switch. */
	readonly takes?: string;
	/** The only values that it takes. */
	readonly choices?: readonly string[];
	/** It may be given more than once. */
	readonly repeated?: boolean;
	readonly does: string;
	/** The verbs that take it; undefined: all of them. One name may stand here for several verbs with other meanings. */
	readonly verbs?: readonly VerbName[];
	/** Also a key of the settings file. */
	readonly inSettings: boolean;
};

export type FlagName =
	| 'connect'
	| 'token-env'
	| 'token-file'
	| 'tls-ca'
	| 'tls-pin'
	| 'remote-command'
	| 'observe'
	| 'name'
	| 'json'
	| 'since'
	| 'until'
	| 'events'
	| 'queue'
	| 'start'
	| 'steer'
	| 'wait'
	| 'field'
	| 'unseen'
	| 'for'
	| 'timeout'
	| 'format'
	| 'log'
	| 'watch'
	| 'below'
	| 'size'
	| 'role'
	| 'expires'
	| 'once'
	| 'listen'
	| 'via'
	| 'group'
	| 'control'
	| 'thread'
	| 'bridge'
	| 'help'
	| 'version';
