/** A thread as Markdown, for a file: what is loaded of it, turn by turn. Pure; nothing in it can be executed by a terminal. */
import {authorOf, threadTitle} from '../thread/selectors.ts';
import type {Item, ThreadState} from '../thread/state.ts';
import {sanitiseLine, sanitiseText} from './sanitise.ts';

/** A fence that the text itself does not hold. */
const fenced = (text: string, language = ''): string => {
	const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
	const fence = '`'.repeat(longest + 1);
	return `${fence}${language}\n${text}\n${fence}`;
};

const itemText = (item: Item): string | undefined => {
	const {content} = item;
	switch (content.type) {
		case 'userMessage': {
			const author = authorOf(item);
			const name = author.kind === 'jumpseat' ? sanitiseLine(author.name) : 'primary';
			const text = (content.content ?? []).map(input => input.text ?? `[${input.type}]`).join('\n');
			return `**${name}**\n\n${sanitiseText(text)}`;
		}
		case 'agentMessage':
			return `**agent**\n\n${sanitiseText(content.text)}`;
		case 'plan':
			return `**plan**\n\n${sanitiseText(content.text)}`;
		case 'commandExecution': {
			const output = content.aggregatedOutput
				? `\n\n${sanitiseText(content.aggregatedOutput).trimEnd()}`
				: '';
			const code =
				content.exitCode === undefined || content.exitCode === null ? '' : `\n\nExit ${content.exitCode}.`;
			return fenced(`$ ${sanitiseText(content.command)}${output}`, 'console') + code;
		}
		case 'fileChange':
			return (content.changes ?? [])
				.map(({path, diff}) => `\`${sanitiseLine(path)}\`\n\n${fenced(sanitiseText(diff ?? ''), 'diff')}`)
				.join('\n\n');
		case 'reasoning': {
			const summary = (content.summary ?? []).join('\n\n');
			return summary === '' ? undefined : sanitiseText(summary).replaceAll(/^/gm, '> ');
		}
		case 'unknown':
			return `*${sanitiseLine(content.typeName)}*`;
		default:
			return `*${content.type}*`;
	}
};

/** The whole of what is loaded; says so when older turns are not. */
export const threadMarkdown = (state: ThreadState): string => {
	const {info, turns, olderCursor} = state;
	const head =
		info === undefined ? '# Thread' : `# ${sanitiseLine(threadTitle(info))}\n\n\`${sanitiseLine(info.id)}\``;
	const gap = olderCursor === null ? [] : ['*Older turns were not loaded when this was written.*'];
	const bodies = turns.flatMap(turn => [
		...turn.items.flatMap(item => itemText(item) ?? []),
		`---\n\n*turn ${turn.status}*${turn.error === undefined ? '' : `: ${sanitiseText(turn.error)}`}`,
	]);
	return `${[head, ...gap, ...bodies].join('\n\n')}\n`;
};
