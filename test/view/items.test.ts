import {describe, expect, test} from 'vitest';
import {unwrapShell} from '../../source/thread/shell-command.ts';
import {blockLines, item, itemLines, message, startMs, startSeconds, thread, turn} from './samples.ts';

const running = {phase: 'streaming', completedAtMs: undefined} as const;

const command = (over: object = {}, itemOver: object = {}) =>
	item(
		'c',
		{
			type: 'commandExecution',
			command: `/bin/bash -lc 'npm test'`,
			cwd: '/home/ada/app',
			status: 'completed',
			exitCode: 0,
			durationMs: 4200,
			...over,
		},
		itemOver,
	);

const numbered = (count: number): string =>
	`${Array.from({length: count}, (_, index) => `line ${index + 1}`).join('\n')}\n`;

const patch = '@@ -1,2 +1,2 @@\n same\n-old\n+new\n';

describe('messages', () => {
	test('a user message has a bar, its author, the time and the text', () => {
		expect(itemLines(message('u', 'Please fix it\nsoon'))).toEqual([
			' ▌primary  12:03',
			'   Please fix it',
			'   soon',
		]);
	});

	test('a message of a Jumpseat shows who signed it; attachments are named', () => {
		const content = [
			{type: 'text', text: 'see'},
			{type: 'localImage', path: '/shot.png'},
			{type: 'image', url: 'data:image/png;base64,AAAA'},
			{type: 'skill', name: 'review'},
			{type: 'mention', path: '/a/b.ts'},
			{type: 'hologram'},
		];
		expect(itemLines(item('u', {type: 'userMessage', clientId: 'jumpseat:Ada:1-2', content}))).toEqual([
			' ▌Ada  12:03',
			'   see',
			'   [localImage /shot.png]',
			'   [image]',
			'   $review',
			'   @/a/b.ts',
			'   [hologram]',
		]);
	});

	test('an agent message is Markdown, with a cursor while it streams', () => {
		const content = {type: 'agentMessage', text: 'It is **done**.'} as const;
		expect(itemLines(item('a', content))).toEqual([' ▌agent  12:03', '   It is done.']);
		expect(itemLines(item('a', content, running))).toEqual([' ▌agent  12:03', '   It is done.▍']);
	});

	test('a message joined in its middle says so, a cut one too', () => {
		const content = {type: 'agentMessage', text: 'of the token'} as const;
		expect(itemLines(item('a', content, {...running, missedStart: true}), {columns: 80})).toEqual([
			' ▌agent  12:03',
			'   … joined in the middle; the beginning comes when it completes',
			'   of the token▍',
		]);
		expect(itemLines(item('a', content, {phase: 'cut'}))).toEqual([
			' ▌agent  12:03',
			'   of the token',
			'   cut off',
		]);
	});

	test('a folded message keeps its first lines and says how much is folded', () => {
		const text = 'one\n\ntwo\n\nthree\n\nfour';
		expect(itemLines(item('a', {type: 'agentMessage', text}), {fold: 'closed'})).toEqual([
			' ▌agent  12:03',
			'   one',
			'',
			'   … 5 lines more',
		]);
	});

	test('a hook prompt is one line until it is opened', () => {
		const hook = item('h', {type: 'hookPrompt', fragments: [{text: 'remember'}, {text: 'the guide'}]});
		expect(itemLines(hook)).toEqual([' ↪ hook  remember the guide']);
		expect(itemLines(hook, {fold: 'open'})).toEqual([' ↪ hook', '   remember', '   the guide']);
	});

	test('a plan in words is Markdown', () => {
		expect(itemLines(item('p', {type: 'plan', text: '1. one\n2. two'}))).toEqual([
			' ▌plan  12:03',
			'   1. one',
			'   2. two',
		]);
	});
});

describe('reasoning', () => {
	const content = {
		type: 'reasoning',
		summary: ['**Looking around**\n\nThere are tests.', '**Planning**\n\nFirst this.'],
		content: [],
	} as const;

	test('is folded to its headlines', () => {
		expect(itemLines(item('r', content))).toEqual([' ∴ Looking around · Planning']);
		expect(itemLines(item('r', content), {fold: 'open'})).toEqual([
			' ∴ reasoning',
			'   Looking around',
			'',
			'   There are tests.',
			'',
			'   Planning',
			'',
			'   First this.',
		]);
	});

	test('a headline ends with its bold, also where text follows on the same line', () => {
		const summary = ['**Looking around** There are tests.'];
		const told = item('r', {type: 'reasoning', summary, content: []});
		expect(itemLines(told)).toEqual([' ∴ Looking around']);
		expect(itemLines(told, {fold: 'open'})).toEqual([' ∴ reasoning', '   Looking around There are tests.']);
	});

	test('shows its newest headline and the seconds while it runs', () => {
		expect(itemLines(item('r', content, running), {columns: 40})).toEqual([
			' ∴ Planning                         34 s',
		]);
	});

	test('without a word of text it shows only while it runs', () => {
		const empty = {type: 'reasoning', summary: [], content: []} as const;
		expect(itemLines(item('r', empty, running), {columns: 40})).toEqual([
			' ∴ thinking                         34 s',
		]);
		expect(itemLines(item('r', empty))).toEqual([]);
	});
});

describe('commands', () => {
	test('one line: what ran, the exit code, how long', () => {
		expect(itemLines(command(), {columns: 50})).toEqual([
			' ✓ npm test                         exit 0 · 4.2 s',
		]);
		expect(itemLines(command({exitCode: 1, status: 'failed'}), {columns: 50})).toEqual([
			' ✗ npm test                         exit 1 · 4.2 s',
		]);
	});

	test('a narrow pane puts the outcome on the next line', () => {
		expect(itemLines(command({command: 'npm test -- --watch=false'}), {columns: 28})).toEqual([
			' ✓ npm test -- --watch=false',
			'   exit 0 · 4.2 s',
		]);
	});

	test('output is folded to its last five lines', () => {
		const lines = itemLines(command({aggregatedOutput: numbered(39)}));
		expect(lines.slice(1)).toEqual([
			'   │ … 34 lines more',
			'   │ line 35',
			'   │ line 36',
			'   │ line 37',
			'   │ line 38',
			'   │ line 39',
		]);
	});

	test('six lines are not folded: saying that there is one more costs a line too', () => {
		expect(itemLines(command({aggregatedOutput: numbered(6)})).slice(1)).toHaveLength(6);
		expect(itemLines(command({aggregatedOutput: numbered(7)}))[1]).toBe('   │ … 2 lines more');
	});

	test('the count is right for an output too long to parse whole', () => {
		const lines = itemLines(command({aggregatedOutput: numbered(100_000)}));
		expect(lines[1]).toBe('   │ … 99995 lines more');
		expect(lines.at(-1)).toBe('   │ line 100000');
	});

	test('opened, an output shows its last 2000 lines, wrapped', () => {
		const lines = itemLines(command({aggregatedOutput: numbered(2500)}), {fold: 'open'});
		expect(lines[1]).toBe('   │ … 500 lines more');
		expect(lines).toHaveLength(2002);
		const long = itemLines(command({aggregatedOutput: 'x'.repeat(60)}), {fold: 'open', columns: 45});
		expect(long.slice(1)).toEqual([`   │ ${'x'.repeat(40)}`, `   │ ${'x'.repeat(20)}`]);
	});

	test('what was not kept of a very long output is said', () => {
		const omittedOutput = {at: 10, chars: 3 * 1024 * 1024};
		expect(itemLines(command({aggregatedOutput: numbered(9)}, {omittedOutput}))[1]).toBe(
			'   │ … 4 lines more · 3.0 MB of the middle not kept',
		);
	});

	test('a running command shows whole seconds and its progress line in its last state', () => {
		const over = {exitCode: null, durationMs: null, status: 'inProgress', aggregatedOutput: '10%\r20%\r30%'};
		expect(itemLines(command(over, running), {columns: 40})).toEqual([
			' ● npm test                         34 s',
			'   │ 30%',
		]);
		const late = {columns: 40, nowSeconds: startSeconds + 125};
		expect(itemLines(command(over, running), late)[0]).toBe(' ● npm test                     2 m 05 s');
	});

	test('a command without a beginning, a cut one, a declined one', () => {
		const missed = command(
			{command: '', exitCode: null, aggregatedOutput: 'tail'},
			{...running, missedStart: true, startedAtMs: undefined},
		);
		expect(itemLines(missed, {columns: 80})).toEqual([
			` ● a command${' '.repeat(61)}running`,
			'   … joined in the middle; the beginning comes when it completes',
			'   │ tail',
		]);
		const cut = command({exitCode: null, durationMs: null}, {phase: 'cut', completedAtMs: undefined});
		expect(itemLines(cut, {columns: 40})).toEqual([' – npm test                      cut off']);
		const declined = command(
			{status: 'declined', exitCode: null, durationMs: null},
			{completedAtMs: undefined},
		);
		expect(itemLines(declined, {columns: 40})).toEqual([' ✗ npm test                     declined']);
	});

	test('a command that waits for a person says so', () => {
		const waiting = command({exitCode: null, status: 'inProgress'}, {phase: 'started'});
		const state = thread([turn('T', [waiting])], {
			requests: [
				{
					id: 0,
					method: 'item/commandExecution/requestApproval',
					turnId: undefined,
					itemId: waiting.id,
					receivedAtMs: startMs,
					startedAtMs: undefined,
					params: {},
				},
			],
		});
		expect(blockLines(state, 'T/c', {columns: 50})).toEqual([
			' ? npm test             waits for an answer · 34 s',
		]);
	});

	test('several lines of script are one line until opened, with the folder when it is another', () => {
		const script = command({command: 'python - <<E\nprint(1)\nE', cwd: '/srv/other'});
		expect(itemLines(script, {columns: 50})[0]).toBe(' ✓ python - <<E ⏎ …                 exit 0 · 4.2 s');
		expect(itemLines(script, {columns: 50, fold: 'open'})).toEqual([
			' ✓ python - <<E                     exit 0 · 4.2 s',
			'   in /srv/other',
			'   python - <<E',
			'   print(1)',
			'   E',
		]);
	});

	test('the wrapping shell is left away only when it is certain what runs', () => {
		expect(unwrapShell(`/bin/bash -lc 'npm test'`)).toBe('npm test');
		expect(unwrapShell('bash -lc ls')).toBe('ls');
		expect(unwrapShell(`zsh -c "echo \\"hi\\""`)).toBe('echo "hi"');
		expect(unwrapShell(`bash -lc 'echo '"'"'hi'"'"''`)).toBe(`echo 'hi'`);
		expect(unwrapShell(`bash -lc 'a' 'b'`)).toBe(`bash -lc 'a' 'b'`);
		expect(unwrapShell(`bash -lc "rm $HOME"`)).toBe(`bash -lc "rm $HOME"`);
		expect(unwrapShell(`bash -lc 'open`)).toBe(`bash -lc 'open`);
		expect(unwrapShell('npm test')).toBe('npm test');
	});
});

describe('file changes', () => {
	const change = {path: '/home/ada/app/source/login.ts', kind: {type: 'update'}, diff: patch};
	const fileChange = (changes: readonly object[], over: object = {}, itemOver: object = {}) =>
		item('f', {type: 'fileChange', status: 'completed', changes: changes as never, ...over}, itemOver);

	test('a line for each file, relative to the folder of the thread', () => {
		const changes = [
			change,
			{path: '/etc/hosts', kind: {type: 'delete'}, diff: 'gone\n'},
			{path: '/home/ada/app/new.md', kind: {type: 'add'}, diff: 'a\nb\n'},
			{...change, kind: {type: 'update', move_path: '/home/ada/app/moved.ts'}},
		];
		expect(itemLines(fileChange(changes), {columns: 50, fold: 'closed'})).toEqual([
			' ✎ source/login.ts                           +1 −1',
			' ✎ /etc/hosts  deleted                          −1',
			' ✎ new.md  new                                  +2',
			' ✎ source/login.ts → moved.ts                +1 −1',
		]);
	});

	test('a short diff is open from the start, a long one is not', () => {
		const open = itemLines(fileChange([change]), {columns: 50});
		expect(open.length).toBeGreaterThan(3);
		expect(open.join('\n')).toContain('new');
		const long = `@@ -0,0 +1,40 @@\n${'+x\n'.repeat(40)}`;
		expect(itemLines(fileChange([{...change, diff: long}]), {columns: 50})).toEqual([
			' ✎ source/login.ts                             +40',
		]);
	});

	test('states: being written, declined, missed', () => {
		const closed = {columns: 50, fold: 'closed'} as const;
		expect(itemLines(fileChange([change], {status: 'inProgress'}, running), closed)).toEqual([
			' ✎ source/login.ts                 writing · +1 −1',
		]);
		expect(itemLines(fileChange([change], {status: 'declined'}), closed)).toEqual([
			' ✎ source/login.ts                declined · +1 −1',
		]);
		expect(itemLines(fileChange([], {}, {...running, missedStart: true}), {...closed, columns: 80})).toEqual([
			` ✎ file changes${' '.repeat(58)}writing`,
			'   … joined in the middle; the beginning comes when it completes',
		]);
	});
});

describe('tools', () => {
	const mcp = (over: object, itemOver: object = {}) =>
		item(
			'm',
			{
				type: 'mcpToolCall',
				server: 'github',
				tool: 'search',
				status: 'completed',
				arguments: {q: 'flaky', limit: 5},
				durationMs: 830,
				...over,
			},
			itemOver,
		);

	test('an MCP tool: server, tool, arguments in short, the first lines of the result', () => {
		const result = {content: [{type: 'text', text: '1\n2\n3\n4\n5\n6'}, {type: 'image'}]};
		expect(itemLines(mcp({result}))).toEqual([
			' ✓ github.search  {"q": "flaky", "limit": 5}          830 ms',
			'   │ 1',
			'   │ 2',
			'   │ 3',
			'   │ … 4 lines more',
		]);
		expect(itemLines(mcp({result: {content: [], structuredContent: {ok: true}}}), {fold: 'open'})).toEqual([
			' ✓ github.search                                      830 ms',
			'   {',
			'     "q": "flaky",',
			'     "limit": 5',
			'   }',
			'   │ {',
			'   │   "ok": true',
			'   │ }',
		]);
	});

	test('an MCP tool that runs shows its progress, one that failed its error', () => {
		const busy = mcp({durationMs: null}, {...running, progress: '3 of 7 pages'});
		expect(itemLines(busy)).toEqual([
			' ● github.search  {"q": "flaky", "limit": 5}            34 s',
			'   3 of 7 pages',
		]);
		expect(itemLines(mcp({arguments: {}, error: {message: 'forbidden'}, status: 'failed'}))).toEqual([
			' ✗ github.search                             failed · 830 ms',
			'   forbidden',
		]);
	});

	test('a dynamic tool', () => {
		const call = item('d', {
			type: 'dynamicToolCall',
			namespace: 'ide',
			tool: 'open',
			status: 'completed',
			arguments: {path: 'x'},
			contentItems: [{type: 'inputText', text: 'opened'}],
			success: false,
			durationMs: 12,
		});
		// The server calls it completed; the tool itself says that it failed.
		expect(itemLines(call)).toEqual([
			' ✗ ide.open  {"path": "x"}                    failed · 12 ms',
			'   │ opened',
		]);
	});

	test('the output of a function without an item of its own', () => {
		const output = (value: unknown) =>
			item('o', {type: 'functionCallOutput', name: 'time', namespace: 'clock', output: value});
		expect(itemLines(output('12:00'))).toEqual([' ↩ clock.time', '   │ 12:00']);
		expect(itemLines(output([{type: 'inputText', text: 'a'}, 'b']))).toEqual([
			' ↩ clock.time',
			'   │ a',
			'   │ b',
		]);
		expect(itemLines(output(null))).toEqual([' ↩ clock.time']);
	});

	test('dealing with other agents', () => {
		const agent = '019a1234-5678-7000-8000-000000000000';
		const call = item('g', {
			type: 'collabAgentToolCall',
			tool: 'spawnAgent',
			status: 'completed',
			receiverThreadIds: [agent],
			prompt: 'Find the flaky tests',
			agentsStates: {[agent]: {status: 'pendingInit', message: 'reading'}},
		});
		expect(itemLines(call)).toEqual([
			' ✓ spawn agent  019a1234-5678                          4.2 s',
			'   Find the flaky tests',
			'   019a1234-5678  pending init  reading',
		]);
		expect(
			itemLines(
				item('s', {
					type: 'subAgentActivity',
					kind: 'started',
					agentThreadId: agent,
					agentPath: '/root/tests',
				}),
			),
		).toEqual([' ⇄ agent /root/tests started']);
		expect(itemLines(item('s', {type: 'subAgentActivity', kind: 'completed', agentThreadId: agent}))).toEqual(
			[' ⇄ agent 019a1234-5678 completed'],
		);
	});

	test('web searches', () => {
		const search = (action: object | null, query?: string) =>
			item('w', {type: 'webSearch', ...(query === undefined ? {} : {query}), action: action as never});
		expect(itemLines(search(null, 'jwt'))).toEqual([' ⌕ search jwt']);
		expect(itemLines(search({type: 'search', queries: ['a', 'b', 'c']}))).toEqual([
			' ⌕ search a  and 2 more',
		]);
		expect(itemLines(search({type: 'search', queries: ['a', 'b', 'c']}), {fold: 'open'})).toEqual([
			' ⌕ search a',
			'   + b',
			'   + c',
		]);
		expect(itemLines(search({type: 'openPage', url: 'https://x.example'}))).toEqual([
			' ⌕ open https://x.example',
		]);
		expect(itemLines(search({type: 'findInPage', url: 'https://x.example', pattern: 'race'}))).toEqual([
			' ⌕ find race in https://x.example',
		]);
		expect(itemLines(search({type: 'askOracle', query: 'why'}))).toEqual([' ⌕ ask oracle why']);
	});

	test('pictures, sleep, review, compaction', () => {
		expect(itemLines(item('i', {type: 'imageView', path: '/home/ada/app/a.png'}))).toEqual([
			' ▣ looked at a.png',
		]);
		const image = item('i', {
			type: 'imageGeneration',
			status: 'completed',
			revisedPrompt: 'a seat',
			savedPath: '/tmp/seat.png',
		});
		expect(itemLines(image, {fold: 'open'})).toEqual([
			' ✓ image /tmp/seat.png                                 4.2 s',
			'   a seat',
		]);
		expect(itemLines(item('s', {type: 'sleep', durationMs: 5000}))).toEqual([' ◔ slept 5 s']);
		expect(itemLines(item('s', {type: 'sleep', durationMs: 5000}, running), {columns: 30})).toEqual([
			' ◔ sleeps 5 s             34 s',
		]);
		expect(itemLines(item('e', {type: 'enteredReviewMode', review: 'the diff'}))).toEqual([
			' ◆ review begins  the diff',
		]);
		expect(itemLines(item('e', {type: 'exitedReviewMode', review: '**Fine.**'}))).toEqual([
			' ◆ review ends',
			'   Fine.',
		]);
		expect(itemLines(item('k', {type: 'contextCompaction'}))).toEqual([
			' ≋ context compacted: older turns are now a summary',
		]);
	});

	test('a kind that does not exist yet shows its name, and its JSON when opened', () => {
		const unknown = item('x', {
			type: 'unknown',
			typeName: 'hologram',
			raw: {type: 'hologram', beams: [1, 2]},
		});
		expect(itemLines(unknown)).toEqual([' ◇ hologram  {"type": "hologram", "beams": [1, 2]}']);
		expect(itemLines(unknown, {fold: 'open'})).toEqual([
			' ◇ hologram',
			'   │ {',
			'   │   "type": "hologram",',
			'   │   "beams": [',
			'   │     1,',
			'   │     2',
			'   │   ]',
			'   │ }',
		]);
	});
});
