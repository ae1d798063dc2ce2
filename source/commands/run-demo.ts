/** Gives the demo what it needs of the rest: a way to attach, and a way to print a thread as text. */
import {parseEndpoint} from '../transport/endpoint.ts';
import type {Context} from './context.ts';
import {demo} from './demo.ts';
import {streamText} from './tail/tail.ts';

export const runDemo = (context: Context): Promise<number> => {
	const {stdin, stdout, stderr, env} = context;
	return demo({
		stdout,
		stderr,
		isTerminal: stdin.isTTY && stdout.isTTY && env.TERM !== 'dumb',
		env: {...env},
		async attach({endpoint, threadId, observe}) {
			const {attach} = await import('./attach.tsx');
			return attach({...context, endpoint: parseEndpoint(endpoint), observe}, threadId);
		},
		streamText: ({endpoint, threadId}) =>
			streamText({...context, endpoint: parseEndpoint(endpoint), observe: true}, threadId),
	});
};
