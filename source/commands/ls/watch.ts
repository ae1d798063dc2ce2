/**
 * `jumpseat ls --watch`: the list of threads, kept up to date from what the server tells every connection; joins no
 * thread. In a terminal the table is drawn again in place; elsewhere every change is a line. Goes on until Ctrl+C, or
 * until the connection is gone for good. Invariant: reading never waits for whoever reads us. Called by `ls`.
 */
import process from 'node:process';
import {createSession} from '../../app-server/session.ts';
import type {SessionEvent} from '../../app-server/session-events.ts';
import {describeThread} from '../../thread/info.ts';
import {threadTitle} from '../../thread/selectors.ts';
import type {ThreadInfo} from '../../thread/state.ts';
import {createFormat} from '../../view/format.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {unattended} from '../access/access.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes, signalExitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {reachServer} from '../reach.ts';
import {openSink, type Sink, tooSlowSentence} from '../stream-sink.ts';
import {threadJson} from '../thread-json.ts';
import {afterNotice, changesBetween, type Notice} from './changes.ts';
import {createLiveLines} from './live-lines.ts';
import {cutLine, inOrder, statusWords, tableLines} from './table.ts';

/** How the list is told, by kind of output. */
type Teller = {
	readonly threads: (threads: readonly ThreadInfo[]) => void;
	readonly lost: (why: string) => void;
	readonly back: () => void;
	readonly end: () => void;
};

/** Nobody is there to give up: a connection that stays away for so long is lost. */
const giveUpAfterMs = 30_000;
/** Ages grow by themselves. */
const redrawEveryMs = 1000;
const relistAfterMs = 5000;

const inTerminal = (context: Context, sink: Sink): Teller => {
	const {stdout, environment, home} = context;
	const lines = createLiveLines({write: sink.write, rows: () => stdout.rows});
	let threads: readonly ThreadInfo[] = [];
	let note: string | undefined;
	let stopTimer = (): void => {};
	/** A terminal that stands still (Ctrl+S) gets the newest picture when it goes on, not each one meanwhile. */
	let isTaken = true;
	let isStale = false;
	const draw = (): void => {
		isStale = !isTaken;
		if (isStale) return;
		const options = {nowMs: environment.nowMs(), home, columns: stdout.columns};
		const table = threads.length === 0 ? ['No threads yet.'] : tableLines(inOrder(threads), options);
		lines.draw(note === undefined ? table : [cutLine(note, stdout.columns), ...table]);
		isTaken = false;
		void sink.flush().then(() => {
			isTaken = true;
			if (isStale) draw();
		});
		stopTimer();
		stopTimer = environment.later(redrawEveryMs, draw);
	};
	const onResize = (): void => {
		lines.wipe();
		draw();
	};
	stdout.on('resize', onResize);
	return {
		threads(next) {
			threads = next;
			draw();
		},
		lost(why) {
			note = `Lost the server, trying again: ${why}`;
			draw();
		},
		back() {
			note = undefined;
		},
		end() {
			isStale = false;
			stopTimer();
			stdout.off('resize', onResize);
		},
	};
};

const inLines = (context: Context, {write}: Sink): Teller => {
	const {stderr, environment, options, home} = context;
	const format = createFormat({});
	let told: readonly ThreadInfo[] | undefined;
	const json = (type: string, more: object): void => {
		write(jsonLine({jumpseat: 1, type: `jumpseat/${type}`, atMs: environment.nowMs(), ...more}));
	};
	return {
		threads(next) {
			const shown = inOrder(next);
			const changes = changesBetween(told, shown);
			if (options.json) for (const {change, info} of changes) json(change, {thread: threadJson(info)});
			else if (told === undefined) {
				const table = tableLines(shown, {nowMs: environment.nowMs(), home, columns: undefined});
				for (const line of table) write(`${line}\n`);
			} else {
				for (const {info} of changes) {
					const words = [format.clock(environment.nowMs()), statusWords(info.status), info.id];
					write(`${[...words, sanitiseLine(threadTitle(info))].join('  ').trimEnd()}\n`);
				}
			}
			told = shown;
		},
		lost(why) {
			if (options.json) json('lost', {why});
			else stderr.write(`Lost the server, trying again: ${why}\n`);
		},
		back() {
			if (options.json) json('back', {});
			else stderr.write('The server is back.\n');
		},
		end() {},
	};
};

/** @throws CommandError `interrupted`, or `lost` */
export const watchThreads = async (context: Context): Promise<never> => {
	const {environment, stdout, options} = context;
	const connection = await reachServer(context, () => 'observe');
	const sink = openSink(stdout);
	const teller = stdout.isTTY && !options.json ? inTerminal(context, sink) : inLines(context, sink);
	let threads: readonly ThreadInfo[] | undefined;
	let lostSinceMs: number | undefined;
	let heard: Notice[] = [];
	let isListing = false;
	let cancelGivingUp = (): void => {};
	let fail: (error: CommandError) => void = () => {};
	const over = new Promise<never>((_resolve, reject) => {
		fail = reject;
	});

	void sink.tooSlow.then(() => fail(new CommandError(exitCodes.lost, tooSlowSentence)));

	const list = (): void => {
		isListing = true;
		session.listThreads();
	};
	const onConnection = ({connection: state}: SessionEvent & {type: 'connectionMoved'}): void => {
		if (state.kind === 'waiting') {
			cancelGivingUp();
			if (lostSinceMs !== undefined) teller.back();
			lostSinceMs = undefined;
			list();
		}
		if (state.kind === 'failed') fail(new CommandError(exitCodes.lost, sanitiseLine(state.why)));
		if (state.kind === 'reconnecting' && lostSinceMs === undefined) {
			const why = sanitiseLine(state.why);
			lostSinceMs = environment.nowMs();
			teller.lost(why);
			cancelGivingUp = environment.later(giveUpAfterMs, () =>
				fail(new CommandError(exitCodes.lost, `Gave up after ${giveUpAfterMs / 1000} s: ${why}`)),
			);
		}
	};

	const session = createSession({
		endpoint: context.endpoint,
		mode: () => 'observe',
		access: unattended(context.access),
		clientVersion: context.version,
		environment,
		onEvent(event) {
			if (event.type === 'connectionMoved') onConnection(event);
			if (event.type === 'askFailed') environment.later(relistAfterMs, list);
			if (event.type === 'threadsListed') {
				// What was heard while the list was on its way may be newer than the list.
				const listed = event.threads.map(wire => describeThread(wire));
				threads = heard.reduce<readonly ThreadInfo[]>(
					(all, notice) => afterNotice(all, notice).threads,
					listed,
				);
				heard = [];
				isListing = false;
				teller.threads(threads);
			}
			if (event.type !== 'traffic' || event.traffic.kind !== 'notification') return;
			if (isListing) heard.push(event.traffic);
			if (threads !== undefined) {
				const {threads: after, isNews} = afterNotice(threads, event.traffic);
				if (after !== threads) teller.threads(after);
				threads = after;
				if (isNews) list();
			}
		},
	});
	const onSignal = (signal: NodeJS.Signals): void =>
		fail(new CommandError(signalExitCodes.get(signal) ?? exitCodes.failed, ''));
	for (const signal of signalExitCodes.keys()) process.on(signal, onSignal);
	session.start(undefined, {connection});
	try {
		return await over;
	} finally {
		for (const signal of signalExitCodes.keys()) process.off(signal, onSignal);
		teller.end();
		await session.leave();
	}
};
