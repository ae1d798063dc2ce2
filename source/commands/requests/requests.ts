/** `jumpseat requests`: what waits for a person, whole, with the words that answer it. Looks only, in any mode. */
import {createFormat} from '../../view/format.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {whenReplayed, whyNotJoined} from '../replay.ts';
import {type Seat, withSeat} from '../seat.ts';
import {requestText} from './request-text.ts';
import {requestJson, shellChoices, waitingIn} from './request-words.ts';

const tell = async (context: Context, seat: Seat): Promise<number> => {
	const {stdout, stderr, options, environment} = context;
	if ((await whenReplayed(seat)) === 'waiting') {
		const {connection} = seat.state();
		const why = whyNotJoined(seat.state());
		if (connection.kind === 'waiting' && connection.reason === 'ownedElsewhere')
			throw new CommandError(exitCodes.refused, why);
		stderr.write(`${why}\n`);
		return exitCodes.done;
	}
	const {thread} = seat.state();
	const waiting = waitingIn(thread);
	if (waiting.length === 0) stderr.write('Nothing waits for a person.\n');
	if (options.json) {
		for (const {ask, request} of waiting)
			stdout.write(jsonLine(requestJson(ask, shellChoices(ask), request.params)));
		return exitCodes.done;
	}
	const texts = waiting.map(({ask}) =>
		requestText(ask, {
			columns: stdout.isTTY ? stdout.columns : undefined,
			cwd: thread.info?.cwd,
			nowMs: environment.nowMs(),
			format: createFormat({}),
		}),
	);
	stdout.write(texts.map(lines => `${lines.join('\n')}\n`).join('\n'));
	return exitCodes.done;
};

/** `wanted`: the thread; undefined: the only live one. */
export const requests = (context: Context, wanted: string | undefined): Promise<number> =>
	withSeat(context, wanted, 'observe', seat => tell(context, seat));
