/** The completions of fish, 3.1 and later. Pure. */
import {
	type CompletionOption,
	completionOptions,
	completionVerbs,
	endpointForms,
	optionsWithValue,
	threadsCommand,
	type Value,
} from './model.ts';

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const offer = (value: Value): string => {
	switch (value.kind) {
		case 'choices':
			return `-x -a ${quoted(value.choices.join(' '))}`;
		case 'file':
			return '-r -F';
		case 'variable':
			return `-x -a '(set --export --names)'`;
		case 'endpoint':
			return `-x -a ${quoted(endpointForms.join(' '))}`;
		case 'thread':
			return `-x -a '(__jumpseat_threads)'`;
		case 'free':
			return '-x';
	}
};

const optionLine = (option: CompletionOption): string =>
	[
		'complete -c jumpseat',
		...(option.takers === undefined ? [] : [`-n '__jumpseat_is ${option.takers.join(' ')}'`]),
		...(option.short === undefined ? [] : [`-s ${option.short}`]),
		`-l ${option.name}`,
		...(option.takes === undefined ? [] : [offer(option.takes.value)]),
		`-d ${quoted(option.does)}`,
	].join(' ');

const verbLine = ({name, does}: (typeof completionVerbs)[number]): string =>
	`complete -c jumpseat -n '__jumpseat_is_at 0' -a ${name} -d ${quoted(does)}`;

const wordLines = completionVerbs.flatMap(({name, word}) =>
	word === undefined || word.kind === 'free'
		? []
		: [
				`complete -c jumpseat -n '__jumpseat_is ${name}; and __jumpseat_is_at 1' ${offer(word).replace('-x ', '')}`,
			],
);

export const fishCompletions =
	(): string => `# Completions of jumpseat for fish, made by \`jumpseat completions fish\`.

# The words before the cursor that are neither options nor their values.
function __jumpseat_words
	set -l tokens (commandline -opc)
	set -e tokens[1]
	while set -q tokens[1]
		switch $tokens[1]
			case ${optionsWithValue.join(' ')}
				set -e tokens[1]
			case '-*'
			case '*'
				echo $tokens[1]
		end
		set -e tokens[1]
	end
end

function __jumpseat_is_at
	test (count (__jumpseat_words)) -eq $argv[1]
end

function __jumpseat_is
	set -l words (__jumpseat_words)
	set -q words[1]; or set words attach
	contains -- $words[1] $argv
end

function __jumpseat_threads
	set -l endpoint $JUMPSEAT_CONNECT
	set -l tokens (commandline -opc)
	for index in (seq (count $tokens))
		switch $tokens[$index]
			case -c --connect
				set endpoint $tokens[(math $index + 1)]
			case '--connect=*'
				set endpoint (string replace -- --connect= '' $tokens[$index])
		end
	end
	string match -q 'ssh://*' -- $endpoint; and return
	${threadsCommand} | string replace ' ' \\t
end

complete -c jumpseat -f
${[...completionVerbs.map(verbLine), ...completionOptions.map(optionLine), ...wordLines].join('\n')}`;
