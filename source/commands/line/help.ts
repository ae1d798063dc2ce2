/** `--help` from the table of the command line: of everything, and of one verb. Pure. */
import {type Flag, flags, flagsOf} from './flags.ts';
import {type Verb, verbs} from './verbs.ts';

const column = 30;
const widest = 100;

const wrapped = (text: string, columns: number): string[] => {
	const lines: string[] = [];
	for (const word of text.split(' ')) {
		const last = lines.at(-1);
		if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
		else lines[lines.length - 1] = `${last} ${word}`;
	}
	return lines;
};

const line = ([left, right]: readonly [string, string]): string => {
	const lines = wrapped(right, widest - column - 3);
	const beside = left.length <= column ? lines.splice(0, 1) : [''];
	return [
		`  ${left.padEnd(column)} ${beside.join('')}`.trimEnd(),
		...lines.map(text => `  ${' '.repeat(column)} ${text}`),
	].join('\n');
};

const flagLine = ({name, short, takes, choices, does}: Flag): string => {
	const before = short === undefined ? '    ' : `-${short}, `;
	const value = takes === undefined ? '' : ` ${choices === undefined ? takes : choices.join('|')}`;
	return line([`${before}--${name}${value}`, does]);
};

const verbLine = (verb: Verb): string =>
	line([`jumpseat ${verb.name} ${verb.arguments}`.trimEnd(), verb.does]);

const threadForms = 'THREAD is an id, a unique piece of one, or a name.';
const onlyLive = 'Without it: the only live thread of this directory, else the only live thread, else';

/** What THREAD may be, and which one is meant without it, in this verb. */
const threadWords = ({name}: Pick<Verb, 'name'>): readonly string[] => {
	// Its own words tell what it says without one.
	if (name === 'status') return wrapped(threadForms, widest);
	const otherwise = name === 'attach' ? 'a list to choose from' : 'an error that lists them';
	return wrapped(`${threadForms} ${onlyLive} ${otherwise}.`, widest);
};

const everywhere = [
	'Environment: JUMPSEAT_CONNECT, JUMPSEAT_NAME, CODEX_HOME, NO_COLOR.',
	'Settings: $XDG_CONFIG_HOME/jumpseat/config.json, with the long names of the options as keys.',
	'Exit codes: 0 done · 1 failed · 2 usage or ambiguous · 3 no server or no such thread · 4 refused ·',
	'5 lost and gave up · 130 interrupted.',
];

export const helpText = (): string =>
	[
		'A second seat in a live Codex thread: every event as it streams, without running a second agent.',
		'',
		'Usage',
		line(['jumpseat [thread]', 'attach to a live Codex thread']),
		...verbs.map(verbLine),
		'',
		...threadWords({name: 'attach'}),
		'',
		'Options, everywhere (`jumpseat VERB --help` has those of one verb)',
		...flags.filter(flag => flag.verbs === undefined).map(flagLine),
		'',
		...everywhere,
	].join('\n');

export const verbHelpText = (verb: Verb): string => {
	const own = flagsOf(verb.name).filter(flag => flag.verbs !== undefined);
	return [
		`jumpseat ${verb.name} ${verb.arguments}`.trimEnd(),
		'',
		`${verb.does[0]?.toUpperCase()}${verb.does.slice(1)}.`,
		...verb.more.flatMap(paragraph => ['', ...wrapped(paragraph, widest)]),
		...(verb.arguments.includes('thread') ? ['', ...threadWords(verb)] : []),
		...(own.length > 0 ? ['', 'Options', ...own.map(flagLine)] : []),
		'',
		'Options that every verb takes',
		...flags.filter(flag => flag.verbs === undefined).map(flagLine),
		'',
		...everywhere,
	].join('\n');
};
