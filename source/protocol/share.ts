/**
 * What a share says beside the App Server protocol: its own words to a Jumpseat that came in as a guest, and what such
 * a guest says to it. A client that is no Jumpseat is never told any of this. Wire types and tolerant decoding; written
 * by `share/`, read by `app/`.
 */
import {asArray, asRecord, asString} from './fields.ts';
import type {Json, RpcId} from './types.ts';

/** Changes when an older guest or share would misunderstand the other. */
export const shareProtocol = 1;

/** What a guest may do; each may also do what stands before it. */
export const roles = ['observe', 'steer', 'answer'] as const;
export type Role = (typeof roles)[number];
/** The owner is whoever runs the share, and can do all that we ever do. */
export type SeatRole = Role | 'owner';

export const isRole = (value: unknown): value is Role => roles.some(role => role === value);
const isSeatRole = (value: unknown): value is SeatRole => value === 'owner' || isRole(value);

/** Where somebody looks: at what comes, or further back. */
export type Gaze = 'live' | 'back';

/** One connection of somebody who is here. */
export type Person = {
	/** Of this connection, unique in the share. */
	readonly id: string;
	/** Of the invitation; proven. */
	readonly name: string;
	readonly role: SeatRole;
	readonly client: 'jumpseat' | 'codex' | 'other';
	readonly at: Gaze;
	readonly typing: boolean;
};

/** Who the reader of this is. */
export type You = {readonly id: string; readonly name: string; readonly role: SeatRole};

/** The member `jumpseat` of the result of `initialize`: how a Jumpseat knows that it speaks to a share. */
export type Welcome = {
	readonly protocol: number;
	readonly threadId: string;
	readonly you: You;
	/** A token that lets this guest come back after its link was used up (`--once`). */
	readonly returnKey?: string;
};

/** `jumpseat/presence`: everybody, whenever something about somebody changes. */
export type Presence = {readonly you: You; readonly people: readonly Person[]};

/** `jumpseat/answered`: a request is settled, and a guest or the owner's share had answered it. */
export type Answered = {
	readonly requestId: RpcId;
	readonly threadId: string;
	readonly by: string;
	/** The answer as it went to the server. */
	readonly answer: Json;
	readonly atMs: number;
};

/** An invitation, without its token: that stands in the link only, which is told once. */
export type InvitationRow = {
	readonly name: string;
	readonly role: Role;
	readonly expiresAtMs: number | undefined;
	readonly once: boolean;
	/** `used`: a single use is used up, and whoever is in stays in. `expired`: nobody is in by it. */
	readonly state: 'open' | 'used' | 'expired';
};

/** The answer to `jumpseat/share/read`, and `jumpseat/share/changed` to owners. */
export type ShareDescription = {
	readonly threadId: string;
	readonly startedAtMs: number;
	/** Where guests can come in, for people. */
	readonly doors: readonly string[];
	readonly invitations: readonly InvitationRow[];
	readonly people: readonly Person[];
};

/** The answer to `jumpseat/share/invite`. */
export type Invited = {readonly name: string; readonly role: Role; readonly link: string};

/** WebSocket close codes of a share. */
export const shareCloseCodes = {
	/** The upstream was lost, or is new: come back and hydrate again. RFC 6455's "service restart". */
	resynchronise: 1012,
	removed: 4001,
	ended: 4002,
	tooSlow: 4003,
	tooMuch: 4004,
} as const;

/** Nobody comes back by himself after such a close code. */
export const isSentAway = (closeCode: number | undefined): boolean =>
	closeCode === shareCloseCodes.removed || closeCode === shareCloseCodes.ended;

/** A share that says more than any has is a hostile one; all of it would be gone through for every picture. */
const most = {people: 512, invitations: 512, doors: 32, nameUnits: 200} as const;

const shortWord = (value: unknown): string | undefined => asString(value)?.slice(0, most.nameUnits);

const decodeYou = (raw: unknown): You | undefined => {
	const fields = asRecord(raw);
	const id = shortWord(fields?.id);
	const name = shortWord(fields?.name);
	const role = fields?.role;
	return id === undefined || name === undefined || !isSeatRole(role) ? undefined : {id, name, role};
};

const decodePerson = (raw: unknown): Person | undefined => {
	const fields = asRecord(raw);
	const you = decodeYou(raw);
	if (you === undefined || fields === undefined) return undefined;
	const {client} = fields;
	return {
		...you,
		client: client === 'jumpseat' || client === 'codex' ? client : 'other',
		at: fields.at === 'back' ? 'back' : 'live',
		typing: fields.typing === true,
	};
};

const decodePeople = (raw: unknown): readonly Person[] =>
	(asArray(raw) ?? []).slice(0, most.people).flatMap(each => decodePerson(each) ?? []);

/** Undefined: the result is a plain server's. */
export const decodeWelcome = (initialized: unknown): Welcome | undefined => {
	const fields = asRecord(asRecord(initialized)?.jumpseat);
	const you = decodeYou(fields?.you);
	const threadId = asString(fields?.threadId);
	const protocol = fields?.protocol;
	if (you === undefined || threadId === undefined || typeof protocol !== 'number') return undefined;
	const returnKey = asString(fields?.returnKey);
	return {protocol, threadId, you, ...(returnKey !== undefined && {returnKey})};
};

export const decodePresence = (params: unknown): Presence | undefined => {
	const fields = asRecord(params);
	const you = decodeYou(fields?.you);
	return you === undefined ? undefined : {you, people: decodePeople(fields?.people)};
};

export const decodeAnswered = (params: unknown): Answered | undefined => {
	const fields = asRecord(params);
	const requestId = fields?.requestId;
	const threadId = asString(fields?.threadId);
	const by = shortWord(fields?.by);
	if (typeof requestId !== 'number' && typeof requestId !== 'string') return undefined;
	if (threadId === undefined || by === undefined) return undefined;
	const atMs = typeof fields?.atMs === 'number' ? fields.atMs : 0;
	return {requestId, threadId, by, answer: (fields?.answer ?? null) as Json, atMs};
};

const decodeInvitation = (raw: unknown): InvitationRow | undefined => {
	const fields = asRecord(raw);
	const name = shortWord(fields?.name);
	if (fields === undefined || name === undefined || !isRole(fields.role)) return undefined;
	return {
		name,
		role: fields.role,
		expiresAtMs: typeof fields.expiresAtMs === 'number' ? fields.expiresAtMs : undefined,
		once: fields.once === true,
		state: fields.state === 'used' || fields.state === 'expired' ? fields.state : 'open',
	};
};

export const decodeShareDescription = (raw: unknown): ShareDescription | undefined => {
	const fields = asRecord(raw);
	const threadId = asString(fields?.threadId);
	if (fields === undefined || threadId === undefined) return undefined;
	return {
		threadId,
		startedAtMs: typeof fields.startedAtMs === 'number' ? fields.startedAtMs : 0,
		doors: (asArray(fields.doors) ?? []).slice(0, most.doors).flatMap(door => shortWord(door) ?? []),
		invitations: (asArray(fields.invitations) ?? [])
			.slice(0, most.invitations)
			.flatMap(each => decodeInvitation(each) ?? []),
		people: decodePeople(fields.people),
	};
};

export const decodeInvited = (raw: unknown): Invited | undefined => {
	const fields = asRecord(raw);
	const name = asString(fields?.name);
	const link = asString(fields?.link);
	if (name === undefined || link === undefined || !isRole(fields?.role)) return undefined;
	return {name, role: fields.role, link};
};
