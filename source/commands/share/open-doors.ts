/**
 * The doors of one share: all that were asked for, opened together or not at all, and what a guest's link says of each.
 * Invariant: beyond loopback there is TLS only, with the certificate that was made for this share.
 */
import {randomBytes} from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type {Environment} from '../../app-server/connection.ts';
import {makeCertificate, type ShareCertificate} from '../../share/certificate.ts';
import type {LinkAddress} from '../../share/link.ts';
import {openRelayDoor} from '../../share/relay-door.ts';
import {type DoorOptions, openDoor} from '../../transport/door.ts';
import {roomOf} from '../../transport/relay-preamble.ts';
import {freshGroupFolder, groupSocketIn, removeGroupFolder} from './group-folder.ts';
import type {HostPort, Place} from './listen.ts';

export type DoorsWanted = {
	readonly places: readonly Place[];
	readonly via: HostPort | undefined;
	/** Who may open the unix sockets beside this user. */
	readonly gid: number | undefined;
	/** Private to this user. */
	readonly folder: string;
	/** Of the invitations, for the certificate. */
	readonly longestMs: number;
	readonly environment: Environment;
	/** For the owner, one sentence. */
	readonly tell: (sentence: string) => void;
};

export type OpenedDoor = {
	/** For people. */
	readonly display: string;
	readonly address: LinkAddress;
	/** Outside of every private folder: noted for whoever finds the share dead. */
	readonly groupFolder?: string;
	/** Nobody comes in any more, and who is in is sent away. */
	readonly close: () => Promise<void>;
};

/** In the order of how far they reach: guests are told of the first. @throws DoorError, TransportError */
export const openDoors = async <Pass>(
	wanted: DoorsWanted,
	options: DoorOptions<Pass>,
): Promise<readonly OpenedDoor[]> => {
	const {places, via, environment, longestMs} = wanted;
	const needsTls = via !== undefined || places.some(({kind}) => kind === 'wss');
	const certificate = needsTls ? await makeCertificate({nowMs: environment.nowMs, longestMs}) : undefined;
	const opening = [
		...places.map(place => openPlace(place, certificate, wanted, options)),
		...(via === undefined || certificate === undefined ? [] : [openRelay(via, certificate, wanted, options)]),
	];
	const settled = await Promise.allSettled(opening);
	const opened = settled.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
	const failed = settled.find(each => each.status === 'rejected');
	if (failed !== undefined) {
		await Promise.all(opened.map(door => door.close()));
		throw failed.reason;
	}
	return opened.sort((left, right) => reach.indexOf(left.address.kind) - reach.indexOf(right.address.kind));
};

const reach: ReadonlyArray<LinkAddress['kind']> = ['relay', 'wss', 'ws', 'unix'];

const openPlace = async <Pass>(
	place: Place,
	certificate: ShareCertificate | undefined,
	wanted: DoorsWanted,
	options: DoorOptions<Pass>,
): Promise<OpenedDoor> => {
	if (place.kind === 'unix') return openSocket(place.path, wanted, options);
	const {host, port} = place;
	if (place.kind === 'ws' || certificate === undefined) {
		const door = await openDoor({kind: 'ws', host, port}, options);
		// As the door takes the name, too: a guest's system may take it for ::1, where anybody may listen.
		const bound = host === 'localhost' ? '127.0.0.1' : host;
		const address = {kind: 'ws', host: bound, port: door.port ?? port} as const;
		return {display: door.display, address, close: door.close};
	}
	const {key, cert, fingerprint} = certificate;
	const door = await openDoor({kind: 'wss', host, port, key, cert}, options);
	const address = {kind: 'wss', host: hostForGuests(host), port: door.port ?? port, fingerprint} as const;
	return {display: door.display, address, close: door.close};
};

/** Others cannot reach into a private folder: a group gets one of its own, which the door makes. */
const openSocket = async <Pass>(
	asked: string | undefined,
	{folder, gid}: DoorsWanted,
	options: DoorOptions<Pass>,
): Promise<OpenedDoor> => {
	const own = asked !== undefined || gid === undefined ? undefined : freshGroupFolder();
	const socketPath = asked ?? (own === undefined ? path.join(folder, 'guest.sock') : groupSocketIn(own));
	const door = await openDoor({kind: 'unix', path: socketPath, gid}, options);
	const remove = (): void => {
		if (own !== undefined) removeGroupFolder(own);
	};
	// Also where it ends by a mistake of ours: others know the name, and the folder is not in this user's own.
	process.once('exit', remove);
	return {
		display: door.display,
		address: {kind: 'unix', path: socketPath},
		...(own !== undefined && {groupFolder: own}),
		async close() {
			await door.close();
			remove();
			process.off('exit', remove);
		},
	};
};

const openRelay = async <Pass>(
	{host, port}: HostPort,
	{key, cert, fingerprint}: ShareCertificate,
	{environment, tell}: DoorsWanted,
	options: DoorOptions<Pass>,
): Promise<OpenedDoor> => {
	const display = `relay://${host.includes(':') ? `[${host}]` : host}:${port}`;
	const secret = randomBytes(32).toString('base64url');
	const door = await openDoor({kind: 'handed', display, key, cert}, options);
	try {
		const relay = await openRelayDoor({
			address: {host, port, display, secret},
			adopt: line => door.adopt(line),
			tell,
			environment,
		});
		return {
			display,
			address: {kind: 'relay', host, port, room: roomOf(secret), fingerprint},
			close() {
				relay.stop();
				return door.close();
			},
		};
	} catch (error) {
		await door.close();
		throw error;
	}
};

/** A door at all addresses of a machine has one that others know it by, as far as it can be guessed. */
const hostForGuests = (host: string): string => {
	if (host !== '0.0.0.0' && host !== '::') return host;
	const addresses = Object.values(os.networkInterfaces()).flatMap(each => each ?? []);
	const reachable = addresses.find(({internal, family}) => !internal && family === 'IPv4');
	return reachable?.address ?? os.hostname();
};
