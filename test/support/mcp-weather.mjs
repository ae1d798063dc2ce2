/**
 * A small MCP server over stdio for the recorded `mcp-tool` scenario: one tool that asks a question of
 * its own (an elicitation) and answers.
 */
import {createInterface} from 'node:readline';

const send = message => {
	process.stdout.write(`${JSON.stringify({jsonrpc: '2.0', ...message})}\n`);
};

const tool = {
	name: 'forecast',
	description: 'The weather of tomorrow',
	inputSchema: {type: 'object', properties: {city: {type: 'string'}}, required: ['city']},
};

let pendingCall;

const answers = {
	initialize: ({protocolVersion}) => ({
		protocolVersion,
		capabilities: {tools: {}},
		serverInfo: {name: 'weather', version: '1.0.0'},
	}),
	ping: () => ({}),
	'tools/list': () => ({tools: [tool]}),
};

const call = ({id}) => {
	pendingCall = id;
	send({
		id: 'unit',
		method: 'elicitation/create',
		params: {
			message: 'Which unit?',
			requestedSchema: {
				type: 'object',
				properties: {unit: {type: 'string', enum: ['celsius', 'fahrenheit']}},
				required: ['unit'],
			},
		},
	});
};

createInterface({input: process.stdin}).on('line', line => {
	const message = JSON.parse(line);
	if (message.id === 'unit') {
		const unit = message.result?.content?.unit ?? 'nothing';
		send({id: pendingCall, result: {content: [{type: 'text', text: `Rain, 7 degrees ${unit}.`}]}});
	} else if (message.method === 'tools/call') {
		call(message);
	} else if (message.id !== undefined && message.method in answers) {
		send({id: message.id, result: answers[message.method](message.params ?? {})});
	} else if (message.id !== undefined) {
		send({id: message.id, error: {code: -32_601, message: 'Unknown method.'}});
	}
});
