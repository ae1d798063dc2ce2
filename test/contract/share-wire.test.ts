/**
 * Every method that the pinned Codex knows, said by a guest of each role through a real share: counted on the wire
 * behind it, nothing but the allow-list comes through, with its fields only.
 */
import {afterAll, beforeAll, expect, onTestFinished, test} from 'vitest';
import {type CodexMethod, type OutgoingRule, outgoing} from '../../source/protocol/methods.ts';
import {roles} from '../../source/protocol/share.ts';
import {serveThread, startFakeServer} from '../app-server/fake-server.ts';
import {realTime} from '../app-server/watcher.ts';
import {type Joined, startShare} from '../support/share.ts';
import {generateTypes, type Workspace} from './compile.ts';
import {type Generated, type Message, readGenerated} from './generated.ts';

let workspace: Workspace;
let codex: Generated;

beforeAll(async () => {
	workspace = await generateTypes();
	codex = readGenerated(workspace.codexFolder);
}, 60_000);

afterAll(async () => workspace?.remove());

const threadId = 'thread-of-the-share';
const input = [{type: 'text', text: 'hello', text_elements: []}];
/** What may stand in a parameter; another one gets a word. */
const samples: Readonly<Record<string, unknown>> = {
	threadId,
	parentThreadId: threadId,
	input,
	limit: 7,
	excludeTurns: true,
	includeTurns: true,
	useStateDbOnly: true,
	initialTurnsPage: {limit: 5, sortDirection: 'desc', itemsView: 'full'},
	itemsView: 'full',
	sortDirection: 'desc',
};
const withSamples = (names: readonly string[]) =>
	Object.fromEntries(names.map(name => [name, samples[name] ?? 'a-word']));

/** The ways in which a call is tried: as we would make it, with all that Codex knows, with one more, and bare. */
const attempts = ({method, params}: Message): ReadonlyArray<Readonly<Record<string, unknown>>> => {
	const known = params === undefined ? [] : codex.members(params);
	const ours: readonly string[] = Object.hasOwn(outgoing, method)
		? outgoing[method as CodexMethod].fields
		: known;
	const plain = withSamples(ours.filter(name => known.includes(name)));
	return [
		plain,
		withSamples(known),
		{...plain, inventedField: 'a-word'},
		{...plain, threadId: 'another-thread'},
		...known.filter(name => !ours.includes(name)).map(name => ({...plain, [name]: 'a-word'})),
		{},
	];
};

/** What the share asks of the server for a guest, beside what it passes on. */
const onItsOwn: Readonly<Record<string, readonly CodexMethod[]>> = {
	// The list of a guest is made of the threads of the family.
	'thread/list': ['thread/read'],
	'thread/unsubscribe': [],
};

test('of every method of Codex, in every role and with every field, exactly the allow-list reaches the server', async () => {
	const server = await startFakeServer();
	const messages = codex.messages('ClientRequest');
	expect(messages.length).toBeGreaterThan(150);
	for (const {method} of messages)
		server.on(method, call => call.reply({data: [], turn: {id: 'U'}, turnId: 'U'}));
	server.on('initialize', call =>
		call.reply({userAgent: 'fake/0.169.0', codexHome: '/', platformOs: 'linux'}),
	);
	serveThread(server, threadId);
	const share = await startShare({
		endpoint: server.endpoint.display,
		threadId,
		// A guest's calls are few a second: this clock gives many.
		environment: {...realTime, nowMs: () => Date.now() * 1000},
	});
	onTestFinished(async () => {
		await share.stop();
		await server.stop();
	});
	await server.taken('thread/resume');
	const guests = await Promise.all(
		roles.map(async role => [role, await share.sit(`guest-${role}`, role)] as const),
	);
	const answered = async (guest: Joined, method: string, params: unknown): Promise<boolean> =>
		guest.call(method, params).then(
			() => true,
			() => false,
		);

	for (const [role, guest] of guests) {
		const through = new Set<string>();
		for (const message of messages) {
			const {method} = message;
			const rule: OutgoingRule | undefined = Object.hasOwn(outgoing, method)
				? outgoing[method as CodexMethod]
				: undefined;
			const before = server.calls.length;
			let passed = 0;
			for (const params of attempts(message)) if (await answered(guest, method, params)) passed += 1;
			const sent = server.calls.slice(before);
			const expected = onItsOwn[method] ?? (rule?.modes.includes(role) ? [method] : []);
			for (const call of sent) {
				expect(expected).toContain(call.method);
				const {fields} = outgoing[call.method as CodexMethod];
				for (const name of Object.keys(call.params)) expect(fields).toContain(name);
				if (call.params.threadId !== undefined) expect(call.params.threadId).toBe(threadId);
				expect(JSON.stringify(call.params)).not.toContain('another-thread');
			}
			if (sent.length > 0) through.add(method);
			// One call for each that was answered with something: nothing is tried twice, nothing is swallowed.
			if (expected.includes(method as CodexMethod) && method !== 'initialize')
				expect(sent.length).toBe(passed);
		}
		const allowed = Object.entries(outgoing).flatMap(([method, {kind, modes}]) =>
			kind === 'request' && (modes as readonly string[]).includes(role) ? [method] : [],
		);
		const toldHere = ['initialize', 'thread/unsubscribe'];
		expect([...through].sort()).toEqual(allowed.filter(method => !toldHere.includes(method)).sort());
	}
	expect(server.methods.filter(method => method === 'undefined')).toEqual([]);
}, 60_000);
