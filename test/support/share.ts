/**
 * A share in this process: a real gateway behind a real door on loopback, with guests that a test plays itself.
 *
 * Invariant: `stop()` leaves no socket and no timer behind.
 */
import {randomBytes, randomUUID} from 'node:crypto';
import type {Environment} from '../../source/app-server/connection.ts';
import type {Role} from '../../source/protocol/share.ts';
import {createGateway, type Gateway} from '../../source/share/gateway.ts';
import {createInvitations, type Invitations, type Pass} from '../../source/share/invitations.ts';
import type {ShareNews} from '../../source/share/news.ts';
import {openDoor} from '../../source/transport/door.ts';
import {parseEndpoint} from '../../source/transport/endpoint.ts';
import {realTime} from '../app-server/watcher.ts';
import {connectGuest, type RawGuest} from './share-guest.ts';

export type Joined = Awaited<ReturnType<typeof connectGuest>>;

export type JoinOptions = {
	/** Default: `jumpseat`. */
	readonly clientName?: string;
	readonly optOut?: readonly string[];
};

export type TestShare = {
	readonly gateway: Gateway;
	readonly invitations: Invitations;
	readonly url: string;
	readonly news: readonly ShareNews[];
	/** Resolves with the first news of this type, also among those that there were. */
	heard(type: ShareNews['type']): Promise<ShareNews>;
	/** Invites, and gives the token. */
	invite(name: string, role: Role, options?: {readonly once?: boolean}): string;
	/** Comes in with a token that `invite` gave. */
	enter(token: string, options?: JoinOptions): Promise<Joined>;
	/** Invites and comes in. */
	join(name: string, role: Role, options?: JoinOptions): Promise<Joined>;
	/** Comes in, and joins the thread. */
	sit(name: string, role: Role, options?: JoinOptions): Promise<Joined>;
	owner(): Promise<Joined>;
	readonly threadId: string;
	/** What `onEnd` was told. */
	readonly ends: readonly string[];
	stop(): Promise<void>;
};

export const resume = (guest: RawGuest, threadId: string): Promise<Readonly<Record<string, unknown>>> =>
	guest.call('thread/resume', {
		threadId,
		excludeTurns: true,
		initialTurnsPage: {limit: 20, sortDirection: 'desc', itemsView: 'full'},
	});

export const startShare = async (options: {
	readonly endpoint: string;
	readonly threadId: string;
	readonly environment?: Environment;
}): Promise<TestShare> => {
	const {threadId, environment = realTime} = options;
	const news: ShareNews[] = [];
	const ends: string[] = [];
	const watchers = new Set<(news: ShareNews) => void>();
	const invitations = createInvitations({nowMs: environment.nowMs, randomBytes, reserved: ['grace']});
	const ownerToken = randomUUID();
	const gateway = createGateway({
		sessionOptions: {
			endpoint: parseEndpoint(options.endpoint),
			access: {codexHome: '/nowhere'},
			clientVersion: '0.0.0',
		},
		threadId,
		invitations,
		ownerName: 'grace',
		environment,
		newId: randomUUID,
		doors: () => [door.display],
		invite: ({name, role, once = false}) => `link:${invitations.invite({name, role, once}).token}`,
		onNews(each) {
			news.push(each);
			for (const watcher of [...watchers]) watcher(each);
		},
		onEnd: ({why}) => ends.push(why),
	});
	const door = await openDoor<Pass | 'owner'>(
		{kind: 'ws', host: '127.0.0.1', port: 0},
		{
			admit: async token => (token === ownerToken ? 'owner' : invitations.admit(token)),
			onVisitor: gateway.welcome,
		},
	);
	gateway.start();
	const url = `ws://127.0.0.1:${door.port ?? 0}`;

	const share: TestShare = {
		gateway,
		invitations,
		url,
		news,
		ends,
		threadId,
		heard: type =>
			new Promise(resolve => {
				const found = news.find(each => each.type === type);
				if (found !== undefined) {
					resolve(found);
					return;
				}
				const watcher = (each: ShareNews): void => {
					if (each.type !== type) return;
					watchers.delete(watcher);
					resolve(each);
				};
				watchers.add(watcher);
			}),
		invite: (name, role, {once = false} = {}) => invitations.invite({name, role, once}).token,
		enter: (token, {clientName = 'jumpseat', optOut} = {}) =>
			connectGuest({url, token, clientName, ...(optOut && {optOut})}),
		join: (name, role, more) => share.enter(share.invite(name, role), more),
		async sit(name, role, more) {
			const guest = await share.join(name, role, more);
			await resume(guest, threadId);
			return guest;
		},
		owner: () => connectGuest({url, token: ownerToken, clientName: 'jumpseat'}),
		async stop() {
			await gateway.end('The test is over.');
			await door.close();
		},
	};
	return share;
};
