/** The completions of bash, 3.2 and later (what macOS has), without the package bash-completion. Pure. */
import {
	type CompletionOption,
	completionOptions,
	completionVerbs,
	endpointForms,
	optionsWithValue,
	threadsCommand,
	type Value,
} from './model.ts';

const spellings = ({name, short}: CompletionOption): readonly string[] => [
	...(short === undefined ? [] : [`-${short}`]),
	`--${name}`,
];

const offer = (value: Value): string => {
	switch (value.kind) {
		case 'choices':
			return `_jumpseat_reply -W '${value.choices.join(' ')}'`;
		case 'file':
			return 'compopt -o filenames 2>/dev/null; _jumpseat_reply -f';
		case 'variable':
			return '_jumpseat_reply -e';
		case 'endpoint':
			return `compopt -o nospace 2>/dev/null; _jumpseat_reply -W '${endpointForms.join(' ')}'`;
		case 'thread':
			return '_jumpseat_reply -W "$(_jumpseat_threads)"';
		case 'free':
			return ':';
	}
};

const arm = (pattern: string, action: string): string => `${pattern}) ${action} ;;`;

/** Where verbs mean different things by one name, the verb decides. */
const offerOf = (meanings: readonly CompletionOption[]): string | undefined => {
	const offers = meanings.flatMap(({takers, takes}) =>
		takes === undefined ? [] : [{takers: takers ?? [], action: offer(takes.value)}],
	);
	const [first] = offers;
	if (offers.length < 2) return first?.action;
	const arms = offers.map(({takers, action}) => arm(takers.join(' | '), action));
	return `case $verb in ${arms.join(' ')} esac`;
};

const values = [...new Set(completionOptions.map(({name}) => name))].flatMap(name => {
	const meanings = completionOptions.filter(option => option.name === name);
	const action = offerOf(meanings);
	const [first] = meanings;
	return first === undefined || action === undefined ? [] : [arm(spellings(first).join(' | '), action)];
});

const optionsOfVerbs = completionVerbs.map(
	({name, options}) => `${name}) options='${options.map(option => `--${option.name}`).join(' ')}' ;;`,
);

const wordsOfVerbs = completionVerbs.flatMap(({name, word}) =>
	word === undefined ? [] : [`${name}) ${offer(word)} ;;`],
);

const verbNames = completionVerbs.map(({name}) => name);

const indented = (lines: readonly string[], depth: number): string =>
	lines.map(line => '\t'.repeat(depth) + line).join('\n');

export const bashCompletions =
	(): string => `# Completions of jumpseat for bash, made by \`jumpseat completions bash\`.

_jumpseat_threads() {
	local endpoint=$JUMPSEAT_CONNECT
	[[ $COMP_LINE =~ (-c|--connect)[\\ =]+([^\\ ]+) ]] && endpoint=\${BASH_REMATCH[2]}
	[[ $endpoint == ssh://* ]] && return
	${threadsCommand} | cut -d ' ' -f 1
}

# The words that compgen finds, as they are: no word is split or expanded.
_jumpseat_reply() {
	local word
	while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$@" -- "$cur")
}

_jumpseat() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' options='' word index count=0
	COMPREPLY=()
	# Bash cuts --option=value into three words.
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = ]]; then
		prev=\${COMP_WORDS[COMP_CWORD - 2]}
	fi
	for ((index = 1; index < COMP_CWORD; index++)); do
		word=\${COMP_WORDS[index]}
		case $word in
			${optionsWithValue.join(' | ')})
				[[ \${COMP_WORDS[index + 1]} == = ]] && ((index++))
				((index++))
				# … and an endpoint at each colon.
				while [[ \${COMP_WORDS[index + 1]} == : ]]; do ((index += 2)); done
				;;
			-*) ;;
			${verbNames.join(' | ')})
				if [[ -z $verb && $count == 0 ]]; then verb=$word; else ((count++)); fi
				;;
			*) ((count++)) ;;
		esac
	done
	if ((index > COMP_CWORD)); then
		case $prev in
${indented(values, 3)}
		esac
		return
	fi
	if [[ $cur == -* ]]; then
		case \${verb:-attach} in
${indented(optionsOfVerbs, 3)}
		esac
		_jumpseat_reply -W "$options"
		return
	fi
	((count > 0)) && return
	case $verb in
		'')
			_jumpseat_reply -W '${verbNames.join(' ')}'
			((\${#COMPREPLY[@]} > 0)) || ${offer({kind: 'thread'})}
			;;
${indented(wordsOfVerbs, 2)}
	esac
}

complete -F _jumpseat jumpseat`;
