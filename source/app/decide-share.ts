/** The share: its owner's commands, and the newest link. Decisions only; pure. Part of `decide.ts`. */
import type {ShareCommand} from '../composer/slash-share.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import type {Command, ShareMethod} from './commands.ts';
import {changeUi, type Decision, say, stay, withUi} from './decision.ts';
import {roleMay} from './seat.ts';
import type {AppState} from './state.ts';

const ask = (
	method: ShareMethod,
	params: Extract<Command, {type: 'askShare'}>['params'],
	done = '',
): Command => ({
	type: 'askShare',
	method,
	params,
	done,
});

export const runShareCommand = (state: AppState, command: ShareCommand): Decision => {
	const shown = withUi(state, {holder: 'panes', focus: 'side', tab: 'guests', guestsOffset: 0});
	switch (command.name) {
		case 'invite': {
			const {guest, role, lifetimeMs, once} = command;
			const params = {name: guest, role, once, ...(lifetimeMs !== undefined && {expiresInMs: lifetimeMs})};
			return {state: shown, commands: [ask('jumpseat/share/invite', params)]};
		}
		case 'role': {
			const {guest, role} = command;
			const done = `${sanitiseLine(guest)} may ${roleMay[role]} now.`;
			return {state: shown, commands: [ask('jumpseat/share/role', {name: guest, role}, done)]};
		}
		case 'remove': {
			const {guest} = command;
			const done = `${sanitiseLine(guest)} is removed; the link opens nothing any more.`;
			return {state: shown, commands: [ask('jumpseat/share/remove', {name: guest}, done)]};
		}
		case 'endshare':
			return changeUi(state, {holder: 'panes', confirming: {kind: 'endShare'}});
	}
};

export const endShare = (state: AppState): Decision => ({
	state: say(state, 'Ending the share…'),
	commands: [ask('jumpseat/share/end', {})],
});

/** What a new connection as the owner asks for: doors and invitations. */
export const readShare: Command = ask('jumpseat/share/read', {});

export const closeLink = (state: AppState): Decision => {
	const {share} = state;
	return share?.link === undefined
		? stay(say(state, 'No link is shown.'))
		: stay(
				say({...state, share: {...share, link: undefined}}, 'The link is put away: it is not told again.'),
			);
};
