/**
 * The one line that a guest is sent: where the share is, the token that opens it, and the fingerprint of its
 * certificate. Pure: text in, a checked `Link` out, or a `LinkError` with one sentence that quotes nothing: the token
 * may stand anywhere in a text that is none. Used by the verbs `share` and `join`.
 *
 *     jumpseat+unix:///PATH#1.TOKEN              jumpseat+wss://HOST:PORT#1.TOKEN.FINGERPRINT
 *     jumpseat+ws://127.0.0.1:PORT#1.TOKEN       jumpseat+relay://HOST:PORT/ROOM#1.TOKEN.FINGERPRINT
 *
 * The leading number is `shareProtocol`. PATH is percent-encoded; token, room and fingerprint are base64url of 32 bytes.
 */
import {shareProtocol} from '../protocol/share.ts';
import type {Access} from '../transport/connect.ts';
import {isLoopback} from '../transport/connect-ws.ts';
import {type Endpoint, EndpointError, parseEndpoint} from '../transport/endpoint.ts';

/** A host is a name or an address; of IPv6 without brackets. A fingerprint is in the form of a pin: 64 digits of hex. */
export type LinkAddress =
	| {readonly kind: 'unix'; readonly path: string}
	| {readonly kind: 'ws'; readonly host: string; readonly port: number}
	| {readonly kind: 'wss'; readonly host: string; readonly port: number; readonly fingerprint: string}
	| {
			readonly kind: 'relay';
			readonly host: string;
			readonly port: number;
			readonly room: string;
			readonly fingerprint: string;
	  };

export type Link = {readonly address: LinkAddress; readonly token: string};

/** The message is a sentence for the guest, without anything of what was written. */
export class LinkError extends Error {
	override readonly name = 'LinkError';
}

const how = 'Ask for the whole line that `jumpseat share` printed, and put it between single quotes.';

/** @throws LinkError for what no link can hold, such as ws:// to another machine */
export const formatLink = ({address, token}: Link): string => {
	const text = `jumpseat+${address.kind}://${placeOf(address)}#${shareProtocol}.${token}${proofOf(address)}`;
	// What is told must be understood.
	parseLink(text);
	return text;
};

const placeOf = (address: LinkAddress): string => {
	switch (address.kind) {
		case 'unix':
			return encodedPath(address.path);
		case 'ws':
		case 'wss':
			return authority(address);
		case 'relay':
			return `${authority(address)}/${address.room}`;
	}
};

const encodedPath = (path: string): string => {
	try {
		return path.split('/').map(encodeURIComponent).join('/');
	} catch {
		throw new LinkError('The path of the socket is no text that a link can hold.');
	}
};

const authority = ({host, port}: {readonly host: string; readonly port: number}): string =>
	`${host.includes(':') ? `[${host}]` : host}:${port}`;

const proofOf = (address: LinkAddress): string =>
	'fingerprint' in address ? `.${Buffer.from(address.fingerprint, 'hex').toString('base64url')}` : '';

/** Base64url of 32 bytes, in the one way to write it. */
const is256Bits = (text: string | undefined): text is string =>
	text !== undefined &&
	/^[\w-]{43}$/u.test(text) &&
	Buffer.from(text, 'base64url').toString('base64url') === text;

/** @throws LinkError */
export const parseLink = (text: string): Link => {
	const written = text.trim();
	if (written === '') throw new LinkError(`There is no link. ${how}`);
	const [, scheme, place, version, rest] =
		/^jumpseat\+([a-z]+):\/\/([^#]*)#(\d{1,9})(?:\.(.*))?$/isu.exec(written) ?? [];
	if (scheme === undefined || place === undefined || version === undefined) throw noLink(written);
	judgeVersion(Number(version));
	if (/[\s\p{Cc}]/u.test(written)) {
		throw new LinkError('The link holds a space or a line break: paste it in one piece, as it was printed.');
	}
	const [token, fingerprint, ...more] = (rest ?? '').split('.');
	if (!is256Bits(token) || more.length > 0) {
		throw new LinkError(`The link was cut short or changed on its way: its token is not whole. ${how}`);
	}
	const kind = scheme.toLowerCase();
	switch (kind) {
		case 'unix':
		case 'ws': {
			if (fingerprint !== undefined) {
				throw new LinkError(`The link has a fingerprint, which a ${kind}:// link has not. ${how}`);
			}
			return {token, address: kind === 'unix' ? unixAddress(place) : loopbackAddress(place)};
		}
		case 'wss':
			return {token, address: {kind, ...hostOf(place), fingerprint: pinOf(fingerprint)}};
		case 'relay': {
			const [, at = '', room] = /^([^/]*)\/(.*)$/u.exec(place) ?? [];
			if (!is256Bits(room)) throw new LinkError(`The link names no room at its relay. ${how}`);
			return {token, address: {kind, ...hostOf(at), room, fingerprint: pinOf(fingerprint)}};
		}
		default:
			throw new LinkError('The link is of a kind that this Jumpseat does not know: update Jumpseat.');
	}
};

const noLink = (written: string): LinkError => {
	if (/^jumpseat\+[a-z]+:/iu.test(written)) {
		return new LinkError(`The link ends before its token, which stands behind a "#". ${how}`);
	}
	return /^(?:unix|wss?|ssh):\/\//iu.test(written)
		? new LinkError('That is the address of a server, not a link to a share: give it to --connect.')
		: new LinkError(`That is no link to a share: one begins with jumpseat+. ${how}`);
};

const judgeVersion = (version: number): void => {
	if (version === shareProtocol) return;
	const numbers = `(its share speaks version ${version}, this Jumpseat ${shareProtocol})`;
	throw version > shareProtocol
		? new LinkError(`The link was made by a newer Jumpseat ${numbers}: update this one.`)
		: new LinkError(`The link was made by an older Jumpseat ${numbers}: ask whoever shares to update it.`);
};

const unixAddress = (place: string): LinkAddress => {
	let path: string;
	try {
		path = decodeURIComponent(place);
	} catch {
		throw new LinkError(`The path of the link is not whole. ${how}`);
	}
	if (!path.startsWith('/') || path.endsWith('/') || /\p{Cc}/u.test(path)) {
		throw new LinkError(`The link does not name a socket on this machine. ${how}`);
	}
	return {kind: 'unix', path};
};

const loopbackAddress = (place: string): LinkAddress => {
	const {host, port} = hostOf(place);
	// The name may mean ::1 first, where anybody else of the machine may listen for the token: a door never does.
	if (host === 'localhost') return {kind: 'ws', host: '127.0.0.1', port};
	if (isLoopback(host)) return {kind: 'ws', host, port};
	throw new LinkError(
		'The link leads to another machine without encryption, which no share does: ask for one with jumpseat+wss:// or jumpseat+relay://.',
	);
};

const hostOf = (place: string): {readonly host: string; readonly port: number} => {
	const wrong = new LinkError(`The link does not name a host and a port. ${how}`);
	if (!/^[^/?@\\]+:\d{1,5}$/u.test(place)) throw wrong;
	let endpoint: Endpoint;
	try {
		endpoint = parseEndpoint(`wss://${place}`);
	} catch (error) {
		throw error instanceof EndpointError ? wrong : error;
	}
	if (endpoint.kind !== 'ws') throw wrong;
	return {host: endpoint.host, port: endpoint.port};
};

const pinOf = (fingerprint: string | undefined): string => {
	if (!is256Bits(fingerprint)) {
		throw new LinkError(`The link was cut short or changed on its way: its fingerprint is not whole. ${how}`);
	}
	return Buffer.from(fingerprint, 'base64url').toString('hex');
};

/** Where `connect` finds the share. */
export const endpointOf = ({address}: Link): Endpoint => {
	switch (address.kind) {
		case 'unix':
			return {kind: 'unix', path: address.path, display: `unix://${address.path}`};
		case 'ws':
		case 'wss': {
			const display = `${address.kind}://${authority(address)}`;
			const {host, port} = address;
			return {kind: 'ws', url: `${display}/rpc`, host, port, secure: address.kind === 'wss', display};
		}
		case 'relay': {
			const {kind, host, port, room} = address;
			return {kind, host, port, room, display: `relay://${authority(address)}`};
		}
	}
};

/** How `connect` comes in. `tokenNow`: the token to show, which a return key takes the place of. */
export const accessOf = (
	{address, token}: Link,
	tokenNow: () => string = () => token,
): Required<Pick<Access, 'tokenOnUnix' | 'tls'>> & {readonly token: () => string} => ({
	token: tokenNow,
	tokenOnUnix: true,
	tls: 'fingerprint' in address ? {pin: address.fingerprint} : {},
});
