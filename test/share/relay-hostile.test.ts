/**
 * A relay that tampers, replays, cuts, swaps and stands in between: the session ends with one sentence on the guest's
 * side, nothing of what it changed arrives as a frame on either, and the owner goes on for others.
 */

import tls from 'node:tls';
import fc from 'fast-check';
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest';
import {makeCertificate} from '../../source/share/certificate.ts';
import {TransportError} from '../../source/transport/errors.ts';
import {
	type HostileRelay,
	otherSide,
	type Piece,
	pass,
	type Side,
	startHostileRelay,
} from './hostile-relay.ts';
import {comeIn, type Guest, type Owner, startOwner, until} from './relay-support.ts';

let relay: HostileRelay;
let owner: Owner;

beforeAll(async () => {
	relay = await startHostileRelay();
	owner = await startOwner(relay.port);
});

afterAll(async () => {
	await owner.close();
	await relay.stop();
});

beforeEach(() => {
	relay.mangle(pass);
	owner.messages.length = 0;
});

const words = Array.from({length: 300}, (_, index) => `${index} `.padEnd(100, 'lorem ipsum '));

type Story = {
	/** Why it did not come in, or how it ended; undefined: it stayed, and all was well. */
	readonly sentence: string | undefined;
	readonly code: string;
	readonly frames: readonly string[];
	readonly messages: readonly string[];
};

/** A guest comes in and says all words; the owner says each again. Whatever was delivered must be what was said. */
const talk = async (limitMs = 5000): Promise<Story> => {
	// What the last one said may still be on its way.
	await until('the last guest to be gone', () => owner.visitors.size === 0);
	owner.messages.length = 0;
	let guest: Guest;
	try {
		guest = await comeIn(relay.port, owner.room, {limitMs});
	} catch (error) {
		if (!(error instanceof TransportError)) throw error;
		expect(owner.messages).toEqual([]);
		return {sentence: error.sentence, code: error.code, frames: [], messages: []};
	}
	const endings: string[] = [];
	guest.channel.onClose(({kind, sentence}) => endings.push(`${kind}: ${sentence}`));
	try {
		for (const word of words) guest.channel.send(word);
	} catch {
		// It has ended already.
	}
	await until('an end, or all of it', () => endings.length > 0 || guest.frames.length === words.length);
	const story = {
		sentence: endings[0],
		code: endings.length === 0 ? 'well' : 'ended',
		frames: [...guest.frames],
		messages: [...owner.messages],
	};
	await guest.channel.close();
	expect(endings.length).toBeLessThanOrEqual(1);
	expect(story.frames).toEqual(words.slice(0, story.frames.length));
	expect(story.messages).toEqual(words.slice(0, story.messages.length));
	return story;
};

const isOneSentence = (text: string | undefined): boolean =>
	text !== undefined && /^[^\n]{20,400}[.?]$/.test(text);

/** The owner's side has suffered nothing: an untouched guest is served. */
const servesOthers = async (): Promise<void> => {
	relay.mangle(pass);
	expect(await talk()).toMatchObject({code: 'well', frames: words, messages: words});
};

const onlyOnce = (attack: (piece: Piece) => boolean): ((piece: Piece) => void) => {
	// The goodbye of an earlier pair may still be on its way.
	const first = relay.pairs.length;
	let isDone = false;
	return piece => {
		if (isDone || piece.pair.number < first) pass(piece);
		else isDone = attack(piece);
	};
};

/** Where in `bytes` a version stands at the head of a record that is not encrypted: TLS wants it to be ignored. */
const isIgnored = (bytes: Buffer, position: number): boolean => {
	for (let at = 0; at + 5 <= bytes.length; ) {
		const isPlain = bytes[at] === 22 || bytes[at] === 20;
		if (position === at + 1 || position === at + 2) return isPlain;
		at += 5 + bytes.readUInt16BE(at + 3);
	}
	return false;
};

const flip = (from: Side, position: number, bit: number): ((piece: Piece) => void) =>
	onlyOnce(piece => {
		const {at, bytes} = piece;
		if (piece.from !== from || position < at || position >= at + bytes.length) {
			pass(piece);
			return false;
		}
		const changed = Buffer.from(bytes);
		changed[position - at] = (changed[position - at] ?? 0) ^ (1 << bit);
		pass({...piece, bytes: changed});
		return true;
	});

test('an honest one, for comparison: everything arrives', servesOthers);

test('one bit changed, anywhere, ends it, and nothing of that record is delivered', async () => {
	const place = fc.record({
		from: fc.constantFrom<Side>('host', 'guest'),
		// The handshake is within the first 1500 bytes; both matter.
		position: fc.oneof(fc.nat(1500), fc.nat(10_000)),
		bit: fc.nat(7),
	});
	await fc.assert(
		fc.asyncProperty(place, async ({from, position, bit}) => {
			const number = relay.pairs.length;
			relay.mangle(flip(from, position, bit));
			// A length that was changed has both wait for more.
			const story = await talk(1500);
			if (story.code === 'well') {
				const said = Buffer.concat(relay.pairs[number]?.said[from] ?? []);
				expect(isIgnored(said, position), `${from} ${position} ${bit}`).toBe(true);
			} else {
				expect(isOneSentence(story.sentence), story.sentence).toBe(true);
			}
		}),
		{numRuns: 50, endOnFailure: true},
	);
	await servesOthers();
}, 60_000);

test('a bit changed in the middle says that it was changed', async () => {
	relay.mangle(flip('host', 4000, 3));
	const {sentence, frames} = await talk();
	expect(sentence).toMatch(
		/was ended: what came was not what the other side had sent.*Nothing of it was used\.$/,
	);
	expect(frames.length).toBeLessThan(words.length);
});

test('a cut after any byte delivers whole frames only', async () => {
	const places = fc.record({from: fc.constantFrom<Side>('host', 'guest'), position: fc.nat(12_000)});
	await fc.assert(
		fc.asyncProperty(places, async ({from, position}) => {
			relay.mangle(
				onlyOnce(piece => {
					const {pair, at, bytes} = piece;
					if (piece.from !== from || position >= at + bytes.length) {
						pass(piece);
						return false;
					}
					pair.sockets[otherSide(from)].end(bytes.subarray(0, position - at));
					pair.sockets[from].destroy();
					return true;
				}),
			);
			const story = await talk();
			expect(story.code).not.toBe('well');
			expect(isOneSentence(story.sentence), story.sentence).toBe(true);
		}),
		{numRuns: 40, endOnFailure: true},
	);
	await servesOthers();
}, 60_000);

test.each<[string, (piece: Piece, held: Buffer[]) => void]>([
	[
		'says a piece twice',
		piece => {
			pass(piece);
			if (piece.at > 3000) pass(piece);
		},
	],
	[
		'puts pieces in another order',
		(piece, held) => {
			if (piece.from === 'guest' || piece.at < 3000 || held.length > 1) pass(piece);
			else {
				held.push(piece.bytes);
				if (held.length === 2) for (const bytes of held.toReversed()) pass({...piece, bytes});
			}
		},
	],
	[
		'leaves a piece out',
		(piece, held) => {
			if (piece.from === 'host' && piece.at > 3000 && held.length === 0) held.push(piece.bytes);
			else pass(piece);
		},
	],
	[
		'puts in a WebSocket frame of its own',
		piece => {
			const frame = Buffer.concat([Buffer.from([0x81, 5]), Buffer.from('hello')]);
			pass(piece);
			if (piece.at > 3000) pass({...piece, bytes: frame});
		},
	],
	[
		'puts in a TLS record of its own',
		piece => {
			pass(piece);
			if (piece.at > 3000)
				pass({...piece, bytes: Buffer.concat([Buffer.from([23, 3, 3, 0, 64]), Buffer.alloc(64, 7)])});
		},
	],
])('one that %s ends it', async (_what, attack) => {
	const held: Buffer[] = [];
	relay.mangle(piece => attack(piece, held));
	const guest = await comeIn(relay.port, owner.room);
	const endings: string[] = [];
	guest.channel.onClose(({sentence}) => endings.push(sentence));
	// One at a time, so that there are many pieces.
	for (let index = 0; index < words.length && endings.length === 0; index += 1) {
		guest.channel.send(words[index] ?? '');
		await until(
			'the next frame, or the end',
			() => endings.length > 0 || guest.frames.length > index || held.length > 0,
		);
	}
	await until('the end', () => endings.length > 0);
	expect(endings).toHaveLength(1);
	expect(isOneSentence(endings[0]), endings[0]).toBe(true);
	expect(guest.frames).toEqual(words.slice(0, guest.frames.length));
	expect(owner.messages).toEqual(words.slice(0, owner.messages.length));
	await servesOthers();
});

test('one that swaps the lines of two guests ends both', async () => {
	const [ada, bob] = [await comeIn(relay.port, owner.room), await comeIn(relay.port, owner.room)];
	expect(await ada.ask('ada 1')).toBe('ada 1');
	expect(await bob.ask('bob 1')).toBe('bob 1');
	const [first, second] = relay.pairs.slice(-2);
	relay.mangle(piece => {
		const other = piece.pair === first ? second : first;
		if (other !== undefined) pass({...piece, pair: other});
	});
	ada.channel.send('ada 2');
	bob.channel.send('bob 2');
	const [endOfAda, endOfBob] = await Promise.all([ada.ended, bob.ended]);
	expect(isOneSentence(endOfAda.sentence) && isOneSentence(endOfBob.sentence)).toBe(true);
	expect([ada.frames, bob.frames, owner.messages]).toEqual([[], [], ['ada 1', 'bob 1']]);
	await servesOthers();
});

test('what a guest said is worth nothing the second time, and what the owner said neither', async () => {
	const recorded = relay.pairs.length;
	const guest = await comeIn(relay.port, owner.room);
	expect(await guest.ask('approve it')).toBe('approve it');
	await guest.channel.close();
	const {host: hostSaid, guest: guestSaid} = relay.pairs[recorded]?.said ?? {host: [], guest: []};
	expect(guestSaid.length).toBeGreaterThan(1);
	owner.messages.length = 0;
	owner.tokens.length = 0;

	const toOwner = await relay.takeHost();
	const ended = new Promise(resolve => toOwner.once('close', resolve));
	toOwner.on('data', () => {});
	for (const bytes of guestSaid) toOwner.write(bytes);
	await ended;
	expect([owner.messages, owner.tokens]).toEqual([[], []]);

	relay.keepGuests(socket => {
		socket.once('data', () => {
			for (const bytes of hostSaid) socket.write(bytes);
		});
	});
	await expect(comeIn(relay.port, owner.room)).rejects.toThrow(
		/is not TLS as the share of this link speaks it/,
	);
	relay.keepGuests(socket => socket.destroy());
});

test('one that answers in the place of the owner, with a certificate of its own, learns nothing', async () => {
	const own = await makeCertificate({nowMs: Date.now});
	const heard: Buffer[] = [];
	const impostor = tls.createServer({key: own.key, cert: own.cert}, socket => {
		socket.on('data', bytes => heard.push(bytes));
		socket.on('error', () => {});
	});
	const closed = new Promise(resolve => {
		relay.keepGuests(socket => {
			socket.once('close', resolve);
			impostor.emit('connection', socket);
		});
	});
	await expect(comeIn(relay.port, owner.room)).rejects.toThrow(
		/is not the share of this link.*Nothing was sent there/,
	);
	await closed;
	expect(heard).toEqual([]);
});

test('one that only delays is waited for', async () => {
	relay.keepGuests(undefined);
	relay.mangle(piece => setTimeout(() => pass(piece), 20));
	expect(await talk()).toMatchObject({code: 'well', frames: words});
});
