/**
 * What the owner of a share reads outside the screen: the lines to hand on, how others than Jumpseat come in, and then
 * who comes, leaves and answers. Links go to standard output, everything else beside it; with --json all is JSON on
 * standard output. Invariant: nothing is written while the screen is up.
 */

import {isThreadId} from '../../app-server/resolve.ts';
import type {WireThread} from '../../protocol/types.ts';
import {formatLink, type LinkAddress} from '../../share/link.ts';
import type {ShareNews} from '../../share/news.ts';
import {describeThread} from '../../thread/info.ts';
import {threadTitle} from '../../thread/selectors.ts';
import {createFormat} from '../../view/format.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {jsonLine} from '../json-line.ts';
import {newsSentence} from './news-words.ts';
import type {Invitation, OpenShare} from './open-share.ts';
import {joinLine} from './share-words.ts';

export type Report = {
	readonly opened: (share: OpenShare, thread: WireThread, invitations: readonly Invitation[]) => void;
	readonly news: (news: ShareNews) => void;
	/** For the owner, one sentence. */
	readonly say: (sentence: string) => void;
	/** From now on the screen tells what happens, and nothing is written. */
	readonly screenComes: () => void;
	/** The screen is gone: what was to be said meanwhile is. */
	readonly screenLeft: () => void;
};

const mostKept = 20;

export const openReport = (context: Context): Report => {
	const {stdout, stderr, options, environment} = context;
	const {clock} = createFormat({});
	let isScreenUp = false;
	let hadScreen = false;
	/** A share that could not be opened is an error, and no news. */
	let isOpen = false;
	const kept: string[] = [];
	const write = (line: string): void => {
		if (!isScreenUp) stderr.write(`${line}\n`);
		else if (kept.push(line) > mostKept) kept.shift();
	};
	const json = (type: string, facts: object): void => {
		stdout.write(jsonLine({jumpseat: 1, type, ...facts}));
	};
	const timed = (sentence: string): void => write(`${clock(environment.nowMs())} ${sentence}`);

	return {
		opened(share, thread, invitations) {
			isOpen = true;
			if (options.json) {
				json('jumpseat/share', share.describe());
				for (const {name, role, link} of invitations) json('jumpseat/invitation', {name, role, link});
				return;
			}
			const title = sanitiseLine(threadTitle(describeThread(thread)));
			// It stands in a command that somebody pastes into a shell.
			const threadId = isThreadId(thread.id) ? thread.id : 'THREAD';
			write(`Shared: ${title} (${threadId}). Hand each line on where nobody else reads it.`);
			for (const {name, role, link} of invitations) {
				write(`For ${sanitiseLine(name)}, who may ${role}:`);
				stdout.write(`${joinLine(link)}\n`);
			}
			for (const hint of hints(share.doors, threadId, invitations)) write(hint);
		},
		news(news) {
			if (!isOpen) return;
			const {type, ...facts} = news;
			if (options.json) json(`jumpseat/share/${type}`, {atMs: environment.nowMs(), ...facts});
			else if (!hadScreen) timed(newsSentence(news));
		},
		say(sentence) {
			if (options.json) json('jumpseat/share/notice', {atMs: environment.nowMs(), sentence});
			else timed(sanitiseLine(sentence));
		},
		screenComes() {
			isScreenUp = true;
			hadScreen = true;
		},
		screenLeft() {
			isScreenUp = false;
			for (const line of kept.splice(0)) write(line);
		},
	};
};

const tokenVariable = 'JUMPSEAT_TOKEN';

/** How to come in otherwise: by another door, with the stock TUI, over ssh. */
const hints = (
	doors: readonly LinkAddress[],
	threadId: string,
	invitations: readonly Invitation[],
): readonly string[] => [
	...doors
		.slice(1)
		.flatMap(address => [
			`The same by another door (${address.kind}):`,
			...invitations.map(
				({name, token}) => `  ${sanitiseLine(name)}: ${joinLine(formatLink({address, token}))}`,
			),
		]),
	...doors.flatMap(address => {
		if (address.kind !== 'ws') return [];
		const host = address.host.includes(':') ? `[${address.host}]` : address.host;
		const port = `${address.port}`;
		return [
			`With the stock Codex TUI (\`read -rs ${tokenVariable}; export ${tokenVariable}\` takes the token unseen):`,
			`  codex resume --remote ws://${host}:${port} --remote-auth-token-env ${tokenVariable} ${threadId}`,
			...invitations.map(({name, token}) => `  The token of ${sanitiseLine(name)}: ${token}`),
			`From a machine that has ssh to this one, the same lines after: ssh -N -L ${port}:${host}:${port} THIS-HOST`,
		];
	}),
	...(doors.every(({kind}) => kind === 'unix')
		? [
				'Only on this machine; for others: --listen wss://0.0.0.0:0, --via a relay, or --listen ws://127.0.0.1:0 and ssh.',
			]
		: []),
];
