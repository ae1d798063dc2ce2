/** Recorded scenarios about what an agent does: messages, commands, patches, tools, sub-agents. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {deltaOf, greetAndWatch, greeting, playOne, type Recording, rule, textInput} from './stage.ts';

const markdown = `The race is in \`renew()\`: two callers read the **same** token.

1. take the lock first
2. read the token again

\`\`\`ts
await lock.acquire();
\`\`\`

Ha ha haha — wide: 日本語, emoji: 👩‍👩‍👧 ✅.`;

const patch = (file: string, ...lines: readonly string[]): string =>
	['*** Begin Patch', ...file.split('\n'), ...lines, '*** End Patch'].join('\n');

const simpleMessage: Recording = {
	rules: [greeting, rule('Explain', [{do: 'message', text: markdown, deltaChars: 7}])],
	play: playOne('Explain the flaky login test'),
};

const reasoningAndPlan: Recording = {
	rules: [
		greeting,
		rule(
			'Plan it',
			[
				{do: 'reason', summary: ['**Reading** the test first', '**Then** the code']},
				{do: 'message', text: 'I make a plan.'},
				{
					do: 'plan',
					explanation: 'Test first.',
					steps: [
						['in_progress', 'Read the test'],
						['pending', 'Fix the race'],
					],
				},
			],
			[
				{
					do: 'plan',
					steps: [
						['completed', 'Read the test'],
						['in_progress', 'Fix the race'],
					],
				},
			],
			[{do: 'message', text: 'The plan stands.'}],
		),
	],
	play: playOne('Plan it'),
};

const commandPassAndFail: Recording = {
	rules: [
		greeting,
		rule(
			'Run the tests',
			[{do: 'command', command: "printf 'not ok 1 - renews the token\\n' >&2; exit 1"}],
			[{do: 'command', command: "printf 'ok 1 - renews the token\\n'"}],
			[{do: 'message', text: 'The second run passes.'}],
		),
	],
	play: playOne('Run the tests'),
};

const longOutput: Recording = {
	rules: [
		greeting,
		rule(
			'Print a lot',
			[
				{
					do: 'command',
					command: 'for n in 1 2 3 4 5 6; do seq $((n * 100)) $((n * 100 + 99)); sleep 0.1; done',
				},
			],
			[{do: 'message', text: 'That was a lot.'}],
		),
	],
	play: playOne('Print a lot'),
};

const patchInside: Recording = {
	rules: [
		greeting,
		rule(
			'Fix it',
			[
				{
					do: 'patch',
					patch: patch(
						'*** Update File: login.ts',
						'@@',
						' export const renew = async () => {',
						'-\treturn token;',
						'+\tawait lock();',
						'+\treturn token;',
						' };',
						'*** Add File: notes.md',
						'+# Notes',
						'*** Delete File: old.ts',
					),
				},
			],
			[{do: 'message', text: 'Fixed.'}],
		),
	],
	options: () => ({
		files: {
			'login.ts': 'export const renew = async () => {\n\treturn token;\n};\n',
			'old.ts': 'export {};\n',
		},
	}),
	play: playOne('Fix it'),
};

/** The pause at the start is the server's: what a command prints in its first moments comes in no delta. */
const joinMidCommand: Recording = {
	rules: [
		greeting,
		rule(
			'Run the slow one',
			[
				{
					do: 'command',
					command: "sleep 0.5; printf 'started\\n'; until [ -e go ]; do sleep 0.05; done; printf 'done\\n'",
				},
			],
			[{do: 'message', text: 'It took a while.'}],
		),
	],
	play: async stage => {
		const {pilot, scenario, watch, ended} = stage;
		await pilot.startThread();
		await pilot.play('Good morning');
		const turnId = await pilot.say('Run the slow one');
		await pilot.client.waitFor(
			frame => frame.method === 'item/commandExecution/outputDelta' && deltaOf(frame).includes('started'),
		);
		const watcher = await watch();
		await watcher.call('thread/backgroundTerminals/list', {threadId: pilot.threadId()});
		writeFileSync(path.join(scenario.workdir, 'go'), '');
		await ended(turnId);
	},
};

const mcpTool: Recording = {
	rules: [
		greeting,
		rule(
			'What is the weather',
			[{do: 'tool', namespace: 'mcp__weather', name: 'forecast', arguments: {city: 'Oslo'}}],
			[{do: 'message', text: 'Rain in Oslo.'}],
		),
	],
	options: folder => ({
		extraConfig: `[mcp_servers.weather]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(path.join(folder, 'mcp-weather.mjs'))}]\n`,
	}),
	play: async stage => {
		const {pilot, ended} = stage;
		await greetAndWatch(stage);
		const turnId = await pilot.say('What is the weather in Oslo?');
		for (const content of [null, {unit: 'celsius'}]) {
			const {id} = await pilot.asked('mcpServer/elicitation/request');
			pilot.client.respond(id, {action: 'accept', content, _meta: null});
		}

		await ended(turnId);
	},
};

const subAgent: Recording = {
	rules: [
		greeting,
		rule('Count the words in notes', [{do: 'message', text: 'There are 3 words.'}]),
		rule(
			'Ask a helper',
			[
				{
					do: 'tool',
					namespace: 'collaboration',
					name: 'spawn_agent',
					arguments: {
						task_name: 'count_words',
						message: 'Count the words in notes',
						fork_turns: 'none',
					},
				},
			],
			[
				{
					do: 'tool',
					namespace: 'collaboration',
					name: 'wait_agent',
					arguments: {timeout_ms: 10_000},
				},
			],
			[{do: 'message', text: 'The helper says: 3 words.'}],
		),
	],
	play: playOne('Ask a helper'),
};

const otherItems: Recording = {
	rules: [
		greeting,
		rule(
			'Do odd things',
			[{do: 'tool', name: 'view_image', arguments: {path: 'dot.png'}}],
			[{do: 'tool', namespace: 'clock', name: 'sleep', arguments: {duration_ms: 20}}],
			[
				{
					do: 'raw',
					item: {
						type: 'web_search_call',
						status: 'completed',
						action: {type: 'search', query: 'flaky tests'},
					},
				},
				{do: 'message', text: 'That was odd.'},
			],
		),
		rule('', [{do: 'message', text: 'In short: odd things were done.'}]),
	],
	play: async stage => {
		const {pilot, scenario, ended, watcher} = stage;
		const png =
			'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
		writeFileSync(path.join(scenario.workdir, 'dot.png'), Buffer.from(png, 'base64'));
		await greetAndWatch(stage);
		await ended(await pilot.say('Do odd things'));
		for (const [method, params] of [
			['thread/compact/start', {}],
			[
				'review/start',
				{target: {type: 'custom', instructions: 'Look at the odd things'}, delivery: 'inline'},
			],
		] as const) {
			const before = watcher()
				.frames()
				.filter(frame => frame.method === 'turn/completed').length;
			await pilot.client.call(method, {threadId: pilot.threadId(), ...params});
			await watcher().waitFor(
				frame =>
					frame.method === 'turn/completed' &&
					watcher()
						.frames()
						.filter(({method: name}) => name === 'turn/completed').length > before,
			);
		}
	},
};

/** Plan mode: what stands between the tags becomes an item of its own. */
const planMode: Recording = {
	rules: [
		greeting,
		rule('Only plan', [
			{
				do: 'message',
				text: 'Here is it.\n\n<proposed_plan>\n# Fix\n\n- share one renewal\n</proposed_plan>\n',
			},
		]),
	],
	play: async stage => {
		const {pilot, ended} = stage;
		await greetAndWatch(stage);
		const {turn} = await pilot.client.call('turn/start', {
			threadId: pilot.threadId(),
			input: textInput('Only plan'),
			collaborationMode: {
				mode: 'plan',
				settings: {model: 'gpt-6-sol', reasoning_effort: null, developer_instructions: null},
			},
		});
		await ended((turn as {id: string}).id);
	},
};

export const work: Readonly<Record<string, Recording>> = {
	'simple-message': simpleMessage,
	'reasoning-and-plan': reasoningAndPlan,
	'command-pass-and-fail': commandPassAndFail,
	'long-output': longOutput,
	patch: patchInside,
	'join-mid-command': joinMidCommand,
	'mcp-tool': mcpTool,
	'sub-agent': subAgent,
	'other-items': otherItems,
	'plan-mode': planMode,
};
