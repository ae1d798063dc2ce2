/**
 * The architecture as data, and the check of a tree of sources against it. Pure: texts in, sentences out. The
 * tables are the ones that ARCHITECTURE.md explains; change both together.
 */
import path from 'node:path';
import {importsOf, withoutComments} from './imports.ts';

/** What each layer may import besides itself, layers or single files; `'everything'` for those at the top. */
export const layers: Readonly<Record<string, readonly string[] | 'everything'>> = {
	protocol: [],
	'json-rpc': ['protocol/types.ts'],
	transport: ['json-rpc'],
	'app-server': ['transport', 'json-rpc', 'protocol'],
	thread: ['protocol'],
	keys: [],
	asks: ['thread', 'protocol'],
	view: ['asks', 'thread', 'protocol'],
	composer: ['protocol', 'thread', 'view'],
	screen: ['view'],
	app: ['app-server', 'asks', 'composer', 'thread', 'keys', 'view', 'protocol'],
	ui: ['app', 'asks', 'composer', 'view', 'screen', 'keys', 'thread', 'protocol'],
	share: [
		'app-server',
		'transport',
		'json-rpc',
		'thread/signature.ts',
		'thread/shell-command.ts',
		'protocol',
	],
	demo: ['protocol', 'transport'],
	commands: 'everything',
	'cli.ts': 'everything',
};

/** Where each package may be imported: folders, or files. A package that is not here has no place yet. */
export const packages: Readonly<Record<string, readonly string[]>> = {
	ws: ['transport/', 'demo/json-rpc-client.ts'],
	ink: ['ui/', 'commands/attach.tsx'],
	react: ['ui/', 'commands/attach.tsx'],
	'ink-text-input': ['ui/'],
	meow: ['cli.ts', 'commands/'],
	fuzzysort: ['app/'],
	marked: ['view/'],
	'highlight.js': ['view/'],
	diff: ['view/'],
	valibot: ['commands/'],
	selfsigned: ['share/certificate.ts'],
};

/** Layers without I/O: no module of Node at all. */
export const withoutNode = ['protocol', 'json-rpc', 'thread', 'keys', 'asks', 'view', 'composer'];

/**
 * Whoever may read the clock, randomness and the environment; everybody else is given them. The file of
 * `screen/` is the real terminal, which only the composition root asks for.
 */
export const ambientAllowed = [
	'cli.ts',
	'commands/',
	'demo/',
	'screen/clock.ts',
	'screen/process-terminal.ts',
];
const ambient =
	/\b(?:Date\.now|Math\.random|randomUUID|process\.env)\b|\bnew Date\(\)|\benv\b[^={}]*\} = process\b/g;

/** Layers whose result depends on their input only. */
export const timeless = ['protocol', 'thread', 'keys', 'asks', 'view', 'composer'];
const timely = /\b(?:performance\.now\(|setTimeout\(|setInterval\(|setImmediate\()/g;

export const maxLines = 300;
/** Longer files, each with the reason why it stays in one piece. */
export const longFiles: Readonly<Record<string, string>> = {};

/** Paths are relative to `source/`, with `/`. */
export type Tree = ReadonlyMap<string, string>;

const within = (file: string, places: readonly string[]): boolean =>
	places.some(place => (place.endsWith('/') ? file.startsWith(place) : file === place));

const layerOf = (file: string): string => file.split('/')[0] ?? file;

const packageOf = (specifier: string): string =>
	specifier
		.split('/')
		.slice(0, specifier.startsWith('@') ? 2 : 1)
		.join('/');

const targetOf = (file: string, specifier: string): string =>
	path.posix.join(path.posix.dirname(file), specifier);

const importViolation = (file: string, specifier: string, tree: Tree): string | undefined => {
	const layer = layerOf(file);
	if (specifier.startsWith('node:')) {
		return withoutNode.includes(layer) ? `${file} imports ${specifier}: ${layer} does no I/O` : undefined;
	}
	if (!specifier.startsWith('.')) {
		const places = packages[packageOf(specifier)];
		if (places === undefined) {
			return `${file} imports ${specifier}: the package has no place in the table`;
		}
		return within(file, places) ? undefined : `${file} imports ${specifier}: only ${places.join(', ')} may`;
	}
	const target = targetOf(file, specifier);
	if (target.startsWith('..')) {
		// Data beside the sources, such as package.json; never code.
		return target.endsWith('.json') ? undefined : `${file} imports ${specifier}: outside source/`;
	}
	if (!tree.has(target)) {
		return `${file} imports ${specifier}: there is no such file`;
	}
	const allowed = layers[layer];
	const wanted = layerOf(target);
	const isAllowed =
		wanted === layer || allowed === 'everything' || allowed?.some(each => each === wanted || each === target);
	return isAllowed ? undefined : `${file} imports ${target}: ${layer} may not import ${wanted}`;
};

/** Every cycle once, as the files on it, the alphabetically first file first. */
const cycles = (tree: Tree): string[] => {
	const found = new Set<string>();
	const done = new Set<string>();
	const trail: string[] = [];
	const visit = (file: string): void => {
		const at = trail.indexOf(file);
		if (at !== -1) {
			const loop = trail.slice(at);
			const first = loop.indexOf([...loop].sort()[0] ?? file);
			found.add([...loop.slice(first), ...loop.slice(0, first)].join(' → '));
			return;
		}
		if (done.has(file)) {
			return;
		}
		trail.push(file);
		for (const specifier of importsOf(tree.get(file) ?? '')) {
			const target = targetOf(file, specifier);
			if (specifier.startsWith('.') && tree.has(target)) {
				visit(target);
			}
		}
		trail.pop();
		done.add(file);
	};
	[...tree.keys()].forEach(visit);
	return [...found].map(loop => `a cycle of imports: ${loop}`);
};

const fileViolations = (file: string, text: string, tree: Tree): string[] => {
	const layer = layerOf(file);
	if (!(layer in layers)) {
		return [`${file}: ${layer} is not a layer of the table`];
	}
	const code = withoutComments(text);
	const lines = text.trimEnd().split('\n').length;
	const said = (pattern: RegExp, why: string): string[] =>
		[...new Set(code.match(pattern) ?? [])].map(word => `${file} uses ${word}: ${why}`);
	return [
		...importsOf(text).flatMap(specifier => importViolation(file, specifier, tree) ?? []),
		...(within(file, ambientAllowed) ? [] : said(ambient, 'it must be given from outside')),
		...(timeless.includes(layer) ? said(timely, `${layer} knows no time`) : []),
		...(lines > maxLines && !(file in longFiles)
			? [`${file} has ${lines} lines: ${maxLines} is the limit`]
			: []),
	];
};

/** One sentence for each rule that the tree breaks; empty when it keeps all of them. */
export const violations = (tree: Tree): string[] => [
	...[...tree].flatMap(([file, text]) => fileViolations(file, text, tree)),
	...cycles(tree),
];
