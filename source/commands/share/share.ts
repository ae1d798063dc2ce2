/**
 * `jumpseat share`: lets people into one thread, each in a role, until it ends; or tells a share that runs something.
 * In a terminal it then shows the thread, elsewhere it tells who comes and goes.
 *
 * Invariant: whatever ends it, the guests are told, and no socket, folder or token is left.
 */

import {InvitationError} from '../../share/invitations.ts';
import {LinkError} from '../../share/link.ts';
import type {ShareNews} from '../../share/news.ts';
import {endedBy} from '../../share/words.ts';
import {DoorError} from '../../transport/door.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {personName} from '../person.ts';
import {findOneThread, reachServer} from '../reach.ts';
import {requireTerminal} from '../require-terminal.ts';
import {defaultExpiryMs} from './expiry.ts';
import {groupId} from './group.ts';
import {linesTaken} from './lines-taken.ts';
import {parsePlace, parseRelay} from './listen.ts';
import {newsSentence} from './news-words.ts';
import {type OpenShare, openShare} from './open-share.ts';
import {runningShares} from './registry.ts';
import {serverAddress} from './server-address.ts';
import {openReport, type Report} from './share-report.ts';
import {nextSignal} from './signals.ts';
import {throughShares} from './through-share.ts';

export const share = async (context: Context, words: readonly string[]): Promise<number> => {
	if (context.options.control) return (await import('./control.ts')).control(context, words);
	const settings = await settingsOf(context, words);
	const {hasScreen, wanted} = settings;
	if (hasScreen) requireTerminal(context);
	const report = openReport(context);
	const ownerName = await personName(context.name, context.cwd);
	const connection = await reachServer(context, () => 'drive');
	let opened: OpenShare | undefined;
	const listening = new AbortController();
	try {
		const thread = await findOneThread(context, connection, words[0]);
		await refuseSecond(context, thread.id);
		const tell = (sentence: string): void => {
			report.say(sentence);
			opened?.tellOwner(sentence);
		};
		let closed = (): void => {};
		const threadClosed = new Promise<void>(resolve => {
			closed = resolve;
		});
		const onNews = (news: ShareNews): void => {
			report.news(news);
			if (forOwnersScreen.has(news.type)) opened?.tellOwner(newsSentence(news));
			if (news.type === 'threadClosed') closed();
		};
		// Before there is a folder, or a line that somebody reads: a signal that nobody hears would leave it all behind.
		const signalled = nextSignal(listening.signal);
		opened = await openShare(context, {...settings, thread, connection, ownerName, onNews, tell});
		report.opened(opened, thread, wanted.map(opened.invite));
		return hasScreen
			? await showShare(context, opened, report, {threadId: thread.id, signalled, listening})
			: await watchShare(opened, ownerName, {threadClosed, signalled});
	} catch (error) {
		if (opened === undefined) await connection.close();
		throw ownerFailure(error);
	} finally {
		await opened?.end(endedBy(ownerName));
		listening.abort();
	}
};

/** What its lists do not show. */
const forOwnersScreen: ReadonlySet<ShareNews['type']> = new Set([
	'cutOff',
	'answerDropped',
	'answerUnconfirmed',
	'expired',
]);

/** Resolves with the exit code of the first. */
type Signals = {readonly signalled: Promise<number>};

const ownerFailure = (error: unknown): unknown => {
	if (error instanceof DoorError || error instanceof LinkError)
		return new CommandError(exitCodes.failed, sanitiseLine(error.message));
	if (error instanceof InvitationError) return new CommandError(exitCodes.usage, sanitiseLine(error.message));
	return error;
};

const refuseSecond = async (context: Context, threadId: string): Promise<void> => {
	const server = serverAddress(context);
	const shares = await runningShares(context);
	if (!shares.some(each => each.threadId === threadId && each.server === server)) return;
	throw new CommandError(
		exitCodes.refused,
		'This thread is shared from here already: `jumpseat share --control invite NAME` lets one more in.',
	);
};

/** The lines first, then the screen, through the share; quitting it ends the share. When the share ends before, the screen goes on without. */
const showShare = async (
	context: Context,
	opened: OpenShare,
	report: Report,
	{
		threadId,
		signalled,
		listening,
	}: Signals & {readonly threadId: string; readonly listening: AbortController},
): Promise<number> => {
	void opened.ended.then(({why}) => opened.end(why));
	const leftBefore = await linesTaken(context, opened.ended, signalled);
	if (leftBefore !== undefined) return leftBefore;
	report.screenComes();
	const {attach} = await import('../attach.tsx');
	// The screen hears them itself.
	listening.abort();
	try {
		return await attach({...context, route: throughShares(context)}, threadId);
	} finally {
		report.screenLeft();
	}
};

const watchShare = async (
	opened: OpenShare,
	ownerName: string,
	{threadClosed, signalled}: Signals & {readonly threadClosed: Promise<void>},
): Promise<number> => {
	const left = signalled.then(exitCode => ({why: endedBy(ownerName), exitCode}));
	const ended = opened.ended.then(({why, isWanted}) => ({
		why,
		exitCode: isWanted ? exitCodes.done : exitCodes.lost,
	}));
	const closed = threadClosed.then(() => ({why: 'The thread was closed.', exitCode: exitCodes.done}));
	const {why, exitCode} = await Promise.race([left, ended, closed]);
	await opened.end(why);
	return exitCode;
};

const settingsOf = async ({options, stdin, stdout, env}: Context, words: readonly string[]) => {
	if (words.length > 1)
		throw new CommandError(
			exitCodes.usage,
			`\`jumpseat share\` takes [thread] and got ${words.length}: ${words.map(sanitiseLine).join(' · ')}. What is told to a share that runs comes after --control.`,
		);
	if (options.thread !== undefined)
		throw new CommandError(exitCodes.usage, '--thread is for --control: write the thread as a word.');
	const listen = options.listen.length === 0 && options.via === undefined ? ['unix://'] : options.listen;
	const names = options.guests.length === 0 ? ['guest'] : options.guests;
	return {
		places: listen.map(parsePlace),
		via: options.via === undefined ? undefined : parseRelay(options.via),
		gid: options.group === undefined ? undefined : await groupId(options.group),
		wanted: names.map(name => ({
			name,
			role: options.role,
			once: options.once,
			expiresInMs: options.expiresMs ?? defaultExpiryMs,
		})),
		hasScreen: !options.json && stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb',
	};
};
