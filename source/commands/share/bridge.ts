/**
 * `jumpseat join --bridge`: a private socket on the guest's machine through which the stock Codex TUI joins what it could
 * not reach: it knows no relay, no pinned certificate and no link. Frames are passed one to one, but for requests to no
 * person (bridge-frames.ts); so are close codes.
 *
 * Invariant: nobody but this user can open the socket, and it is gone with the process.
 */
import {mkdtempSync, rmSync} from 'node:fs';
import path from 'node:path';
import {isThreadId} from '../../app-server/resolve.ts';
import {isSentAway, shareCloseCodes} from '../../protocol/share.ts';
import {connect, defaultMaxFrameBytes, type FrameChannel} from '../../transport/connect.ts';
import {openDoor, type VisitorChannel} from '../../transport/door.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {exitCodes, explain} from '../exit-codes.ts';
import {reachServer} from '../reach.ts';
import {greetingOf, mayOpen, mayReachTui} from './bridge-frames.ts';
import {notAShare} from './join-words.ts';
import {ownFolder, privateFolder} from './private-folder.ts';
import {nextSignal} from './signals.ts';

const handshakeTimeoutMs = 10_000;
/** A TUI that does not read is let go, as a share lets go of a slow guest. */
const mostWaitingBytes = 64 * 1024 * 1024;

/** The stock client says a dozen things at once. */
const mostHeld = 200;

type Ending = {readonly exitCode: number; readonly sentence: string | undefined};

/** `context`: of the guest. Comes in once as a Jumpseat, to see that it may, and which thread it is. */
export const bridge = async (context: Context): Promise<number> => {
	const threadId = await sharedThread(context);
	const folder = mkdtempSync(path.join(privateFolder(ownFolder(context)), 'bridge-'));
	const socketPath = path.join(folder, 'codex.sock');
	const signal = nextSignal();
	try {
		let finish = (_ending: Ending): void => {};
		const ended = new Promise<Ending>(resolve => {
			finish = resolve;
		});
		const door = await openDoor(
			{kind: 'unix', path: socketPath},
			{
				admit: async () => true,
				onVisitor: (_pass, visitor) => void passOn(context, visitor, finish),
				maxFrameBytes: defaultMaxFrameBytes,
			},
		);
		context.stderr.write('The stock Codex TUI joins by this, as long as this runs (Ctrl+C ends it):\n');
		context.stdout.write(`codex resume --remote unix://${socketPath} ${threadId}\n`);
		const {exitCode, sentence} = await Promise.race([
			ended,
			signal.then(code => ({exitCode: code, sentence: undefined})),
		]);
		if (sentence !== undefined) context.stderr.write(`${sentence}\n`);
		await door.close();
		return exitCode;
	} finally {
		rmSync(folder, {recursive: true, force: true});
	}
};

const sharedThread = async (context: Context): Promise<string> => {
	const connection = await reachServer(context, () => 'observe', {streams: false});
	const {server} = connection;
	await connection.close();
	// It is printed for a shell.
	if (server.welcome === undefined || !isThreadId(server.welcome.threadId)) throw notAShare(context.endpoint);
	return server.welcome.threadId;
};

const passOn = async (
	context: Context,
	visitor: VisitorChannel,
	finish: (ending: Ending) => void,
): Promise<void> => {
	let share: FrameChannel;
	try {
		share = await connect(context.endpoint, {
			...context.access,
			handshakeTimeoutMs,
			maxFrameBytes: defaultMaxFrameBytes,
		});
	} catch (error) {
		const {lines, exitCode} = explain(error);
		const sentence = lines[0] ?? '';
		if (exitCode === exitCodes.refused) finish({exitCode, sentence});
		else context.stderr.write(`${sentence}\n`);
		// After this code the TUI comes again by itself.
		visitor.end(shareCloseCodes.resynchronise, sentence);
		return;
	}
	visitor.onClose(() => void share.close());
	share.onClose(({code, kind, sentence}) => {
		const words = sanitiseLine(sentence);
		visitor.end(kind === 'remote' ? code : shareCloseCodes.resynchronise, words);
		if (code === shareCloseCodes.ended) finish({exitCode: exitCodes.done, sentence: 'The share has ended.'});
		else if (isSentAway(code)) finish({exitCode: exitCodes.refused, sentence: words});
	});
	/** What the TUI said before it was known that this is a share, behind its `initialize`. */
	let held: string[] | undefined = [];
	const send = (text: string): void => {
		try {
			share.send(text);
		} catch {
			// It is closing: its end is told.
		}
	};
	share.onFrame(({text}) => {
		const said = held === undefined ? undefined : greetingOf(text);
		if (said === 'notAShare') {
			const {lines, exitCode} = explain(notAShare(context.endpoint));
			visitor.end(shareCloseCodes.ended, lines[0] ?? '');
			finish({exitCode, sentence: lines[0]});
			void share.close();
			return;
		}
		if (!mayReachTui(text)) return;
		visitor.send(text);
		if (said === 'share') {
			for (const each of held ?? []) send(each);
			held = undefined;
		}
		if (visitor.bufferedBytes <= mostWaitingBytes) return;
		visitor.end(shareCloseCodes.tooSlow, 'Too slow.');
		void share.close();
	});
	visitor.onFrame(({text}) => {
		if (held === undefined || mayOpen(text)) send(text);
		else if (held.push(text) > mostHeld) {
			visitor.end(shareCloseCodes.tooMuch, 'Too much, before the share had answered.');
			void share.close();
		}
	});
};
