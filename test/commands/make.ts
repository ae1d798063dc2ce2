/** A context for verbs: a fake server, streams that remember, nothing of this machine. */
import {Writable} from 'node:stream';
import type {Context} from '../../source/commands/context.ts';
import {noOptions} from '../../source/commands/line/command-line.ts';
import type {Endpoint} from '../../source/transport/endpoint.ts';
import {realTime} from '../app-server/watcher.ts';

export type TestContext = Context & {readonly out: () => string; readonly err: () => string};

const remember = () => {
	let text = '';
	const stream = new Writable({
		write(chunk, _encoding, done) {
			text += String(chunk);
			done();
		},
	});
	return {stream: stream as unknown as NodeJS.WriteStream, text: () => text};
};

export const testContext = (endpoint: Endpoint, more: Partial<Context> = {}): TestContext => {
	const out = remember();
	const err = remember();
	return {
		endpoint,
		observe: true,
		name: undefined,
		options: noOptions,
		given: {},
		settings: {},
		access: {codexHome: '/nowhere'},
		cwd: '/app',
		home: '/home/me',
		version: '0.0.0',
		env: {},
		environment: realTime,
		stdin: process.stdin,
		stdout: out.stream,
		stderr: err.stream,
		...more,
		out: out.text,
		err: err.text,
	};
};
