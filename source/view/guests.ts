/**
 * The Guests pane: the newest link while it is shown, everybody who is here, and for the owner the invitations and the
 * doors. Pure. Invariant: no row is wider than `columns`, and a link is shown whole.
 */
import type {InvitationRow, Invited, Person, ShareDescription} from '../protocol/share.ts';
import type {Format} from './format.ts';
import {muted, paragraph, plain} from './items/item-view.ts';
import type {Row, Span} from './row.ts';
import {emptyRow} from './row.ts';
import {theme} from './style.ts';
import {timeLeft} from './time-left.ts';
import {padRow, rowWidth, truncateRow} from './width.ts';
import {wrapText} from './wrap.ts';

export type GuestsView = {
	readonly youId: string;
	readonly people: readonly Person[];
	/** Only the owner knows. */
	readonly described: ShareDescription | undefined;
	readonly link: Invited | undefined;
	readonly nowMs: number;
};

type Line = readonly Span[];

const gap = 2;

/** Cells under each other. */
const aligned = (lines: readonly Line[]): readonly Row[] => {
	const widths: number[] = [];
	for (const line of lines)
		for (const [at, cell] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, rowWidth([cell]));
	return lines.map(line =>
		line.flatMap((cell, at) => (at === line.length - 1 ? [cell] : padRow([cell], (widths[at] ?? 0) + gap))),
	);
};

const cut = (rows: readonly Row[], columns: number): readonly Row[] =>
	rows.map(row => truncateRow(row, columns));

const clientNames: Readonly<Record<Person['client'], string>> = {
	jumpseat: 'Jumpseat',
	codex: 'Codex',
	other: 'other client',
};

/** Only a Jumpseat says where it looks. */
const doing = ({client, typing, at}: Person): Span => {
	if (typing) return plain('✎ typing', theme.running);
	if (client !== 'jumpseat') return muted('');
	return at === 'live' ? muted('live') : plain('↑ scrolled back', theme.muted);
};

const personLine = (person: Person, youId: string): Line => {
	const isYou = person.id === youId;
	const name = plain(`● ${person.name}${isYou ? ' (you)' : ''}`, isYou ? theme.strong : theme.you);
	return [name, plain(person.role), muted(clientNames[person.client]), doing(person)];
};

/** Where a line would be cut, the name of the program goes first. */
const peopleRows = ({people, youId}: GuestsView, columns: number): readonly Row[] => {
	const lines = people.map(person => personLine(person, youId));
	const whole = aligned(lines);
	const fits = whole.every(row => rowWidth(row) <= columns);
	return fits ? whole : cut(aligned(lines.map(line => line.filter((_cell, at) => at !== 2))), columns);
};

/** The clock of the share decides what is expired, not ours. */
const stateWords = ({state, once, expiresAtMs}: InvitationRow, nowMs: number): string => {
	if (state !== 'open') return state;
	const lasts = expiresAtMs === undefined ? 'as long as the share' : `${timeLeft(expiresAtMs - nowMs)} left`;
	return once ? `once · ${lasts}` : lasts;
};

const invitationLine =
	(nowMs: number) =>
	(row: InvitationRow): Line => {
		const look = row.state === 'open' ? theme.plain : theme.muted;
		return [plain(`  ${row.name}`, look), plain(row.role, look), muted(stateWords(row, nowMs))];
	};

const heading = (text: string, columns: number): readonly Row[] => [
	emptyRow,
	truncateRow([plain(text, theme.strong)], columns),
];

/** Wrapped by cells, for it has no words: whoever cannot copy it has to read it. */
const linkRows = ({name, role, link}: Invited, columns: number): readonly Row[] => [
	truncateRow([plain(`Link for ${name}`, theme.strong), muted(`  ${role}`)], columns),
	...paragraph(link, theme.good, columns),
	...paragraph('y copies it · x puts it away', theme.muted, columns),
	emptyRow,
];

const ownersRows = (
	{invitations, doors}: ShareDescription,
	nowMs: number,
	columns: number,
): readonly Row[] => [
	...heading('Invitations', columns),
	...(invitations.length === 0
		? wrapText('Nobody is invited: /invite NAME makes a link.', theme.muted, columns)
		: cut(aligned(invitations.map(invitationLine(nowMs))), columns)),
	...heading('Doors', columns),
	...doors.map(door => truncateRow([muted('  '), plain(door)], columns)),
];

const headRows = ({people, described}: GuestsView, columns: number, format: Format): readonly Row[] => {
	const since =
		described === undefined || described.startedAtMs <= 0
			? ''
			: `  shared since ${format.clock(described.startedAtMs)}`;
	return [truncateRow([plain(`${people.length} here`, theme.strong), muted(since)], columns)];
};

export const guestRows = (view: GuestsView, columns: number, format: Format): readonly Row[] => {
	const width = Math.max(1, columns);
	const {described, link, nowMs} = view;
	return [
		...(link === undefined ? [] : linkRows(link, width)),
		...headRows(view, width, format),
		...peopleRows(view, width),
		...(described === undefined ? [] : ownersRows(described, nowMs, width)),
	];
};
