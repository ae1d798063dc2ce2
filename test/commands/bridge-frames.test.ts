import {expect, test} from 'vitest';
import {greetingOf, mayOpen, mayReachTui} from '../../source/commands/share/bridge-frames.ts';

test.each([
	[{id: 1, result: {}}, true],
	[{id: 1, error: {code: 1, message: 'no'}}, true],
	[{method: 'item/agentMessage/delta', params: {}}, true],
	[{id: 0, method: 'item/commandExecution/requestApproval', params: {}}, true],
	[{id: 0, method: 'account/chatgptAuthTokens/refresh', params: {}}, false],
	[{id: 0, method: 'attestation/generate', params: {}}, false],
	[{id: 0, method: 'item/tool/call', params: {}}, false],
	[{id: 0, method: 'fs/readFile', params: {path: '/etc/passwd'}}, false],
	[{id: 0, method: '__proto__', params: {}}, false],
	[{id: 0, method: 'account/chatgptAuthTokens/refresh', result: {}}, false],
	[[{id: 0, method: 'item/tool/call'}], false],
	['item/tool/call', false],
])('%j reaches the stock TUI through a bridge: %s', (frame, isPassed) => {
	expect(mayReachTui(JSON.stringify(frame))).toBe(isPassed);
});

test.each([
	[{id: 1, result: {userAgent: 'jumpseat-share/0.169.0'}}, 'share'],
	[{id: 1, result: {userAgent: 'codex_cli_rs/0.169.0'}}, 'notAShare'],
	[{id: 1, result: {}}, 'notAShare'],
	[{id: 1, result: null}, 'notAShare'],
	[{id: 1, error: {code: -1, message: 'no'}}, undefined],
	[{method: 'warning', params: {userAgent: 'jumpseat-share/0.169.0'}}, undefined],
])('%j says of who sent it: %s', (frame, said) => {
	expect(greetingOf(JSON.stringify(frame))).toBe(said);
});

test.each([
	[{id: 1, method: 'initialize', params: {}}, true],
	[{id: 1, method: 'thread/resume', params: {}}, false],
	[{method: 'initialize'}, false],
	[{id: 1, result: {}}, false],
])('%j is said before it is known to be a share: %s', (frame, isSaid) => {
	expect(mayOpen(JSON.stringify(frame))).toBe(isSaid);
});
