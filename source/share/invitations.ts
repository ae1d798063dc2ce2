/**
 * Who may come into a share: one row for each invitation, and the tokens that open it. Pure: clock and randomness are
 * given. Invariants: of a token only the SHA-256 is kept, and no error holds one; every look compares with every row,
 * whatever was found on the way; unknown, expired, used-up and removed tokens are alike. Made by the gateway.
 *
 * An invitation holds until it expires: then nobody comes in by it, and nobody may do anything by it any more. Whoever
 * holds the connections sends away who is in (`withdrawn.ts`).
 */
import {createHash, timingSafeEqual} from 'node:crypto';
import {type InvitationRow, isRole, type Role} from '../protocol/share.ts';

/** Somebody who was let in. What he may do now is `roleOf(pass)`. */
export type Pass = {
	/** Of the invitation; unique among those that stand. */
	readonly name: string;
	/** As he came in. */
	readonly role: Role;
	/** Which token it was, for `returnKey`. */
	readonly by: 'link' | 'return';
};

export type Invite = {
	/** 1 to 64 characters, for people. */
	readonly name: string;
	readonly role: Role;
	/** From now; undefined: as long as the share. */
	readonly lifetimeMs?: number | undefined;
	/** The link lets in once; `returnKey` lets the same guest come back. A client that knows no such key cannot. */
	readonly once: boolean;
};

export type InvitationsOptions = {
	readonly nowMs: () => number;
	/** Fit for secrets: `randomBytes` of node:crypto. */
	readonly randomBytes: (count: number) => Uint8Array;
	/** Names that nobody may be invited by, such as the owner's. */
	readonly reserved?: readonly string[];
};

export type Invitations = {
	/** The token is told here and nowhere else. @throws InvitationError */
	readonly invite: (invite: Invite) => {readonly token: string; readonly row: InvitationRow};
	/** Whose token it is, unless it opens nothing (any more). A single use is used up by this. */
	readonly admit: (token: string | undefined) => Pass | undefined;
	/**
	 * A token for this guest to come back with, of a `once` invitation; undefined for others. It lasts until the next
	 * that is given out has been used: an answer that got lost locks nobody out.
	 */
	readonly returnKey: (pass: Pass) => string | undefined;
	/** What a guest may do now; undefined once his invitation expired or is removed, even if another has his name since. */
	readonly roleOf: (who: Pass | string) => Role | undefined;
	/** The invitation stands, but its time is over. */
	readonly hasExpired: (pass: Pass) => boolean;
	/** Names of those that have expired, each told once. */
	readonly takeExpired: () => readonly string[];
	/** The earliest, ms since the epoch, of those that `takeExpired` has not told. */
	readonly nextExpiryAtMs: () => number | undefined;
	/** Counts at once. @throws InvitationError */
	readonly setRole: (name: string, role: Role) => void;
	/** The token is dead, and who is in is told to `onRemoved`. @throws InvitationError */
	readonly remove: (name: string) => void;
	/** For whoever ends the connections of that name. */
	readonly onRemoved: (listener: (name: string) => void) => () => void;
	readonly onInvited: (listener: () => void) => () => void;
	readonly rows: () => readonly InvitationRow[];
};

/** The message is a sentence for the owner. */
export class InvitationError extends Error {
	override readonly name = 'InvitationError';
}

/** 256 bits. */
const tokenBytes = 32;
/** As many units as a signature of a message keeps (thread/signature.ts): two names never sign alike. */
const maxNameUnits = 64;
/** More are a mistake, and every look compares with all. */
const maxRows = 256;

type Row = {
	readonly name: string;
	readonly once: boolean;
	readonly expiresAtMs: number | undefined;
	readonly linkHash: Buffer;
	role: Role;
	isUsed: boolean;
	isToldExpired: boolean;
	/** The key that was come in with last, and the newest that was given out. */
	returnHashes: readonly Buffer[];
};

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Two names that differ in such characters only would look the same on every screen. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Names that look alike are one. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

const checkedName = (name: string): string => {
	const plain = name.normalize('NFC').trim();
	if (plain === '') throw new InvitationError('An invitation needs a name: say who it is for.');
	if (plain.length > maxNameUnits) {
		throw new InvitationError(`The name has ${plain.length} characters; ${maxNameUnits} are the limit.`);
	}
	if (unseen.test(plain)) {
		throw new InvitationError('The name holds a character that cannot be seen: write it in plain letters.');
	}
	return plain;
};

export const createInvitations = ({nowMs, randomBytes, reserved = []}: InvitationsOptions): Invitations => {
	const rows = new Map<string, Row>();
	const rowOfPass = new WeakMap<Pass, Row>();
	const listeners = new Set<(name: string) => void>();
	const inviteListeners = new Set<() => void>();
	const reservedKeys = new Set(reserved.map(keyOf));

	const isExpired = ({expiresAtMs}: Row): boolean => expiresAtMs !== undefined && nowMs() >= expiresAtMs;

	const described = (row: Row): InvitationRow => ({
		name: row.name,
		role: row.role,
		expiresAtMs: row.expiresAtMs,
		once: row.once,
		state: isExpired(row) ? 'expired' : row.isUsed ? 'used' : 'open',
	});

	const freshToken = (): string => Buffer.from(randomBytes(tokenBytes)).toString('base64url');

	const rowOf = (name: string): Row => {
		const row = rows.get(keyOf(name));
		if (row === undefined)
			throw new InvitationError(`Nobody is invited by the name ${JSON.stringify(name)}.`);
		return row;
	};

	const standing = (who: Pass | string): Row | undefined => {
		if (typeof who === 'string') return rows.get(keyOf(who));
		const row = rowOfPass.get(who);
		return row !== undefined && rows.get(keyOf(row.name)) === row ? row : undefined;
	};

	return {
		invite: ({name, role, lifetimeMs, once}) => {
			const plain = checkedName(name);
			const key = keyOf(plain);
			if (!isRole(role)) throw new InvitationError('A guest may observe, steer or answer.');
			if (rows.has(key) || reservedKeys.has(key)) {
				throw new InvitationError(
					`${plain} is here or invited already: choose another name, or remove that one.`,
				);
			}
			if (rows.size >= maxRows) {
				throw new InvitationError(`There are ${maxRows} invitations: remove one before you invite another.`);
			}
			if (lifetimeMs !== undefined && !(lifetimeMs > 0)) {
				throw new InvitationError('An invitation that has expired already lets nobody in.');
			}
			const token = freshToken();
			const row: Row = {
				name: plain,
				once,
				expiresAtMs: lifetimeMs === undefined ? undefined : nowMs() + lifetimeMs,
				linkHash: hashOf(token),
				role,
				isUsed: false,
				isToldExpired: false,
				returnHashes: [],
			};
			rows.set(key, row);
			for (const listener of [...inviteListeners]) listener();
			return {token, row: described(row)};
		},
		admit: token => {
			const hash = hashOf(token ?? '');
			let found: {readonly row: Row; readonly returned: Buffer | undefined} | undefined;
			// No early exit: how long it takes says nothing about what was found.
			for (const row of rows.values()) {
				if (timingSafeEqual(hash, row.linkHash)) found = {row, returned: undefined};
				for (const each of row.returnHashes) {
					if (timingSafeEqual(hash, each)) found = {row, returned: each};
				}
			}
			if (found === undefined || isExpired(found.row)) return undefined;
			const {row, returned} = found;
			if (returned !== undefined) {
				row.returnHashes = [returned];
			} else if (row.once) {
				if (row.isUsed) return undefined;
				row.isUsed = true;
			}
			const pass: Pass = {name: row.name, role: row.role, by: returned === undefined ? 'link' : 'return'};
			rowOfPass.set(pass, row);
			return pass;
		},
		returnKey: pass => {
			const row = standing(pass);
			if (row === undefined || !row.once) return undefined;
			const token = freshToken();
			row.returnHashes = [...row.returnHashes.slice(0, 1), hashOf(token)];
			return token;
		},
		roleOf: who => {
			const row = standing(who);
			return row === undefined || isExpired(row) ? undefined : row.role;
		},
		hasExpired: pass => {
			const row = standing(pass);
			return row !== undefined && isExpired(row);
		},
		takeExpired: () => {
			const expired = [...rows.values()].filter(row => isExpired(row) && !row.isToldExpired);
			for (const row of expired) row.isToldExpired = true;
			return expired.map(({name}) => name);
		},
		nextExpiryAtMs: () => {
			const times = [...rows.values()].flatMap(({expiresAtMs, isToldExpired}) =>
				expiresAtMs === undefined || isToldExpired ? [] : [expiresAtMs],
			);
			return times.length === 0 ? undefined : Math.min(...times);
		},
		setRole: (name, role) => {
			if (!isRole(role)) throw new InvitationError('A guest may observe, steer or answer.');
			rowOf(name).role = role;
		},
		remove: name => {
			const row = rowOf(name);
			rows.delete(keyOf(name));
			for (const listener of [...listeners]) listener(row.name);
		},
		onRemoved: listener => {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		onInvited: listener => {
			inviteListeners.add(listener);
			return () => inviteListeners.delete(listener);
		},
		rows: () => [...rows.values()].map(described),
	};
};
