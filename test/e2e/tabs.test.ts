/** The panes beside the thread, search, folds, layout, copying, the picker and the list: by keys, as a person does. */
import {expect, test} from 'vitest';
import {bindings} from '../../source/keys/bindings.ts';
import {runCli} from '../support/cli.ts';
import type {Scenario} from '../support/harness.ts';
import type {Pty} from '../support/pty.ts';
import {begin, beginWith, eventually, openJumpseat, openLive, rule, say} from './support.ts';

const rules = [
	rule(
		'Plan it',
		[
			{
				do: 'plan',
				explanation: 'Test first.',
				steps: [
					['completed', 'Read the test'],
					['in_progress', 'Fix the race'],
				],
			},
		],
		[say('The plan stands.')],
	),
	rule(
		'Fix it',
		[
			{
				do: 'patch',
				patch: ['*** Begin Patch', '*** Add File: fix.md', '+the fixed line', '*** End Patch'].join('\n'),
			},
		],
		[say('It is fixed.')],
	),
	rule('Print', [{do: 'command', command: 'seq 1001 1060'}], [say('Printed.')]),
];

/** What stands right of the Thread pane, in the wide layout. */
const side = (pty: Pty): string =>
	pty
		.screen()
		.map(line => line.slice(line.lastIndexOf('││') + 1))
		.join('\n');

const left = (pty: Pty): string =>
	pty
		.screen()
		.map(line => line.slice(0, line.indexOf('││') + 1))
		.join('\n');

const worked = (): Promise<Scenario> => beginWith(['Plan it', 'Print', 'Fix it'], rules);

test('Events: the filter, an event as JSON, and back', async () => {
	const scenario = await worked();
	const jumpseat = await openLive(scenario, 'It is fixed.');
	await scenario.pilot.play('Plan it');
	jumpseat.type('2/plan\r');
	await jumpseat.waitFor(() => /turn\/plan\/updated/.test(side(jumpseat)) && !/item\//.test(side(jumpseat)));
	await jumpseat.waitFor('/plan · ');
	jumpseat.press('up');
	jumpseat.press('enter');
	await jumpseat.waitFor('"Fix the race"');
	jumpseat.press('escape');
	await jumpseat.waitFor(() => /turn\/plan\/updated/.test(side(jumpseat)));
	jumpseat.press('escape');
	jumpseat.press('escape');
	await jumpseat.waitFor(() => /thread\/status/.test(side(jumpseat)));
	await eventually(jumpseat, () => expect(side(jumpseat)).toContain('item/'));
});

test('Plan, Diff, Agents and Threads show theirs, and a search in the thread walks through its matches', async () => {
	const scenario = await worked();
	const jumpseat = await openLive(scenario, 'It is fixed.');
	jumpseat.type('4');
	await jumpseat.waitFor(
		() => side(jumpseat).includes('the fixed line') && side(jumpseat).includes('fix.md'),
	);
	await scenario.pilot.play('Plan it');
	jumpseat.type('3');
	await jumpseat.waitFor(
		() => side(jumpseat).includes('Fix the race') && side(jumpseat).includes('Test first.'),
	);
	jumpseat.type('5');
	await jumpseat.waitFor('No sub-agents');

	jumpseat.type('1/stands\r');
	await jumpseat.waitFor(() => left(jumpseat).includes('The plan stands.'));
	const marked = () =>
		jumpseat.screen().findIndex(line => line.includes('▎') && line.includes('The plan stands.'));
	await jumpseat.waitFor(() => marked() !== -1);
	jumpseat.type('N');
	await jumpseat.waitFor(() => left(jumpseat).includes('seq 1001') && marked() !== -1);
	jumpseat.type('n');
	await jumpseat.waitFor(() => !left(jumpseat).includes('seq 1001') && marked() !== -1);
	jumpseat.type('/nowhere to be found\r');
	await jumpseat.waitFor('"nowhere to be found" is not in this thread.');
	jumpseat.press('escape');
	await jumpseat.waitFor(() => marked() !== -1);
	jumpseat.press('escape');
	await jumpseat.waitFor(() => marked() === -1);
	jumpseat.press('escape');
	await jumpseat.waitFor('turn 4 · completed');
});

test('Enter folds and unfolds, y copies by OSC 52, z zooms, < and > move the border', async () => {
	const scenario = await beginWith(['Print'], rules);
	const jumpseat = await openLive(scenario, 'Printed.', {rows: 80});
	await jumpseat.waitFor(/\d+ lines more/);
	await eventually(jumpseat, () => expect(left(jumpseat)).not.toContain('│ 1001'));
	jumpseat.type('K');
	await jumpseat.waitFor('▎');
	jumpseat.type('K');
	await jumpseat.waitFor(lines => lines.some(line => line.includes('▎') && line.includes('seq 1001')));
	jumpseat.press('enter');
	await jumpseat.waitFor('│ 1001');
	jumpseat.type('y');
	await jumpseat.waitFor(/Copied \d+ characters/);
	const [, copied = ''] = /\u001B\]52;c;([\w+/=]+)\u0007/.exec(jumpseat.output()) ?? [];
	expect(Buffer.from(copied, 'base64').toString()).toContain('1001\n1002\n');
	jumpseat.press('enter');
	await jumpseat.waitFor(/\d+ lines more/);

	const border = (): number => jumpseat.screen()[2]?.indexOf('╮╭') ?? -1;
	const middle = border();
	jumpseat.type('>>');
	await jumpseat.waitFor(() => border() > middle);
	jumpseat.type('<<<');
	await jumpseat.waitFor(() => border() < middle && border() !== -1);
	jumpseat.type('z');
	await jumpseat.waitFor(
		lines => /^╭ Thread ─+.*╮$/.test(lines[2] ?? '') && !lines.join('').includes('Events'),
	);
	jumpseat.type('z');
	await jumpseat.waitFor('Events  Plan');
});

test('help lists every key of the table, and any way out of it leads back', async () => {
	const scenario = await beginWith(['Print'], rules);
	const jumpseat = await openLive(scenario, 'Printed.', {rows: 120});
	for (const close of ['escape', 'enter'] as const) {
		jumpseat.type('?');
		await eventually(jumpseat, () => {
			const text = jumpseat.screen().join('\n');
			for (const {context, does} of bindings) if (context !== 'overlay') expect(text).toContain(does);
		});
		jumpseat.press(close);
		await jumpseat.waitFor('╭ Thread');
	}
});

test('several live threads: the list names them, the picker opens one, Threads switches, Esc goes back', async () => {
	const scenario = await begin([rule(/Say (\w+)/, [say('Said.')]), ...rules]);
	const ids: string[] = [];
	for (const name of ['alpha', 'beta']) {
		ids.push(await scenario.pilot.startThread());
		await scenario.pilot.play(`Say ${name}`);
	}

	const listed = await runCli(['ls', '--connect', scenario.endpoint]);
	expect(listed).toMatchObject({code: 0, stderr: ''});
	expect(listed.stdout.trimEnd().split('\n')).toHaveLength(2);
	for (const id of ids) expect(listed.stdout).toContain(id);
	const json = await runCli(['ls', '--json', '--connect', scenario.endpoint]);
	const objects = json.stdout
		.trimEnd()
		.split('\n')
		.map(line => JSON.parse(line) as Record<string, unknown>);
	expect(new Set(objects.map(({id}) => id))).toEqual(new Set(ids));
	expect(objects[0]).toMatchObject({status: 'idle', waitingOn: 'nobody', cwd: scenario.workdir});

	const jumpseat = openJumpseat(scenario);
	await jumpseat.waitFor('Say alpha');
	await jumpseat.waitFor('Say beta');
	jumpseat.type('alpha');
	await jumpseat.waitFor(lines => !lines.join('\n').includes('Say beta'));
	jumpseat.press('enter');
	await jumpseat.waitFor('● live');
	await jumpseat.waitFor(() => left(jumpseat).includes('Say alpha') && left(jumpseat).includes('Said.'));
	jumpseat.type('6');
	await jumpseat.waitFor(() => side(jumpseat).includes('Say beta'));
	const rows = side(jumpseat).split('\n').slice(3);
	const [alpha, beta] = ['Say alpha', 'Say beta'].map(name => rows.findIndex(row => row.includes(name)));
	jumpseat.press((alpha ?? 0) < (beta ?? 0) ? 'down' : 'up');
	jumpseat.press('enter');
	await jumpseat.waitFor(() => left(jumpseat).includes('Say beta') && left(jumpseat).includes('Said.'));
	await jumpseat.waitFor('● live');
	jumpseat.press('escape');
	await jumpseat.waitFor(() => left(jumpseat).includes('Say alpha'));
	await scenario.pilot.client.call('thread/loaded/list');
	jumpseat.type('q');
	expect((await jumpseat.exit).code).toBe(0);
});

test('a sub-agent of the thread is listed in Agents, Enter opens its thread, and Esc leads back', async () => {
	const tool = (name: string, args: Readonly<Record<string, unknown>>) =>
		[{do: 'tool', namespace: 'collaboration', name, arguments: args}] as const;
	const scenario = await beginWith(
		['Good morning'],
		[
			rule('Count the words', [say('There are 3 words.')]),
			rule(
				'Ask a helper',
				tool('spawn_agent', {task_name: 'count_words', message: 'Count the words', fork_turns: 'none'}),
				tool('wait_agent', {timeout_ms: 10_000}),
				[say('The helper says: 3 words.')],
			),
		],
	);
	const jumpseat = await openLive(scenario, 'Good morning');
	await scenario.pilot.play('Ask a helper');
	await jumpseat.waitFor('The helper says: 3 words.');
	jumpseat.type('5');
	await jumpseat.waitFor(() => side(jumpseat).includes('count_words'));
	jumpseat.press('enter');
	await jumpseat.waitFor(() => left(jumpseat).includes('There are 3 words.'));
	await jumpseat.waitFor('● live');
	jumpseat.press('escape');
	await jumpseat.waitFor(() => left(jumpseat).includes('The helper says: 3 words.'));
	await jumpseat.waitFor('● live');
	jumpseat.type('q');
	expect((await jumpseat.exit).code).toBe(0);
});
