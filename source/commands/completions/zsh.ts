/** The completions of zsh, for a file of \`fpath\` or to be sourced after compinit. Pure. */
import {
	type CompletionOption,
	type CompletionVerb,
	completionVerbs,
	endpointForms,
	optionsWithValue,
	threadsCommand,
	type Value,
} from './model.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** In a specification of `_arguments` these characters end a part. */
const plain = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&');

const action = (value: Value): string => {
	switch (value.kind) {
		case 'choices':
			return `(${value.choices.join(' ')})`;
		case 'file':
			return '_files';
		case 'variable':
			return '_jumpseat_variables';
		case 'endpoint':
			return '_jumpseat_endpoints';
		case 'thread':
			return '_jumpseat_threads';
		case 'free':
			return ' ';
	}
};

/** One specification a spelling: `-c+` may have its value joined or after it, `--connect=` too. */
const specsOf = ({name, short, does, repeated, takes}: CompletionOption): readonly string[] => {
	const spellings = [...(short === undefined ? [] : [`-${short}`]), `--${name}`];
	const before = repeated ? '*' : `(${spellings.join(' ')})`;
	return spellings.map(spelling => {
		const joint = takes === undefined ? '' : spelling.startsWith('--') ? '=' : '+';
		const after = takes === undefined ? '' : `:${plain(takes.label)}:${action(takes.value)}`;
		return quoted(`${before}${spelling}${joint}[${plain(does)}]${after}`);
	});
};

const wordSpecs = ({word}: CompletionVerb): readonly string[] => [
	quoted('1: : '),
	...(word === undefined
		? []
		: [quoted(`2:${word.kind === 'thread' ? 'thread' : 'word'}:${action(word)}`), quoted('*: : ')]),
];

const arm = (pattern: string, specs: readonly string[]): string =>
	[`\t\t(${pattern})`, '\t\t\tspecs=(', ...specs.map(spec => `\t\t\t\t${spec}`), '\t\t\t)', '\t\t\t;;'].join(
		'\n',
	);

const attach = completionVerbs.find(({name}) => name === 'attach');

export const zshCompletions = (): string => `#compdef jumpseat
# Completions of jumpseat for zsh, made by \`jumpseat completions zsh\`.

_jumpseat_endpoints() {
	compadd -S '' -- ${endpointForms.join(' ')}
}

_jumpseat_variables() {
	compadd -- \${(k)parameters[(R)*export*]}
}

_jumpseat_threads() {
	local endpoint=\${opt_args[--connect]:-\${opt_args[-c]:-$JUMPSEAT_CONNECT}} line
	local -a found
	[[ $endpoint == ssh://* ]] && return 1
	${threadsCommand} |
		while IFS= read -r line; do found+=("\${line%% *}:\${line#* }"); done
	_describe -V thread found
}

_jumpseat_first() {
	local -a verbs=(
${completionVerbs.map(({name, does}) => `\t\t${quoted(`${name}:${does}`)}`).join('\n')}
	)
	_describe -V verb verbs || _jumpseat_threads
}

_jumpseat() {
	local curcontext="$curcontext" verb=
	local -i index
	local -a specs
	local -A opt_args
	for ((index = 2; index < CURRENT; index++)); do
		case $words[index] in
			(${optionsWithValue.join('|')}) ((index++)) ;;
			(-*) ;;
			(*)
				verb=$words[index]
				break
				;;
		esac
	done
	case $verb in
${[
	...completionVerbs.map(verb => arm(verb.name, [...verb.options.flatMap(specsOf), ...wordSpecs(verb)])),
	arm('*', [...(attach?.options ?? []).flatMap(specsOf), quoted('1: :_jumpseat_first')]),
].join('\n')}
	esac
	_arguments -s -S : $specs
}

if [[ $funcstack[1] == _jumpseat ]]; then
	_jumpseat "$@"
else
	compdef _jumpseat jumpseat
fi`;
