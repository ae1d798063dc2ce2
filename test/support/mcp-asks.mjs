/**
 * A small MCP server over stdio that asks for more than one word: `book` elicits a form with a field of every kind,
 * `visit` an address to open. Each tool tells the model what it was answered, as JSON, so that a test can read there
 * what has reached this end. Used by the end-to-end tests of the cards.
 */
import {createInterface} from 'node:readline';

const send = message => {
	process.stdout.write(`${JSON.stringify({jsonrpc: '2.0', ...message})}\n`);
};

const schema = {
	type: 'object',
	properties: {
		guest: {type: 'string', title: 'Guest', minLength: 2},
		nights: {type: 'integer', title: 'Nights', minimum: 1, maximum: 30},
		room: {type: 'string', title: 'Room', enum: ['single', 'double']},
		breakfast: {type: 'boolean', title: 'Breakfast'},
		mail: {type: 'string', title: 'Mail', format: 'email'},
		note: {type: 'string', title: 'Note'},
	},
	required: ['guest', 'nights', 'room', 'breakfast', 'mail'],
};

const elicitations = {
	book: {message: 'Who comes, and for how long?', requestedSchema: schema},
	visit: {
		mode: 'url',
		message: 'Please sign in.',
		url: 'https://example.org/sign-in?for=visit',
		elicitationId: 'visit-1',
	},
};

const tools = Object.keys({...elicitations, look: undefined}).map(name => ({
	name,
	description: `The tool ${name}`,
	inputSchema: {type: 'object', properties: {}},
}));

const answers = {
	initialize: ({protocolVersion}) => ({
		protocolVersion,
		capabilities: {tools: {}},
		serverInfo: {name: 'asks', version: '1.0.0'},
	}),
	ping: () => ({}),
	'tools/list': () => ({tools}),
};

const tell = (id, told) =>
	send({id, result: {content: [{type: 'text', text: `told ${JSON.stringify(told)}`}]}});

createInterface({input: process.stdin}).on('line', line => {
	const message = JSON.parse(line);
	if (message.method === undefined) {
		tell(Number(message.id.slice('ask-'.length)), message.result ?? message.error);
	} else if (message.method === 'tools/call') {
		const params = elicitations[message.params.name];
		if (params === undefined) tell(message.id, 'nothing');
		else send({id: `ask-${message.id}`, method: 'elicitation/create', params});
	} else if (message.id !== undefined && message.method in answers) {
		send({id: message.id, result: answers[message.method](message.params ?? {})});
	} else if (message.id !== undefined) {
		send({id: message.id, error: {code: -32_601, message: 'Unknown method.'}});
	}
});
