import {expect, test} from 'vitest';
import type {AgentInfo, ThreadId} from '../../source/thread/state.ts';
import {agentRows} from '../../source/view/agents.ts';
import {rowWidth} from '../../source/view/width.ts';
import {lines, thread} from './samples.ts';

const agents: readonly AgentInfo[] = [
	{
		threadId: '019a1234-5678-7000-8000-000000000000' as ThreadId,
		label: 'tester',
		status: 'running',
		message: 'reading\nthe tests',
	},
	{
		threadId: '019a9999-5678-7000-8000-000000000000' as ThreadId,
		label: undefined,
		status: 'pendingInit',
		message: undefined,
	},
];

test('one row an agent', () => {
	expect(lines(agentRows(thread([], {agents}), 60, -1))).toEqual([
		'● tester  running  reading the tests',
		'○ 019a9999-5678  pending init',
	]);
});

test('the selected one is inverted over the whole width', () => {
	const rows = agentRows(thread([], {agents}), 60, 1);
	expect(rowWidth(rows[1] ?? [])).toBe(60);
	expect(rows[1]?.every(span => span.sgr.split(';').includes('7'))).toBe(true);
	expect(rows[0]?.some(span => span.sgr.split(';').includes('7'))).toBe(false);
});

test('no agents is said in words, and rows are kept while nothing changes', () => {
	expect(lines(agentRows(thread([]), 80, -1))).toEqual([
		'No sub-agents: when this thread starts some, they show here.',
	]);
	expect(agentRows(thread([], {agents}), 60, 0)).toBe(agentRows(thread([], {agents}), 60, 0));
});
