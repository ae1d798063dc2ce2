/** The address of a server so that two ways to write it are the same: to know whether a share is of our own server. */
import {realpathSync} from 'node:fs';
import {daemonSocketPath} from '../../transport/endpoint.ts';
import type {Context} from '../context.ts';

const realPath = (file: string): string => {
	try {
		return realpathSync(file);
	} catch {
		return file;
	}
};

/** Holds no secret: it is written down. */
export const serverAddress = ({endpoint, access}: Pick<Context, 'endpoint' | 'access'>): string => {
	switch (endpoint.kind) {
		case 'unix':
			return `unix://${realPath(endpoint.path ?? daemonSocketPath(access.codexHome))}`;
		case 'ws': {
			const host = endpoint.host === 'localhost' ? '127.0.0.1' : endpoint.host;
			return `${endpoint.secure ? 'wss' : 'ws'}://${host}:${endpoint.port}`;
		}
		default:
			return endpoint.display;
	}
};
