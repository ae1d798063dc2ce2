/**
 * Reads names out of the generated types of the pinned Codex: the methods of a union of messages and the members of
 * an object type. A plain reading of text, so whoever uses it has the compiler confirm what it found.
 */
import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';

export type Message = {
	readonly method: string;
	/** The name of the type of its `params`; undefined where it takes none. */
	readonly params: string | undefined;
};

export type Generated = {
	readonly messages: (union: 'ClientRequest' | 'ServerNotification' | 'ServerRequest') => readonly Message[];
	/** The members of the type by this name, of all its variants; empty for one that is no object. */
	readonly members: (type: string) => readonly string[];
};

const withoutComments = (text: string): string =>
	text.replace(/\/\*[\s\S]*?\*\//gu, '').replace(/^\/\/.*$/gmu, '');

/** Names before a `:` directly inside the outermost braces. */
const outerNames = (body: string): string[] => {
	const names = new Set<string>();
	let depth = 0;
	for (const [token, name] of body.matchAll(/[{}<>[\]]|("(?:[^"\\]|\\.)*"|[\w$]+)\??:|"(?:[^"\\]|\\.)*"/gu)) {
		if ('{<['.includes(token)) depth += 1;
		else if ('}>]'.includes(token)) depth -= 1;
		else if (depth === 1 && name !== undefined) names.add(name.replaceAll('"', ''));
	}
	return [...names];
};

/** `folder`: what `codex app-server generate-ts` wrote. */
export const readGenerated = (folder: string): Generated => {
	const files = new Map(
		[folder, path.join(folder, 'v2')].flatMap(each =>
			readdirSync(each)
				.filter(name => name.endsWith('.ts'))
				.map(name => [name.slice(0, -3), path.join(each, name)] as const),
		),
	);
	const bodyOf = (type: string): string => {
		const file = files.get(type);
		if (file === undefined) throw new Error(`there is no generated type ${type}`);
		return withoutComments(readFileSync(file, 'utf8')).split(`export type ${type} =`)[1] ?? '';
	};
	return {
		messages: union =>
			[
				...bodyOf(union).matchAll(
					/\{\s*"method":\s*"([^"]+)"(?:,\s*id: RequestId)?(?:,\s*"?params"?\??:\s*(\w+))?/gu,
				),
			].map(([, method = '', params]) => ({method, params: params === 'undefined' ? undefined : params})),
		members: type => outerNames(bodyOf(type)),
	};
};
