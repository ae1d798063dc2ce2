import {expect, test} from 'vitest';
import {mayReachTui} from '../../source/commands/share/bridge-frames.ts';

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
