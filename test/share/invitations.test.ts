import {createHash, randomBytes} from 'node:crypto';
import {inspect} from 'node:util';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {createInvitations, InvitationError, type Invitations} from '../../source/share/invitations.ts';

const timingSafeEqual = vi.hoisted(() => vi.fn());
vi.mock('node:crypto', async original => {
	const crypto = await original<typeof import('node:crypto')>();
	timingSafeEqual.mockImplementation(crypto.timingSafeEqual);
	return {...crypto, timingSafeEqual};
});

let nowMs = 0;
let invitations: Invitations;
beforeEach(() => {
	nowMs = 1000;
	invitations = createInvitations({nowMs: () => nowMs, randomBytes, reserved: ['Olga']});
});

const invite = (name: string, more: {lifetimeMs?: number; once?: boolean} = {}) =>
	invitations.invite({name, role: 'observe', once: false, ...more});

const sentenceOf = (attempt: () => unknown): string => {
	try {
		attempt();
	} catch (error) {
		if (error instanceof InvitationError) return error.message;
		throw error;
	}
	throw new Error('nothing was thrown');
};

describe('a token', () => {
	test('has 256 bits from the source that was given, as base64url', () => {
		const asked: number[] = [];
		const own = createInvitations({
			nowMs: () => 0,
			randomBytes: count => {
				asked.push(count);
				return new Uint8Array(count).fill(0xfb);
			},
		});
		const {token} = own.invite({name: 'ada', role: 'steer', once: false});
		expect(asked).toEqual([32]);
		expect(token).toBe(Buffer.alloc(32, 0xfb).toString('base64url'));
	});

	test('opens for its own name and role, as often as one likes', () => {
		const {token} = invite('ada');
		invite('bo');
		for (let time = 0; time < 3; time += 1) {
			expect(invitations.admit(token)).toEqual({name: 'ada', role: 'observe', by: 'link'});
		}
	});

	test.each([undefined, '', 'x', 'A'.repeat(43), 'a'.repeat(100_000), '\u0000', 'ü'])(
		'that was never given opens nothing: %#',
		token => {
			invite('ada');
			expect(invitations.admit(token)).toBeUndefined();
		},
	);

	test('that differs in one character opens nothing', () => {
		const {token} = invite('ada');
		for (let at = 0; at < token.length; at += 1) {
			const other = token[at] === 'x' ? 'y' : 'x';
			const changed = token.slice(0, at) + other + token.slice(at + 1);
			expect(invitations.admit(changed)).toBeUndefined();
		}
	});

	test('is compared with every row, whether and wherever it is found', () => {
		const tokens = ['ada', 'bo', 'cy'].map(name => invite(name).token);
		const looks = [...tokens, 'none', undefined].map(token => {
			timingSafeEqual.mockClear();
			invitations.admit(token);
			return timingSafeEqual.mock.calls.length;
		});
		expect(looks).toEqual([3, 3, 3, 3, 3]);
	});

	test('is nowhere in what is kept, nor in an error or a text of it', () => {
		const {token, row} = invite('ada', {once: true});
		const pass = invitations.admit(token);
		if (pass === undefined) throw new Error('not admitted');
		const key = invitations.returnKey(pass) ?? '';
		const seen = [
			inspect(row),
			inspect(pass),
			inspect(invitations.rows()),
			inspect(invitations, {depth: 9, showHidden: true}),
			String(invitations),
			sentenceOf(() => invite('ada')),
			sentenceOf(() => invitations.remove(token)),
		];
		for (const text of seen.slice(0, -1)) {
			expect(text).not.toContain(token);
			expect(text).not.toContain(key);
			expect(text).not.toContain(createHash('sha256').update(token).digest('hex'));
		}
	});
});

describe('an invitation that expires', () => {
	test('lets nobody in from that moment on', () => {
		const {token, row} = invite('ada', {lifetimeMs: 500});
		expect(row.expiresAtMs).toBe(1500);
		nowMs = 1499;
		expect(invitations.admit(token)?.name).toBe('ada');
		nowMs = 1500;
		expect(invitations.admit(token)).toBeUndefined();
		expect(invitations.rows()[0]?.state).toBe('expired');
	});

	test('takes from who is in all that he may, and lets him not come back', () => {
		const {token} = invite('ada', {lifetimeMs: 500, once: true});
		const pass = invitations.admit(token);
		if (pass === undefined) throw new Error('not admitted');
		const key = invitations.returnKey(pass);
		nowMs = 1500;
		expect([invitations.roleOf(pass), invitations.hasExpired(pass)]).toEqual([undefined, true]);
		expect(invitations.admit(key)).toBeUndefined();
	});

	test('is named once when its time is over, and the next is known before', () => {
		invite('ada', {lifetimeMs: 500});
		invite('bo', {lifetimeMs: 700});
		invite('cy');
		expect([invitations.nextExpiryAtMs(), invitations.takeExpired()]).toEqual([1500, []]);
		nowMs = 1500;
		expect([invitations.takeExpired(), invitations.takeExpired()]).toEqual([['ada'], []]);
		expect(invitations.nextExpiryAtMs()).toBe(1700);
		invitations.remove('bo');
		expect(invitations.nextExpiryAtMs()).toBeUndefined();
	});

	test.each([0, -1, Number.NaN])('may not have expired before: %s', lifetimeMs => {
		expect(sentenceOf(() => invite('ada', {lifetimeMs}))).toContain('expired already');
	});
});

describe('a single use', () => {
	const comeIn = (token: string | undefined) => {
		const pass = invitations.admit(token);
		if (pass === undefined) throw new Error('not admitted');
		return {pass, key: invitations.returnKey(pass)};
	};

	test('is used up by the first, and says so', () => {
		const {token, row} = invite('ada', {once: true});
		expect(row.state).toBe('open');
		expect(invitations.admit(token)?.by).toBe('link');
		expect(invitations.admit(token)).toBeUndefined();
		expect(invitations.rows()[0]?.state).toBe('used');
	});

	test('lets the guest come back with his key, again and again', () => {
		let {key} = comeIn(invite('ada', {once: true}).token);
		for (let time = 0; time < 3; time += 1) {
			const back = comeIn(key);
			expect(back.pass).toEqual({name: 'ada', role: 'observe', by: 'return'});
			expect(back.key).not.toBe(key);
			({key} = back);
		}
	});

	test('takes the key he came with until the one he got is used: an answer that is lost locks nobody out', () => {
		const first = comeIn(invite('ada', {once: true}).token);
		comeIn(first.key);
		const second = comeIn(first.key);
		comeIn(second.key);
		expect(invitations.admit(first.key)).toBeUndefined();
	});

	test('has no key for a link that opens often', () => {
		expect(comeIn(invite('ada').token).key).toBeUndefined();
	});
});

describe('the owner', () => {
	test('changes a role at once, and the next to come in has it', () => {
		const {token} = invite('ada');
		const pass = invitations.admit(token);
		invitations.setRole('ada', 'answer');
		expect(invitations.roleOf('ada')).toBe('answer');
		expect(pass && invitations.roleOf(pass)).toBe('answer');
		expect(invitations.admit(token)?.role).toBe('answer');
		expect(invitations.rows()[0]?.role).toBe('answer');
	});

	test('removes a guest: token and key are dead, and whoever ends connections is told', () => {
		const told: string[] = [];
		const stop = invitations.onRemoved(name => told.push(name));
		const {token} = invite('ada', {once: true});
		const pass = invitations.admit(token);
		const key = pass && invitations.returnKey(pass);
		invitations.remove('ada');
		expect(told).toEqual(['ada']);
		expect(invitations.admit(token)).toBeUndefined();
		expect(invitations.admit(key)).toBeUndefined();
		expect(pass && invitations.roleOf(pass)).toBeUndefined();
		expect(invitations.rows()).toEqual([]);
		stop();
		invite('ada');
		invitations.remove('ada');
		expect(told).toHaveLength(1);
	});

	test('may give the name to another, which gives the removed guest nothing', () => {
		const pass = invitations.admit(invite('ada', {once: true}).token);
		invitations.remove('ada');
		invitations.invite({name: 'ada', role: 'answer', once: true});
		expect(pass && invitations.roleOf(pass)).toBeUndefined();
		expect(pass && invitations.returnKey(pass)).toBeUndefined();
		expect(invitations.roleOf('ada')).toBe('answer');
	});

	test.each(['nobody', ''])('is told that there is no %j', name => {
		expect(sentenceOf(() => invitations.remove(name))).toContain('Nobody is invited');
		expect(sentenceOf(() => invitations.setRole(name, 'steer'))).toContain('Nobody is invited');
	});

	test('has a limit', () => {
		for (let count = 0; count < 256; count += 1) invite(`guest ${count}`);
		expect(sentenceOf(() => invite('one more'))).toContain('256 invitations');
	});
});

describe('a name', () => {
	test.each(['ada', 'ADA', ' Ada ', 'ａｄａ'])('that reads like one that is there is refused: %j', name => {
		invite('ada');
		expect(sentenceOf(() => invite(name))).toContain('choose another name');
	});

	test('of the owner is refused', () => {
		expect(sentenceOf(() => invite('olga'))).toContain('choose another name');
	});

	test.each([
		'',
		'  ',
		'a\nb',
		'a\u001B[31m',
		'a\u202Eb',
		'a\u200Bb',
		'\uD800',
		'x'.repeat(65),
		'ada\u3164',
		'\u2800',
		'ada\u034f',
	])('that cannot be read is refused: %j', name => {
		expect(() => invite(name)).toThrow(InvitationError);
	});

	test.each(['Ada Lovelace', '漢字', 'José', "o'neil:x"])('may be %j', name => {
		expect(invite(name).row.name).toBe(name);
	});
});
