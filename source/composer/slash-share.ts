/**
 * The `/` commands of whoever shares the thread: who comes in, in which role, and the end of it. Invariant: what does
 * not say exactly what to do does nothing and says how to write it. Pure; part of `slash.ts`.
 */
import {isRole, type Role, roles} from '../protocol/share.ts';
import {parseDuration} from './duration.ts';

export type ShareCommand =
	| {
			readonly name: 'invite';
			readonly guest: string;
			readonly role: Role;
			/** Undefined: as long as the share says by itself. */
			readonly lifetimeMs: number | undefined;
			readonly once: boolean;
	  }
	| {readonly name: 'role'; readonly guest: string; readonly role: Role}
	| {readonly name: 'remove'; readonly guest: string}
	| {readonly name: 'endshare'};

/** Where this seat stands; undefined: the thread is not shared here. */
export type ShareSeat = 'owner' | 'guest' | undefined;

export const whyNotOwner = (name: string, seat: ShareSeat): string | undefined => {
	if (seat === 'owner') return undefined;
	return seat === 'guest'
		? `/${name} is for the owner of the share: ask there.`
		: `/${name} works in a shared thread only: \`jumpseat share\` in a shell begins one.`;
};

const oneOf = roles.join(', ');
/** A name of several words stands in quotes. */
const wordsOf = (text: string): readonly string[] =>
	[...text.matchAll(/"([^"]*)"|(\S+)/gu)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const readInvite = (words: readonly string[]): ShareCommand | string => {
	const [guest, ...more] = words;
	if (guest === undefined || guest === '') return 'Whom? /invite NAME [role] [2h] [once].';
	let role: Role = 'observe';
	let lifetimeMs: number | undefined;
	let once = false;
	for (const word of more) {
		// A bare number is no time here: nobody means seconds.
		const ms = /^[\d.]+$/.test(word) ? undefined : parseDuration(word);
		if (isRole(word)) role = word;
		else if (ms !== undefined) lifetimeMs = ms;
		else if (word === 'once') once = true;
		else return `/invite takes a name, then a role (${oneOf}), a time (90m, 2h, 7d) or once.`;
	}
	return {name: 'invite', guest, role, lifetimeMs, once};
};

const readRole = ([guest, role, ...more]: readonly string[]): ShareCommand | string =>
	guest === undefined || !isRole(role) || more.length > 0
		? `/role takes a name and a role: ${oneOf}.`
		: {name: 'role', guest, role};

const readRemove = ([guest, ...more]: readonly string[]): ShareCommand | string =>
	guest === undefined || more.length > 0 ? '/remove takes the name of one guest.' : {name: 'remove', guest};

/** The command, or in a sentence what is wrong with what follows its name. */
export const readShareCommand = (name: ShareCommand['name'], argument: string): ShareCommand | string => {
	const words = wordsOf(argument);
	switch (name) {
		case 'invite':
			return readInvite(words);
		case 'role':
			return readRole(words);
		case 'remove':
			return readRemove(words);
		case 'endshare':
			return {name};
	}
};
