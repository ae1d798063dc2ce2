/**
 * `npm run picture`: takes the README's picture from a real run: a real App Server with a scripted model, the built
 * `jumpseat` in a pseudo-terminal.
 */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {fileURLToPath} from 'node:url';
import type {Script} from '../source/demo/script.ts';
import {startScenario} from '../test/support/harness.ts';
import {openPty, type Pty} from '../test/support/pty.ts';
import {pictureOf} from './picture.ts';

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

const loginTest = `import assert from 'node:assert';
import {renew} from './login.mjs';
const [one, two] = await Promise.all([renew(), renew()]);
console.log('ok 1 - a token is given');
assert.equal(one, two, 'both calls share one renewal');
console.log('ok 2 - both calls share one renewal');
`;

const script: Script = {
	rules: [
		{
			when: 'flaky',
			responses: [
				[
					{do: 'message', text: 'I will run the test first, then look at how the token is renewed.'},
					{
						do: 'plan',
						steps: [
							['completed', 'Run the login test'],
							['in_progress', 'Share one renewal between callers'],
							['pending', 'Run it again'],
						],
					},
				],
				[{do: 'command', command: 'node login.test.mjs 2>&1 | head -12; exit 1'}],
				[
					{
						do: 'patch',
						patch: `*** Begin Patch
*** Update File: login.mjs
@@
-export const renew = async () => Math.random();
+let renewal;
+export const renew = () => {
+  renewal ??= Promise.resolve(Math.random());
+  return renewal;
+};
*** End Patch`,
					},
				],
				[{do: 'command', command: 'node login.test.mjs'}],
				[
					{
						do: 'message',
						text: 'The race is in `renew()`: **every caller started a renewal of its own**. Now callers share the one that is under way, and the old API stays as it is.',
					},
					{do: 'command', command: 'git push origin HEAD', justification: 'needs the network'},
				],
				[{do: 'message', text: 'Then I leave it here.'}],
			],
		},
	],
};

type Screen = ReturnType<Pty['styledScreen']>;

/** The throw-away home lies wherever this machine keeps its cache: the picture shows a person's home instead. */
const renamed = (screen: Screen, from: string, to: string): Screen =>
	screen.map(row => {
		const at = row
			.map(cell => cell.text || ' ')
			.join('')
			.indexOf(from);
		const first = row[at];
		// The card's border stays where it is.
		const end = row.length - 2;
		if (first === undefined) return row;
		const kept = [...to].map(text => ({...first, text}));
		const rest = row.slice(at + from.length, end);
		const blank = {...first, text: ' '};
		const filled = Array.from({length: from.length - to.length}, () => blank);
		return [...row.slice(0, at), ...kept, ...rest, ...filled, ...row.slice(end)];
	});

const takePicture = async (): Promise<void> => {
	const scenario = await startScenario(script, {
		files: {'login.mjs': 'export const renew = async () => Math.random();\n', 'login.test.mjs': loginTest},
	});
	try {
		await scenario.pilot.startThread();
		await scenario.pilot.client.call('thread/name/set', {
			threadId: scenario.pilot.threadId(),
			name: 'fix the flaky login test',
		});
		const terminal = openPty(
			process.execPath,
			[file('bin/jumpseat.js'), '--name', 'Sam', '-c', scenario.endpoint],
			{
				columns: 118,
				rows: 34,
				cwd: scenario.workdir,
				env: {
					...scenario.env,
					HOME: path.dirname(scenario.workdir),
					TERM: 'xterm-256color',
					COLORTERM: 'truecolor',
				},
			},
		);
		await terminal.waitFor('live', 60_000);
		const turnId = await scenario.pilot.say('Please fix the flaky login test, and keep the old API.');
		const {id} = await scenario.pilot.asked('item/commandExecution/requestApproval');
		await terminal.waitFor('approve?', 60_000);
		await terminal.waitFor(/live \d+ ms/);
		writeFileSync(
			file('docs/screen.svg'),
			pictureOf(
				renamed(terminal.styledScreen(), path.dirname(scenario.workdir), '/home/sam'),
				'Jumpseat beside a live Codex thread',
			),
		);
		scenario.pilot.client.respond(id, {decision: 'decline'});
		await scenario.pilot.turnEnded(turnId);
		await terminal.waitFor('Answered elsewhere');
		terminal.type('q');
		await terminal.exit;
	} finally {
		await scenario.stop();
	}
};

await takePicture();
process.exit();
