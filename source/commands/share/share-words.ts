/** A share in words, for terminals and logs: join lines, who is here, who is invited. Pure; all names are sanitised. */
import type {InvitationRow, Person, ShareDescription} from '../../protocol/share.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {timeLeft} from '../../view/time-left.ts';

/** To be pasted into a shell: one word of it, whatever path stands in the link. */
export const joinLine = (link: string): string => `jumpseat join '${link.replaceAll("'", '%27')}'`;

export const clientWords: Readonly<Record<Person['client'], string>> = {
	jumpseat: 'Jumpseat',
	codex: 'the Codex TUI',
	other: 'another client',
};

const personLine = ({name, role, client, at, typing}: Person): string => {
	const doing = [at === 'back' ? 'reads further back' : '', typing ? 'types' : ''].filter(Boolean);
	return `  ${[sanitiseLine(name), role, clientWords[client], ...doing].join(' · ')}`;
};

const invitationLine = ({name, role, expiresAtMs, once, state}: InvitationRow, nowMs: number): string => {
	const until =
		state === 'open' && expiresAtMs !== undefined ? [`${timeLeft(expiresAtMs - nowMs)} left`] : [];
	const words = [sanitiseLine(name), role, state, ...(once ? ['once'] : []), ...until];
	return `  ${words.join(' · ')}`;
};

const part = (title: string, lines: readonly string[]): readonly string[] =>
	lines.length === 0 ? [`${title}: none`] : [`${title}:`, ...lines];

/** `nowMs` since the epoch. */
export const descriptionLines = (
	{threadId, doors, people, invitations}: ShareDescription,
	nowMs: number,
): readonly string[] => [
	`Shared: ${sanitiseLine(threadId)}`,
	...part(
		'Doors',
		doors.map(door => `  ${sanitiseLine(door)}`),
	),
	...part('Here', people.map(personLine)),
	...part(
		'Invited',
		invitations.map(row => invitationLine(row, nowMs)),
	),
];
