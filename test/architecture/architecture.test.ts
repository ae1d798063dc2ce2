/** The sources keep the rules of `rules.ts`, and the check sees it when a tree does not. */
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {importsOf} from './imports.ts';
import {longFiles, maxLines, packages, type Tree, violations} from './rules.ts';

const source = fileURLToPath(new URL('../../source', import.meta.url));

const readTree = (): Tree =>
	new Map(
		readdirSync(source, {recursive: true, encoding: 'utf8'})
			.filter(file => /\.tsx?$/.test(file))
			.sort()
			.map(file => [file.replaceAll(path.sep, '/'), readFileSync(path.join(source, file), 'utf8')]),
	);

/** The violations of a tree in which every file that is imported exists. */
const offences = (files: Record<string, string>): string[] => violations(new Map(Object.entries(files)));

describe('the sources', () => {
	const tree = readTree();

	it('are found', () => {
		expect(tree.size).toBeGreaterThan(50);
		expect([...tree.values()].flatMap(importsOf).length).toBeGreaterThan(tree.size);
	});

	it('keep the rules of the architecture', () => {
		expect(violations(tree)).toEqual([]);
	});

	it('need every exception that the tables make', () => {
		const imported = new Set([...tree.values()].flatMap(importsOf));
		const used = (name: string) => [...imported].some(each => each === name || each.startsWith(`${name}/`));
		expect(Object.keys(packages).filter(name => !used(name))).toEqual([]);
		const isLong = (file: string) => (tree.get(file)?.trimEnd().split('\n').length ?? 0) > maxLines;
		expect(Object.keys(longFiles).filter(file => !isLong(file))).toEqual([]);
	});
});

describe('the check of the architecture', () => {
	it('accepts a tree that keeps the rules', () => {
		const files = {
			'cli.ts':
				"import process from 'node:process';\nconst {attach} = await import('./commands/attach.tsx');\nprocess.env.A;",
			'commands/attach.tsx':
				"import {render} from 'ink';\nimport {reduce} from '../thread/reduce.ts';\nDate.now();",
			'thread/reduce.ts': "// Date.now() is not ours\nimport type {Wire} from '../protocol/types.ts';",
			'protocol/types.ts': 'export type Wire = string;',
		};
		expect(offences(files)).toEqual([]);
	});

	it.each([
		['a plain import', "import {App} from '../ui/app.tsx';"],
		['a type', "import type {App} from '../ui/app.tsx';"],
		['several lines', "import {\n\tApp,\n\ttype Other,\n} from '../ui/app.tsx';"],
		['a re-export', "export {App} from '../ui/app.tsx';"],
		['a star', "export * from '../ui/app.tsx';"],
		['a side effect', "import '../ui/app.tsx';"],
		['a dynamic import', "const later = () => import('../ui/app.tsx');"],
		['a type expression', "export type A = import('../ui/app.tsx').App;"],
	])('sees an upper layer imported by %s', (_title, text) => {
		expect(offences({'view/a.ts': text, 'ui/app.tsx': ''})).toEqual([
			'view/a.ts imports ui/app.tsx: view may not import ui',
		]);
	});

	it('sees a package out of its place, with its subpaths, and one without a place', () => {
		const text =
			"import WebSocket from 'ws';\nimport {jsx} from 'react/jsx-runtime';\nimport {x} from '@some/thing/deep';";
		expect(offences({'app/a.ts': text})).toEqual([
			'app/a.ts imports ws: only transport/, demo/json-rpc-client.ts may',
			'app/a.ts imports react/jsx-runtime: only ui/, commands/attach.tsx may',
			'app/a.ts imports @some/thing/deep: the package has no place in the table',
		]);
	});

	it('sees I/O, the clock and the environment where they do not belong', () => {
		const text =
			"import {readFileSync} from 'node:fs';\nconst a = Date.now() + Math.random();\nconst b = new Date();\nsetTimeout(() => {}, 1);";
		expect(offences({'thread/a.ts': text})).toEqual([
			'thread/a.ts imports node:fs: thread does no I/O',
			'thread/a.ts uses Date.now: it must be given from outside',
			'thread/a.ts uses Math.random: it must be given from outside',
			'thread/a.ts uses new Date(): it must be given from outside',
			'thread/a.ts uses setTimeout(: thread knows no time',
		]);
		expect(offences({'transport/a.ts': 'const home = process.env.HOME;'})).toEqual([
			'transport/a.ts uses process.env: it must be given from outside',
		]);
		expect(offences({'transport/a.ts': 'const {env, pid} = process;'})).toEqual([
			'transport/a.ts uses env, pid} = process: it must be given from outside',
		]);
	});

	it('sees a cycle, once, however it is entered', () => {
		const files = {
			'view/c.ts': "import './a.ts';",
			'view/a.ts': "import type {B} from './b.ts';",
			'view/b.ts': "import {c} from './c.ts';",
			'view/outside.ts': "import './b.ts';",
		};
		expect(offences(files)).toEqual(['a cycle of imports: view/a.ts → view/b.ts → view/c.ts']);
	});

	it('sees a file that is too long, an unknown layer and an import of nothing', () => {
		expect(offences({'view/long.ts': `${'\n'.repeat(maxLines)}end`})).toEqual([
			`view/long.ts has ${maxLines + 1} lines: ${maxLines} is the limit`,
		]);
		expect(offences({'helpers/a.ts': ''})).toEqual(['helpers/a.ts: helpers is not a layer of the table']);
		expect(offences({'view/a.ts': "import '../../test/b.ts';\nimport './gone.ts';"})).toEqual([
			'view/a.ts imports ../../test/b.ts: outside source/',
			'view/a.ts imports ./gone.ts: there is no such file',
		]);
	});
});
