/** A thread of many days has thousands of sub-agents behind it: those that are done go first. */
import {expect, test} from 'vitest';
import {maxAgents} from '../../source/thread/agents.ts';
import {initialThreadState} from '../../source/thread/state.ts';
import {completed, fold, hydrated, notified, turnStarted} from './make.ts';

const agent = (name: string, kind = 'started') =>
	completed({
		type: 'subAgentActivity',
		id: `item of ${name}`,
		kind,
		agentThreadId: name,
		agentPath: `/${name}`,
	});

test('of more agents than are kept the oldest that are done go, and those that run stay', () => {
	const many = Array.from({length: maxAgents + 50}, (_, at) => [
		agent(`a${at}`),
		...(at === 3 ? [] : [notified('thread/closed', {threadId: `a${at}`})]),
	]);
	const state = fold(initialThreadState, hydrated([]), turnStarted('T1'), ...many.flat());
	expect(state.agents).toHaveLength(maxAgents);
	expect(state.agents[0]?.threadId).toBe('a3');
	expect(state.agents.at(-1)?.threadId).toBe(`a${maxAgents + 49}`);
});

test('even when all of them run there are no more', () => {
	const many = Array.from({length: maxAgents + 50}, (_, at) => agent(`a${at}`));
	const state = fold(initialThreadState, hydrated([]), turnStarted('T1'), ...many);
	expect(state.agents).toHaveLength(maxAgents);
	expect(state.agents[0]?.threadId).toBe('a50');
});
