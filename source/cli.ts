/**
 * The composition root: words of the command line → context → verb → exit code.
 */
import process from 'node:process';
import type {Context} from './commands/context.ts';
import {exitCodes} from './commands/exit-codes.ts';
import {readCommandLine, textOf} from './commands/line/command-line.ts';
import {withQuestion} from './commands/line/did-you-mean.ts';
import type {VerbName} from './commands/line/verbs.ts';
import {contextOf, version} from './commands/make-context.ts';
import {runToEnd} from './commands/run-to-end.ts';

/** Each verb is loaded only when it is asked for: Ink and the Markdown lexer cost a status bar nothing. */
const run = async (verb: VerbName, context: Context, words: readonly string[]): Promise<number> => {
	switch (verb) {
		case 'attach': {
			const {throughShares} = await import('./commands/share/through-share.ts');
			const {attach} = await import('./commands/attach.tsx');
			return attach({...context, route: throughShares(context)}, words[0]);
		}
		case 'ls':
			return (await import('./commands/ls/ls.ts')).ls(context);
		case 'demo':
			return (await import('./commands/run-demo.ts')).runDemo(context);
		case 'tail':
			return (await import('./commands/tail/tail.ts')).tail(context, words[0]);
		case 'send':
			return (await import('./commands/turns/send.ts')).send(context, words);
		case 'interrupt':
			return (await import('./commands/turns/interrupt.ts')).interrupt(context, words[0]);
		case 'requests':
			return (await import('./commands/requests/requests.ts')).requests(context, words[0]);
		case 'answer':
			return (await import('./commands/requests/answer.ts')).answer(context, words);
		case 'wait':
			return (await import('./commands/turns/wait.ts')).wait(context, words[0]);
		case 'status':
			return (await import('./commands/status/status.ts')).status(context, words[0]);
		case 'doctor':
			return (await import('./commands/doctor/doctor.ts')).doctor(context);
		case 'tmux':
			return (await import('./commands/tmux/tmux.ts')).tmux(context, words[0]);
		case 'share':
			return (await import('./commands/share/share.ts')).share(context, words);
		case 'join':
			return (await import('./commands/share/join.ts')).join(context, words[0]);
		case 'relay':
			return (await import('./commands/share/relay.ts')).relay(context);
		case 'completions':
			return (await import('./commands/completions/completions.ts')).completions(context, words[0] ?? '');
	}
};

const main = async (): Promise<number> => {
	const line = readCommandLine(process.argv.slice(2));
	if (line.given.help === true) {
		const {helpText, verbHelpText} = await import('./commands/line/help.ts');
		process.stdout.write(`${line.isNamed ? verbHelpText(line.verb) : helpText()}\n`);
		return exitCodes.done;
	}
	if (line.given.version === true) {
		process.stdout.write(`${version}\n`);
		return exitCodes.done;
	}
	const {verb, words, given} = line;
	const context = await contextOf(line);
	const runVerb = (within: Context): Promise<number> =>
		run(verb.name, within, words).catch((error: unknown) => {
			throw withQuestion(error, line);
		});
	const file = textOf(given, 'log');
	if (file === undefined) return runVerb(context);
	const {withLog} = await import('./commands/log/with-log.ts');
	return withLog(context, {file, verb: verb.name}, runVerb);
};

void runToEnd(main);
