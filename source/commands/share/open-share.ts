/**
 * One share, put together: the gateway at the server, the doors before it, the invitations, and the owner's private
 * socket in the registry.
 *
 * Invariants: it opens whole or not at all; `end` tells the guests, closes every door and removes what was noted, once.
 * Called by `share`.
 */
import {randomBytes, randomUUID} from 'node:crypto';
import process from 'node:process';
import type {ServerConnection} from '../../app-server/connection.ts';
import {type ShareDescription, shareProtocol} from '../../protocol/share.ts';
import type {WireThread} from '../../protocol/types.ts';
import {createEntrance, mostGuestFrameBytes} from '../../share/entrance.ts';
import {createGateway, type Wanted} from '../../share/gateway.ts';
import type {Ending} from '../../share/gateway-contract.ts';
import {createGuard} from '../../share/guard.ts';
import {createInvitations, type Pass} from '../../share/invitations.ts';
import {formatLink, type LinkAddress} from '../../share/link.ts';
import type {ShareNews} from '../../share/news.ts';
import {createTurnedAway} from '../../share/turned-away.ts';
import {openDoor} from '../../transport/door.ts';
import {unattended} from '../access/access.ts';
import type {Context} from '../context.ts';
import {defaultExpiryMs} from './expiry.ts';
import {type DoorsWanted, type OpenedDoor, openDoors} from './open-doors.ts';
import {register} from './registry.ts';
import {serverAddress} from './server-address.ts';

export type ShareSettings = Pick<DoorsWanted, 'places' | 'via' | 'gid' | 'tell'> & {
	readonly thread: WireThread;
	/** Taken over. */
	readonly connection: ServerConnection;
	readonly ownerName: string;
	readonly onNews: (news: ShareNews) => void;
};

/** What a guest is told; the token stands in the link. */
export type Invitation = Wanted & {readonly token: string; readonly link: string};

export type OpenShare = {
	readonly describe: () => ShareDescription;
	/** On the owner's screen. */
	readonly tellOwner: (sentence: string) => void;
	/** @throws InvitationError */
	readonly invite: (wanted: Wanted) => Invitation;
	/** In the order of how far they reach. */
	readonly doors: readonly LinkAddress[];
	/** Somebody who may wants the end, or the server is gone for good. */
	readonly ended: Promise<Ending>;
	/** `why`: a sentence for the guests. Never rejects. */
	readonly end: (why: string) => Promise<void>;
};

/** @throws DoorError, TransportError, CommandError */
export const openShare = async (context: Context, settings: ShareSettings): Promise<OpenShare> => {
	const {environment, endpoint, access, version, options} = context;
	const {thread, connection, ownerName, onNews} = settings;
	const guard = createGuard(environment);
	const entrance = createEntrance(environment);
	const turnedAway = createTurnedAway(environment.later, settings.tell);
	const admitted = (token: string | undefined): Pass | undefined => {
		const pass = invitations.admit(token);
		if (pass === undefined) turnedAway.note();
		return pass;
	};
	const invitations = createInvitations({
		nowMs: environment.nowMs,
		randomBytes,
		reserved: [ownerName],
	});
	const registration = register(context);
	process.once('exit', registration.remove);
	let doors: readonly OpenedDoor[] = [];
	let tellEnd = (_ending: Ending): void => {};
	const ended = new Promise<Ending>(resolve => {
		tellEnd = resolve;
	});

	const invite = (wanted: Wanted): Invitation => {
		const [door] = doors;
		if (door === undefined) throw new Error('The share has no door.');
		const {name, role, expiresInMs, once = false} = wanted;
		const {token} = invitations.invite({name, role, once, lifetimeMs: expiresInMs});
		return {...wanted, token, link: formatLink({address: door.address, token})};
	};
	const gateway = createGateway({
		sessionOptions: {endpoint, access: unattended(access), clientVersion: version},
		threadId: thread.id,
		invitations,
		ownerName,
		environment,
		newId: randomUUID,
		doors: () => doors.map(({display}) => display),
		invite: wanted => invite(wanted).link,
		onNews,
		onEnd: ending => tellEnd(ending),
	});
	const close = async (opened: readonly Pick<OpenedDoor, 'close'>[]): Promise<void> => {
		guard.stop();
		turnedAway.stop();
		await Promise.allSettled(opened.map(door => door.close()));
		registration.remove();
		process.off('exit', registration.remove);
	};

	try {
		doors = await openDoors(
			{
				...settings,
				folder: registration.folder,
				longestMs: options.expiresMs ?? defaultExpiryMs,
				environment,
			},
			{
				admit: (token, from) => guard.admit(from, () => admitted(token)),
				hasRoom: entrance.hasRoom,
				onVisitor: entrance.counting(gateway.welcome),
				maxFrameBytes: mostGuestFrameBytes,
			},
		);
		// Nobody else can open it, so it asks for nothing.
		const ownerDoor = await openDoor(
			{kind: 'unix', path: registration.ownerSocket},
			{admit: async () => 'owner' as const, onVisitor: gateway.welcome},
		);
		gateway.start({connection, described: thread});
		registration.announce({
			pid: process.pid,
			threadId: thread.id,
			server: serverAddress(context),
			startedAtMs: environment.nowMs(),
			protocol: shareProtocol,
			groupFolders: doors.flatMap(({groupFolder}) => groupFolder ?? []),
		});
		let ending: Promise<void> | undefined;
		return {
			describe: gateway.describe,
			tellOwner: gateway.tellOwner,
			invite,
			doors: doors.map(({address}) => address),
			ended,
			end(why) {
				ending ??= gateway.end(why).then(() => close([...doors, ownerDoor]));
				return ending;
			},
		};
	} catch (error) {
		await gateway.end('The share could not be opened.');
		await close(doors);
		throw error;
	}
};
