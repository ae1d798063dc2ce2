/**
 * The few words in the clear that both ends say to a relay, and the relay to them, before it carries their bytes
 * unread. Whoever has a room's secret can host it; whoever has the room, its hash, can join. Neither gives anything
 * but a line to the other end: who is there is proven inside it, by TLS, its pinned certificate and a token.
 * Pure. Used by connect-relay.ts and by share/relay/.
 *
 *     host:  JUMPSEAT-RELAY/1 host SECRET\n    ←  WAIT\n if nobody is there yet, OK\n once somebody joins
 *     guest: JUMPSEAT-RELAY/1 join ROOM\n      ←  OK\n once a host is there
 *     both:                                    ←  NO sentence\n, and then the end, at any time before OK
 *
 * Nobody says anything more before OK. After it every byte is the other end's.
 */
import {createHash} from 'node:crypto';

const relayProtocol = 'JUMPSEAT-RELAY/1';

/** Of a line with its end; none of ours comes near. */
export const maxRelayLineBytes = 256;

/** 256 bits each, as base64url. */
const isWord = (text: string): boolean => /^[\w-]{43}$/.test(text);

/** The room that `secret` hosts: base64url of its SHA-256, over the text. */
export const roomOf = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

export const isRelayRoom = isWord;

export const hostLine = (secret: string): string => `${relayProtocol} host ${secret}\n`;
export const joinLine = (room: string): string => `${relayProtocol} join ${room}\n`;

export type Preamble = {readonly kind: 'host' | 'join'; readonly room: string};

/** `line` without its end. A sentence: why it is none. */
export const parsePreamble = (line: string): Preamble | string => {
	const [protocol = '', kind, word = '', ...more] = line.split(' ');
	if (protocol !== relayProtocol) {
		return protocol.startsWith('JUMPSEAT-RELAY/')
			? `this relay speaks ${relayProtocol}: one of the two is older than the other`
			: 'this is a relay of Jumpseat and speaks nothing else';
	}
	if ((kind !== 'host' && kind !== 'join') || !isWord(word) || more.length > 0) {
		return 'that is neither a host nor somebody who joins';
	}
	return {kind, room: kind === 'host' ? roomOf(word) : word};
};

export const okLine = 'OK\n';
export const waitLine = 'WAIT\n';
/** `sentence` is one of the relay's own, and short. */
export const noLine = (sentence: string): string => `NO ${sentence}\n`;

/** No host came for who joined: the one no that says something of the share, not of the relay. */
export const nobodyShares = 'nobody shares this any more';

export type RelayAnswer = {readonly kind: 'ok' | 'wait'} | {readonly kind: 'no'; readonly sentence: string};

/** `line` without its end; undefined when no relay speaks like that. A sentence is not yet fit for a terminal. */
export const parseRelayAnswer = (line: string): RelayAnswer | undefined => {
	if (line === 'OK') return {kind: 'ok'};
	if (line === 'WAIT') return {kind: 'wait'};
	return line.startsWith('NO ') ? {kind: 'no', sentence: line.slice(3)} : undefined;
};

/** The first line of `bytes` without its end, and what came behind it; `'more'` until it is whole. */
export const takeLine = (
	bytes: Buffer,
): {readonly line: string; readonly rest: Buffer} | 'more' | 'too long' => {
	const end = bytes.subarray(0, maxRelayLineBytes).indexOf('\n');
	if (end === -1) return bytes.length < maxRelayLineBytes ? 'more' : 'too long';
	return {line: bytes.subarray(0, end).toString('utf8'), rest: bytes.subarray(end + 1)};
};
