/**
 * Permissions as lines that a person can grant one by one (PROTOCOL: what is left out of the answer is denied).
 *
 * Invariant: nothing that could not be understood becomes grantable, and nothing that narrows a permission is lost:
 * a grant is never wider than what was asked. Called by `read.ts`.
 */
import {asArray, asRecord, asString, type JsonRecord} from '../protocol/fields.ts';
import type {Json} from '../protocol/types.ts';
import type {PermissionLine, PermissionsAsk} from './ask.ts';
import type {Field} from './field.ts';

export type ReadPermissions = Pick<PermissionsAsk, 'lines' | 'forbidden' | 'extras'> & {
	readonly notes: readonly string[];
};

type Source = PermissionLine['sources'][number];

const specialPlace = (value: JsonRecord | undefined): string | undefined => {
	const below = asString(value?.subpath);
	const suffix = below === undefined ? '' : `, in ${below}`;
	switch (asString(value?.kind)) {
		case 'root':
			return 'the whole file system';
		case 'minimal':
			return 'the few system folders that programs need';
		case 'project_roots':
			return `the folders of the project${suffix}`;
		case 'tmpdir':
			return 'the folder for temporary files ($TMPDIR)';
		case 'slash_tmp':
			return '/tmp';
		default:
			return undefined;
	}
};

const placeOf = (path: unknown): string | undefined => {
	const record = asRecord(path);
	switch (asString(record?.type)) {
		case 'path':
			return asString(record?.path);
		case 'glob_pattern': {
			const pattern = asString(record?.pattern);
			return pattern === undefined ? undefined : `whatever matches ${pattern}`;
		}
		case 'special':
			return specialPlace(asRecord(record?.value));
		default:
			return undefined;
	}
};

/** Fields that say something: `null` says nothing. */
const saidKeys = (record: JsonRecord): string[] =>
	Object.keys(record).filter(key => record[key] !== null && record[key] !== undefined);

const readFileSystem = (record: JsonRecord): ReadPermissions => {
	const lines = new Map<string, PermissionLine>();
	const forbidden: Array<{target: string; value: Json}> = [];
	const notes: string[] = [];
	const add = (access: 'read' | 'write', target: string, source: Source): void => {
		const key = `${access} ${target}`;
		lines.set(key, {access, target, sources: [...(lines.get(key)?.sources ?? []), source]});
	};
	const refuse = (why: string): ReadPermissions => ({
		lines: [],
		forbidden: [],
		extras: {},
		notes: [`${why}, so no file access can be granted from here`],
	});
	for (const list of ['read', 'write'] as const) {
		if (record[list] !== null && record[list] !== undefined && asArray(record[list]) === undefined) {
			notes.push(`its list of paths to ${list} cannot be read; they are not granted`);
		}
		for (const path of asArray(record[list]) ?? []) {
			const target = asString(path);
			if (target === undefined) notes.push(`a path to ${list} cannot be read; it is not granted`);
			else add(list, target, {list, value: target});
		}
	}
	if (record.entries !== null && record.entries !== undefined && asArray(record.entries) === undefined) {
		return refuse('its entries cannot be read');
	}
	for (const entry of asArray(record.entries) ?? []) {
		const value = entry as Json;
		const access = asString(asRecord(entry)?.access);
		const target = placeOf(asRecord(entry)?.path);
		if (access === 'deny') forbidden.push({target: target ?? 'a place that cannot be read', value});
		else if (access !== 'read' && access !== 'write')
			return refuse('it asks for a kind of access that is not known');
		else if (target === undefined) notes.push(`a place to ${access} is not known; it is not granted`);
		else add(access, target, {list: 'entries', value});
	}
	const known = ['read', 'write', 'entries', 'globScanMaxDepth'];
	const unknown = saidKeys(record).filter(key => !known.includes(key));
	if (unknown.length > 0) return refuse(`it holds ${unknown.join(', ')}, which is not known`);
	const depth = record.globScanMaxDepth;
	const extras: Record<string, Json> = typeof depth === 'number' ? {globScanMaxDepth: depth} : {};
	return {lines: [...lines.values()], forbidden, extras, notes};
};

/** `{network: {enabled} | null, fileSystem: {read, write, entries?, globScanMaxDepth?} | null}`, of any shape. */
export const readPermissions = (permissions: unknown): ReadPermissions => {
	const record = asRecord(permissions);
	if (record === undefined) return {lines: [], forbidden: [], extras: {}, notes: []};
	const notes: string[] = [];
	const lines: PermissionLine[] = [];
	const network = asRecord(record.network);
	if (network !== undefined) {
		const unknown = saidKeys(network).filter(key => key !== 'enabled');
		if (unknown.length > 0)
			notes.push(`its network access holds ${unknown.join(', ')}, which is not known; it is not granted`);
		else if (network.enabled === true) lines.push({access: 'network', target: '', sources: []});
	} else if (record.network !== null && record.network !== undefined) {
		notes.push('its network access cannot be read; it is not granted');
	}
	const fileSystem = asRecord(record.fileSystem);
	const files = fileSystem === undefined ? undefined : readFileSystem(fileSystem);
	if (fileSystem === undefined && record.fileSystem !== null && record.fileSystem !== undefined) {
		notes.push('its file access cannot be read; it is not granted');
	}
	const unknown = saidKeys(record).filter(key => key !== 'network' && key !== 'fileSystem');
	if (unknown.length > 0)
		notes.push(`it also asks for ${unknown.join(', ')}, which is not known; it is not granted`);
	return {
		lines: [...lines, ...(files?.lines ?? [])],
		forbidden: files?.forbidden ?? [],
		extras: files?.extras ?? {},
		notes: [...notes, ...(files?.notes ?? [])],
	};
};

/**
 * A toggle for each line, off; then the scope, which starts at the smaller one. A line is called what it is, so that a
 * script which grants one cannot grant another that came in its place.
 */
export const permissionFields = (lines: readonly PermissionLine[]): readonly Field[] => [
	...lines.map(
		({access, target}): Field => ({
			key: access === 'network' ? access : `${access} ${target}`,
			title: access === 'network' ? 'use the network' : `${access} ${target}`,
			description: '',
			required: false,
			secret: false,
			input: {type: 'toggle'},
		}),
	),
	{
		key: 'scope',
		title: 'for',
		description: '',
		required: true,
		secret: false,
		input: {
			type: 'one',
			options: [
				{value: 'turn', title: 'this turn', description: ''},
				{value: 'session', title: 'the whole session', description: ''},
			],
			other: false,
			initial: 0,
		},
	},
];
