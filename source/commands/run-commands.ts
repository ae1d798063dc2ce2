/**
 * Carries out what a decision or an event asked for: each command once, in order, at the one door that it is for.
 * Nothing is decided here. Used by `attach.tsx`.
 */
import process from 'node:process';
import type {Command} from '../app/commands.ts';
import {complain, say} from '../app/decision.ts';
import type {AppState} from '../app/state.ts';
import type {Store} from '../app/store.ts';
import {resolveThread} from '../app-server/resolve.ts';
import type {Session} from '../app-server/session.ts';
import type {Terminal} from '../screen/terminal.ts';
import {sanitiseLine} from '../view/sanitise.ts';
import {writeExport} from './export-file.ts';
import {carryOut} from './session-commands.ts';

export type Doors = {
	readonly session: Session;
	readonly terminal: Terminal;
	readonly store: Store<AppState>;
	/** Where an export goes. */
	readonly cwd: string;
	readonly quit: (exitCode: number) => void;
	/** Read-only from now on, at the gate. */
	readonly watchOnly: () => void;
	/** The state was changed by something that came later. */
	readonly changed: () => void;
};

export const createCommandRunner = (doors: Doors): ((commands: readonly Command[]) => void) => {
	const {session, terminal, store, cwd, quit, watchOnly} = doors;
	const tell = (text: string): void => store.set(say(store.get(), text));

	const runOne = (command: Command): void => {
		if (carryOut(session, command)) return;
		switch (command.type) {
			case 'quit':
				quit(command.exitCode);
				return;
			case 'suspend':
				void terminal.suspend().then(isGivenBack => {
					if (isGivenBack) process.kill(process.pid, 'SIGSTOP');
				});
				return;
			case 'repaint':
				terminal.repaint();
				return;
			case 'copy':
				if (terminal.copy(command.text) === 'tooLarge')
					tell('Too long for the terminal: nothing was copied.');
				return;
			case 'setMouse':
				terminal.setMouse(command.wheel ? 'wheel' : 'off');
				return;
			case 'findThread':
				openFound(doors, command.wanted);
				return;
			case 'observe':
				watchOnly();
				return;
			case 'askShare':
				void askShare(doors, command);
				return;
			case 'export':
				tell(writeExport({cwd}, store.get().threadId, command));
				return;
			case 'callPerson':
				terminal.bell();
				terminal.notify(command.text);
		}
	};

	return commands => {
		for (const command of commands) runOne(command);
	};
};

/** What a link opens is told by the answer itself, in its place among the events (`app/share.ts`). */
const askShare = async (
	{session, store, changed}: Doors,
	{method, params, done}: Extract<Command, {type: 'askShare'}>,
): Promise<void> => {
	try {
		await session.forward(method, params);
		if (done !== '') store.set(say(store.get(), done));
	} catch (error) {
		store.set(complain(store.get(), error instanceof Error ? sanitiseLine(error.message) : 'It failed.'));
	}
	changed();
};

const openFound = ({session, store}: Doors, wanted: string): void => {
	const known = store.get().threads.map(({id, name, cwd, ephemeral, parentThreadId}) => ({
		id,
		cwd,
		ephemeral,
		name: name ?? null,
		parentThreadId: parentThreadId ?? null,
	}));
	const resolution = resolveThread(known, wanted, undefined);
	if (resolution.kind === 'found') {
		session.openThread(resolution.thread.id);
		return;
	}
	const why = resolution.kind === 'none' ? 'is no thread that is known here' : 'fits several threads';
	store.set(say(store.get(), `"${sanitiseLine(wanted)}" ${why}: /thread without words lists them.`));
};
