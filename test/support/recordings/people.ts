/** Recorded scenarios about people: approvals, questions, joining late, steering, stopping, a second client. */
import {
	deltaOf,
	greetAndWatch,
	greeting,
	isTurnEnd,
	itemTypeOf,
	playOne,
	type Recording,
	rule,
	type Stage,
	textInput,
	turnIdOf,
} from './stage.ts';

const push = rule(
	'Push it',
	[{do: 'command', command: 'printf pushed', justification: 'Pushing needs the network.'}],
	[{do: 'message', text: 'That is that.'}],
);

const secondId = 'jumpseat:Ada:6c0a4a5e-41a7-4b1c-9f6a-3b8d2f5c7e10';

/** A turn in which the watcher sees a request, and the pilot answers it. */
const playAsked =
	(text: string, method: string, result: Readonly<Record<string, unknown>>) =>
	async (stage: Stage): Promise<void> => {
		await greetAndWatch(stage);
		const turnId = await stage.pilot.say(text);
		const {id} = await stage.pilot.asked(method);
		await stage.watcher().waitFor(frame => frame.method === method);
		stage.pilot.client.respond(id, result);
		await stage.ended(turnId);
	};

const approvalCommand: Recording = {
	rules: [greeting, push],
	play: playAsked('Push it', 'item/commandExecution/requestApproval', {decision: 'accept'}),
};

const approvalDeclined: Recording = {
	rules: [greeting, push],
	play: playAsked('Push it', 'item/commandExecution/requestApproval', {decision: 'decline'}),
};

/** The request was made before the watcher came: it is replayed. */
const approvalReplayed: Recording = {
	rules: [greeting, push],
	play: async ({pilot, watch, ended}) => {
		await pilot.startThread();
		await pilot.play('Good morning');
		const turnId = await pilot.say('Push it');
		const {id} = await pilot.asked('item/commandExecution/requestApproval');
		const watcher = await watch();
		await watcher.waitFor(frame => frame.method === 'item/commandExecution/requestApproval');
		pilot.client.respond(id, {decision: 'accept'});
		await ended(turnId);
	},
};

const fileChangeApproval: Recording = {
	rules: [
		greeting,
		rule(
			'Write outside',
			[
				{
					do: 'patch',
					patch: ['*** Begin Patch', '*** Add File: ../outside.txt', '+hello', '*** End Patch'].join('\n'),
				},
			],
			[{do: 'message', text: 'Written.'}],
		),
	],
	play: playAsked('Write outside', 'item/fileChange/requestApproval', {decision: 'accept'}),
};

const fileChangeDeclined: Recording = {
	rules: fileChangeApproval.rules,
	play: playAsked('Write outside', 'item/fileChange/requestApproval', {decision: 'decline'}),
};

/** The turn is stopped while an approval is pending: the request is void. */
const approvalVoided: Recording = {
	rules: [greeting, push],
	play: async stage => {
		await greetAndWatch(stage);
		const turnId = await stage.pilot.say('Push it');
		await stage.watcher().waitFor(frame => frame.method === 'item/commandExecution/requestApproval');
		await stage.pilot.interrupt(turnId);
		await stage.watcher().waitFor(frame => frame.method === 'serverRequest/resolved');
		await stage.ended(turnId);
	},
};

const interruptMidCommand: Recording = {
	rules: [
		greeting,
		rule('Run the slow one', [{do: 'command', command: "sleep 0.5; printf 'started\\n'; sleep 60"}]),
	],
	play: async stage => {
		await greetAndWatch(stage);
		const turnId = await stage.pilot.say('Run the slow one');
		await stage.watcher().waitFor(frame => deltaOf(frame).includes('started'));
		await stage.pilot.interrupt(turnId);
		await stage.ended(turnId);
	},
};

/** A question that does not stop the turn: it is a message of the agent, and the answer is a steer. */
const questionAsync: Recording = {
	rules: [
		greeting,
		rule(
			'Ask me later',
			[
				{
					do: 'tool',
					name: 'request_user_input_async',
					arguments: {questions: [{title: 'Which colour?', options: ['blue', 'red']}]},
				},
			],
			[{do: 'message', text: 'I go on meanwhile.'}],
		),
	],
	play: playOne('Ask me later'),
};

const question: Recording = {
	rules: [
		greeting,
		rule(
			'Ask me',
			[
				{
					do: 'ask',
					questions: [
						{
							id: 'scope',
							header: 'Scope',
							question: 'Which part shall I fix?',
							options: [
								{label: 'The test (Recommended)', description: 'Only the test'},
								{label: 'Both', description: 'The test and the code'},
							],
						},
					],
				},
			],
			[{do: 'message', text: 'Both it is.'}],
		),
	],
	play: playAsked('Ask me', 'item/tool/requestUserInput', {answers: {scope: {answers: ['Both']}}}),
};

const permissions: Recording = {
	rules: [
		greeting,
		rule(
			'Look it up',
			[{do: 'permissions', reason: 'To read the docs.', permissions: {network: {enabled: true}}}],
			[{do: 'message', text: 'I may.'}],
		),
	],
	play: playAsked('Look it up', 'item/permissions/requestApproval', {
		permissions: {network: {enabled: true}},
		scope: 'turn',
	}),
};

const story = rule('Tell me', [
	{do: 'message', text: ['Once upon a time ', {hold: 'middle'}, 'there was a test.']},
]);

/** Says it, and resolves when the response stands in the middle of its message and the pilot has seen that. */
const sayToTheMiddle = async ({pilot, scenario}: Stage): Promise<string> => {
	const turnId = await pilot.say('Tell me');
	await scenario.model.holding('middle');
	await pilot.client.waitFor(frame => turnIdOf(frame) === turnId && deltaOf(frame) === 'time ');
	return turnId;
};

const joinMidMessage: Recording = {
	rules: [greeting, story],
	play: async stage => {
		await stage.pilot.startThread();
		await stage.pilot.play('Good morning');
		const turnId = await sayToTheMiddle(stage);
		await stage.watch();
		stage.scenario.model.release('middle');
		await stage.ended(turnId);
	},
};

const steerMidMessage: Recording = {
	rules: [greeting, story, rule('Shorter', [{do: 'message', text: 'A test was flaky. The end.'}])],
	play: async stage => {
		await greetAndWatch(stage);
		const turnId = await sayToTheMiddle(stage);
		await stage.pilot.steer(turnId, 'Shorter, please', secondId);
		stage.scenario.model.release('middle');
		await stage.ended(turnId);
	},
};

const interrupt: Recording = {
	rules: [greeting, story],
	play: async stage => {
		await greetAndWatch(stage);
		const turnId = await sayToTheMiddle(stage);
		await stage.pilot.interrupt(turnId);
		await stage.ended(turnId);
	},
};

const turnFailed: Recording = {
	rules: [greeting, rule('Break', [{do: 'fail', status: 400, message: 'The model does not feel like it.'}])],
	play: playOne('Break'),
};

const threeTurns: Recording = {
	rules: [
		greeting,
		rule('Run', [{do: 'command', command: 'echo hello'}], [{do: 'message', text: 'It ran.'}]),
		rule('Thanks', [{do: 'message', text: 'You are welcome.'}]),
		rule('One more', [{do: 'message', text: 'Here it is.'}]),
	],
	play: async stage => {
		const {pilot, watch, ended} = stage;
		await pilot.startThread();
		await pilot.play('Good morning');
		await pilot.play('Run something');
		await pilot.play('Thanks');
		await watch();
		await ended(await pilot.say('One more'));
	},
};

const twoClients: Recording = {
	rules: [greeting, rule('From the second', [{do: 'message', text: 'Hello, second.'}]), story],
	play: async stage => {
		const {pilot, scenario, ended} = stage;
		await greetAndWatch(stage);
		const second = await scenario.connect('second');
		await second.call('turn/start', {
			threadId: pilot.threadId(),
			input: textInput('From the second client'),
			clientUserMessageId: secondId,
		});
		const started = await pilot.client.waitFor(
			frame =>
				frame.method === 'item/started' &&
				itemTypeOf(frame) === 'userMessage' &&
				(frame.params?.item as {clientId?: unknown} | undefined)?.clientId === secondId,
		);
		await ended(turnIdOf(started) ?? '');
	},
};

const queue: Recording = {
	rules: [greeting, story, rule('And then', [{do: 'message', text: 'Then it was fixed.'}])],
	play: async stage => {
		const {pilot, scenario, ended, watcher} = stage;
		await greetAndWatch(stage);
		const turnId = await sayToTheMiddle(stage);
		await pilot.client.call('thread/queue/add', {
			threadId: pilot.threadId(),
			input: textInput('And then?'),
			clientUserMessageId: secondId,
		});
		await watcher().waitFor(frame => frame.method === 'thread/queue/changed');
		await watcher().call('thread/queue/list', {threadId: pilot.threadId()});
		scenario.model.release('middle');
		await ended(turnId);
		const next = await pilot.client.waitFor(
			frame =>
				frame.method === 'turn/completed' &&
				!isTurnEnd(turnId)(frame) &&
				JSON.stringify(frame).includes('Then it was'),
		);
		await ended(turnIdOf(next) ?? '');
	},
};

/** Nothing to resume yet: the watcher's first try fails, it waits for the status and tries again. */
const notStartedYet: Recording = {
	rules: [rule('Tell me', [{do: 'message', text: ['First ', {hold: 'middle'}, 'words.']}])],
	play: async ({pilot, scenario, watch, watcher, ended}) => {
		const threadId = await pilot.startThread();
		await watch().catch(() => undefined);
		const turnId = await pilot.say('Tell me');
		await watcher().waitFor(frame => frame.method === 'thread/status/changed');
		await scenario.model.holding('middle');
		await watcher().call('thread/resume', {
			threadId,
			excludeTurns: true,
			initialTurnsPage: {limit: 20, itemsView: 'full', sortDirection: 'desc'},
		});
		scenario.model.release('middle');
		await ended(turnId);
	},
};

export const people: Readonly<Record<string, Recording>> = {
	'approval-command': approvalCommand,
	'approval-declined': approvalDeclined,
	'approval-replayed': approvalReplayed,
	'file-change-approval': fileChangeApproval,
	'file-change-declined': fileChangeDeclined,
	'approval-voided': approvalVoided,
	'interrupt-mid-command': interruptMidCommand,
	question,
	'question-async': questionAsync,
	permissions,
	'join-mid-message': joinMidMessage,
	'steer-mid-message': steerMidMessage,
	interrupt,
	'turn-failed': turnFailed,
	'history-of-three-turns': threeTurns,
	'two-clients-message': twoClients,
	queue,
	'thread-not-started-yet': notStartedYet,
};
