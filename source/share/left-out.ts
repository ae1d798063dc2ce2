/**
 * Parameters that the stock client sends with what a guest may call, and that no guest may set: they would stick to
 * the owner's thread, or are about lists that a guest does not have. The gateway leaves them out and lets the call
 * through; any other parameter that is not allowed is refused.
 *
 * Called by `rules.ts`. `test/contract/share.test.ts` holds every parameter of the pinned Codex against it.
 */
import type {CodexMethod} from '../protocol/methods.ts';

const settings = [
	'approvalPolicy',
	'approvalsReviewer',
	'cwd',
	'model',
	'permissions',
	'personality',
	'runtimeWorkspaceRoots',
	'serviceTier',
];

export const leftOut: Readonly<Partial<Record<CodexMethod, readonly string[]>>> = {
	'thread/resume': [
		...settings,
		'baseInstructions',
		'config',
		'developerInstructions',
		'modelProvider',
		'sandbox',
	],
	'thread/list': [
		'currentAccountOnly',
		'excludedThreadIds',
		'includeAttachedThreads',
		'modelProviders',
		'originators',
	],
	'turn/start': [
		...settings,
		'collaborationMode',
		'disabledPluginIds',
		'effort',
		'environments',
		'multiAgentMode',
		'responsesapiClientMetadata',
		'sandboxPolicy',
		'serviceTierForTurn',
		'summary',
		'turnTrigger',
	],
	'turn/steer': ['responsesapiClientMetadata'],
	'thread/queue/add': ['responsesapiClientMetadata'],
};
