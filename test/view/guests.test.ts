import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {InvitationRow, Person, ShareDescription} from '../../source/protocol/share.ts';
import {createFormat} from '../../source/view/format.ts';
import {type GuestsView, guestRows} from '../../source/view/guests.ts';
import {rowText} from '../../source/view/row.ts';
import {rowWidth} from '../../source/view/width.ts';

const format = createFormat({timeZone: 'UTC'});
const nowMs = Date.UTC(2026, 0, 1, 12, 0);
const hour = 3_600_000;

const person = (name: string, more: Partial<Person> = {}): Person => ({
	id: name,
	name,
	role: 'observe',
	client: 'jumpseat',
	at: 'live',
	typing: false,
	...more,
});
const invitation = (name: string, more: Partial<InvitationRow> = {}): InvitationRow => ({
	name,
	role: 'steer',
	expiresAtMs: undefined,
	once: false,
	state: 'open',
	...more,
});

const people = [
	person('ada', {role: 'owner'}),
	person('bob', {role: 'answer', typing: true}),
	person('carol', {at: 'back'}),
	person('dave', {client: 'codex'}),
];
const described: ShareDescription = {
	threadId: 't',
	startedAtMs: nowMs - hour,
	doors: ['unix:///run/user/1000/share.sock', 'wss://example.org:4433'],
	invitations: [
		invitation('bob', {role: 'answer'}),
		invitation('eve', {expiresAtMs: nowMs + 2 * hour - 60_000, once: true}),
		invitation('frank', {state: 'used', once: true}),
		invitation('grace', {expiresAtMs: nowMs + 7 * 24 * hour}),
		invitation('heidi', {expiresAtMs: nowMs - 1, state: 'expired'}),
	],
	people,
};
const view: GuestsView = {youId: 'ada', people, described: undefined, link: undefined, nowMs};
const link = {
	name: 'eve',
	role: 'steer',
	link: `jumpseat+wss://example.org:4433#1.${'T'.repeat(43)}.${'F'.repeat(43)}`,
} as const;
const linesOf = (shown: GuestsView, columns: number): readonly string[] =>
	guestRows(shown, columns, format).map(row => rowText(row).trimEnd());

describe('the Guests pane', () => {
	test('everybody with role, program and where they look', () => {
		expect(linesOf(view, 60)).toEqual([
			'4 here',
			'● ada (you)  owner    Jumpseat  live',
			'● bob        answer   Jumpseat  ✎ typing',
			'● carol      observe  Jumpseat  ↑ scrolled back',
			'● dave       observe  Codex',
		]);
	});

	test('where it is narrow the program gives way', () => {
		expect(linesOf(view, 38).slice(1)).toEqual([
			'● ada (you)  owner    live',
			'● bob        answer   ✎ typing',
			'● carol      observe  ↑ scrolled back',
			'● dave       observe',
		]);
	});

	test('the owner has the invitations and the doors as well', () => {
		expect(linesOf({...view, described}, 60)).toEqual([
			'4 here  shared since 11:00',
			'● ada (you)  owner    Jumpseat  live',
			'● bob        answer   Jumpseat  ✎ typing',
			'● carol      observe  Jumpseat  ↑ scrolled back',
			'● dave       observe  Codex',
			'',
			'Invitations',
			'  bob    answer  as long as the share',
			'  eve    steer   once · 1 h 59 m left',
			'  frank  steer   used',
			'  grace  steer   7 d left',
			'  heidi  steer   expired',
			'',
			'Doors',
			'  unix:///run/user/1000/share.sock',
			'  wss://example.org:4433',
		]);
		expect(linesOf({...view, described: {...described, invitations: []}}, 60)).toContain(
			'Nobody is invited: /invite NAME makes a link.',
		);
	});

	test.each([36, 44, 60, 100])('a link stands first, whole, in %i columns', columns => {
		const lines = linesOf({...view, described, link}, columns);
		expect(lines[0]).toBe('Link for eve  steer');
		const end = lines.indexOf('');
		expect(lines.slice(1, end).join('')).toContain(link.link);
	});

	test('no row is wider than the pane, and nothing in it acts on a terminal', () => {
		const texts = fc.oneof(
			fc.string({unit: 'binary', maxLength: 80}),
			fc.constant('\u001b[2J\u202e長い名前'),
		);
		fc.assert(
			fc.property(texts, texts, fc.integer({min: 1, max: 120}), (name, door, columns) => {
				const hostile = {
					...view,
					people: [person(name), ...people],
					described: {...described, doors: [door], invitations: [invitation(name)]},
					link: {name, role: 'steer', link: door} as const,
				};
				for (const row of guestRows(hostile, columns, format)) {
					expect(rowWidth(row)).toBeLessThanOrEqual(columns);
					expect(rowText(row)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
				}
			}),
		);
	});
});
