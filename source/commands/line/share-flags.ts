/** The options of `share`, `join` and `relay`: a part of the table of options (`flags.ts`). */
import {roles} from '../../protocol/share.ts';
import type {Flag} from './flag.ts';

export const shareFlags: readonly Flag[] = [
	{
		name: 'role',
		takes: 'ROLE',
		choices: roles,
		does: 'what a guest may do (default: observe)',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'for',
		takes: 'NAME',
		repeated: true,
		does: 'whom the invitation is for, one each (default: guest)',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'expires',
		takes: 'TIME',
		does: 'how long an invitation holds, as in 90m, 2h or 3d (default: 24h)',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'once',
		does: 'an invitation lets in once; whoever is in may come back',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'listen',
		takes: 'ADDRESS',
		repeated: true,
		does: 'where guests come in: unix:// (default) · unix:///PATH · ws://127.0.0.1:PORT · wss://HOST:PORT',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'via',
		takes: 'HOST:PORT',
		does: 'a relay through which guests come in, too (`jumpseat relay`)',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'group',
		takes: 'GROUP',
		does: 'users of this group may open the unix socket, too',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'control',
		does: 'tell a share that runs here: guests · invite NAME [ROLE] · role NAME ROLE · remove NAME · end',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'thread',
		takes: 'THREAD',
		does: 'with --control: which share, where several run, by the id of its thread or a piece of it',
		verbs: ['share'],
		inSettings: false,
	},
	{
		name: 'listen',
		takes: 'HOST:PORT',
		does: 'where to wait for both sides (default: 127.0.0.1:4711; 0.0.0.0:PORT is for all)',
		verbs: ['relay'],
		inSettings: false,
	},
	{
		name: 'bridge',
		does: 'no screen, but a private socket through which the stock Codex TUI comes in',
		verbs: ['join'],
		inSettings: false,
	},
];
