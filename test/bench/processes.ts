/**
 * What a program and everything it started costs, read from /proc (Linux only).
 *
 * Invariant: a process that ends while it is being read counts as gone, not as an error.
 */
import {readdirSync, readFileSync} from 'node:fs';

/** `USER_HZ`: the unit of /proc/PID/stat on every Linux, whatever the kernel's own tick. */
const ticksPerSecond = 100;

const read = (file: string): string | undefined => {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return undefined;
	}
};

type Stat = {readonly pid: number; readonly parent: number; readonly cpuMs: number};

/** The name of the program is in brackets and may hold anything: fields count from the last one. See proc(5). */
const statOf = (pid: number): Stat | undefined => {
	const text = read(`/proc/${pid}/stat`);
	const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
	if (!fields) return undefined;
	// utime, stime, and those of children that were waited for: fields 14 to 17.
	const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
	return {pid, parent: Number(fields[1]), cpuMs: (ticks * 1000) / ticksPerSecond};
};

/** The process and its descendants. */
const treeOf = (root: number): readonly Stat[] => {
	const all = readdirSync('/proc')
		.filter(name => /^\d+$/.test(name))
		.flatMap(name => statOf(Number(name)) ?? []);
	const tree = all.filter(({pid}) => pid === root);
	for (const {pid} of tree) tree.push(...all.filter(({parent}) => parent === pid));
	return tree;
};

/** User and system time of the tree so far, to the nearest 10 ms. */
export const cpuMsOf = (root: number): number => treeOf(root).reduce((sum, {cpuMs}) => sum + cpuMs, 0);

const kilobytes = (text: string | undefined, field: string): number | undefined => {
	const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text ?? '')?.[1];
	return found === undefined ? undefined : Number(found);
};

export type Memory = {
	readonly rssMb: number;
	/** Shared pages divided among those who share them; undefined where smaps_rollup may not be read. */
	readonly pssMb: number | undefined;
	readonly processes: number;
};

export const memoryOf = (root: number): Memory => {
	const tree = treeOf(root);
	const sum = (values: ReadonlyArray<number | undefined>): number | undefined =>
		values.includes(undefined)
			? undefined
			: values.reduce<number>((total, kb) => total + (kb ?? 0), 0) / 1024;
	return {
		rssMb: sum(tree.map(({pid}) => kilobytes(read(`/proc/${pid}/status`), 'VmRSS') ?? 0)) ?? 0,
		pssMb: sum(tree.map(({pid}) => kilobytes(read(`/proc/${pid}/smaps_rollup`), 'Pss'))),
		processes: tree.length,
	};
};
