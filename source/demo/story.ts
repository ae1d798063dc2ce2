/**
 * The small task that the demo plays: its project, what the scripted model says, what the person asks.
 *
 * Invariants: pure data. Every command in it is harmless wherever it runs, because the approval lets one out of the
 * sandbox: it prints, and touches nothing (no git, no network, no home folder).
 */
import type {Response, Rule, Script} from './script.ts';

export const projectName = 'shop';
export const threadName = 'Fix the flaky login test';

const login = `let issued = 0;

const requestToken = async () => {
	await new Promise(resolve => setTimeout(resolve, 20));
	issued++;
	return \`token-\${issued}\`;
};

export const renew = async () => {
	return requestToken();
};
`;

const loginTest = `import assert from 'node:assert/strict';
import test from 'node:test';
import {renew} from '../source/login.js';

test('signs in', async () => {
	assert.match(await renew(), /^token-/);
});

test('keeps the token for a while', async () => {
	const token = await renew();
	await new Promise(resolve => setTimeout(resolve, 1200));
	assert.match(token, /^token-/);
});

test('two renewals at once share one token', async () => {
	const [first, second] = await Promise.all([renew(), renew()]);
	assert.equal(first, second);
});
`;

const release = `#!/bin/sh
# The demo's release: it only says what a release would do.
echo "checking the change log … ok"
sleep 1
echo "packing shop 1.4.1 … ok"
sleep 1
echo "dry run: nothing was published"
`;

export const projectFiles: Readonly<Record<string, string>> = {
	'package.json': '{"name": "shop", "version": "1.4.0", "type": "module"}\n',
	'README.md': '# shop\n\nA shop with a login.\n',
	'CHANGELOG.md': '# Changes\n\n## 1.4.0\n\n- Sign in with a token\n',
	'source/login.js': login,
	'test/login.test.js': loginTest,
	'scripts/release.sh': release,
};

const planSteps = [
	'Reproduce the failure',
	'Let callers share one renewal',
	'Run the tests again',
	'Dry run of the release',
];

/** The plan when `done` steps are behind us and the next one is being worked on. */
const plan = (done: number, explanation?: string): Response[number] => ({
	do: 'plan',
	...(explanation === undefined ? {} : {explanation}),
	steps: planSteps.map((step, index) => {
		if (index < done) {
			return ['completed', step] as const;
		}

		return [index === done ? 'in_progress' : 'pending', step] as const;
	}),
});

const sharePatch = `*** Begin Patch
*** Update File: source/login.js
@@
-export const renew = async () => {
-	return requestToken();
-};
+let pending;
+
+// Callers that come while a renewal is under way share it: two tokens would void each other.
+export const renew = () => {
+	pending ??= requestToken().finally(() => {
+		pending = undefined;
+	});
+	return pending;
+};
*** End Patch`;

const changelogPatch = `*** Begin Patch
*** Update File: CHANGELOG.md
@@
 # Changes
+
+## 1.4.1
+
+- Two renewals at once share one token
 
 ## 1.4.0
*** End Patch`;

const finding = `The failure is **real**, not a flaw of the test. Two callers renew at once:

1. both find no renewal under way
2. each asks for a token of its own
3. the second token voids the first

\`\`\`js
const [first, second] = await Promise.all([renew(), renew()]);
// token-3 and token-4
\`\`\`

I let them share one renewal.`;

const summary = `Done. \`renew()\` now shares one renewal between all callers that come while it is under way.

| test | before | after |
| --- | --- | --- |
| signs in | ✓ | ✓ |
| keeps the token for a while | ✓ | ✓ |
| two renewals at once | ✗ | ✓ |

The dry run of the release is clean, nothing was published.`;

export const opening = 'What is in this project?';
export const task = 'The login test is flaky. Please fix it, then do a dry run of the release.';

const taskRule: Rule = {
	when: task,
	responses: [
		[
			{do: 'wait', beat: {pauseMs: 600}},
			{
				do: 'reason',
				summary: [
					'**Looking for the cause** A flaky test is a race until proved otherwise.',
					'**Reproducing first** I run the test before I touch the code.',
				],
			},
			{do: 'message', text: 'I reproduce it first, then I fix the cause and not the test.'},
			plan(0, 'Reproduce, fix, prove.'),
		],
		[{do: 'command', command: 'cat source/login.js'}],
		[{do: 'command', command: 'node --test-reporter=spec test/login.test.js'}],
		[{do: 'message', text: finding}, plan(1)],
		[{do: 'patch', patch: sharePatch}],
		[plan(2), {do: 'command', command: 'node --test-reporter=spec test/login.test.js'}],
		[
			{do: 'message', text: 'All tests pass. The release script works outside the sandbox, so I ask first.'},
			plan(3),
		],
		[
			{
				do: 'command',
				command: 'sh scripts/release.sh --dry-run',
				justification: 'May I run the dry run of the release outside the sandbox?',
			},
		],
		[plan(4), {do: 'message', text: 'Let me write that down.'}],
		[{do: 'message', text: summary}],
	],
};

/** What the person says next, one after the other, for those who keep watching. */
export const followUps = [
	'Thanks! Note it in the change log.',
	'Which files did you touch?',
	'Are there other callers of renew()?',
	'Run the tests once more, please.',
] as const;

const rules: readonly Rule[] = [
	{
		when: opening,
		responses: [
			[
				{
					do: 'message',
					paceMs: 0,
					text: 'A small shop: `source/login.js` signs people in, `test/login.test.js` tests it, `scripts/release.sh` publishes.',
				},
			],
		],
	},
	taskRule,
	{
		when: followUps[0],
		responses: [
			[{do: 'patch', patch: changelogPatch}],
			[{do: 'message', text: 'Noted under **1.4.1**, in one line.'}],
		],
	},
	{
		when: followUps[1],
		responses: [[{do: 'message', text: 'Two:\n\n- `source/login.js`, the fix\n- `CHANGELOG.md`, one line'}]],
	},
	{
		when: followUps[2],
		responses: [
			[{do: 'command', command: "grep -rn 'renew(' source test"}],
			[{do: 'message', text: 'Only the tests call it. The fix changes nothing for anybody else.'}],
		],
	},
	{
		when: followUps[3],
		responses: [
			[{do: 'command', command: 'node --test-reporter=spec test/login.test.js'}],
			[{do: 'message', text: 'All green: **3 of 3**.'}],
		],
	},
];

export const story: Script = {
	rules,
	fallback: [{do: 'message', text: 'I am only a scripted model: I have no more lines.'}],
};
