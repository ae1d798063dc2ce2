/** The commands that are a session's to carry out, each by the one call that it is for. Nothing is decided here. */
import type {Command} from '../app/commands.ts';
import type {Session} from '../app-server/session.ts';
import type {QueueCommand} from '../composer/queue.ts';

/** False: the command is for somebody else (the terminal, the store, the process). */
export const carryOut = (session: Session, command: Command): boolean => {
	switch (command.type) {
		case 'openThread':
			session.openThread(command.threadId);
			return true;
		case 'loadOlder':
			session.loadOlder(command.cursor);
			return true;
		case 'relistTurns':
			session.relistTurns(command.newest);
			return true;
		case 'pageOut':
			session.pageOut(command.keep);
			return true;
		case 'listThreads':
			session.listThreads();
			return true;
		case 'retry':
			session.retryNow();
			return true;
		case 'sendMessage': {
			const {id, aim, text} = command.submission;
			session.sendMessage(id, aim, text);
			return true;
		}
		case 'interruptTurn':
			session.interrupt(command.turnId);
			return true;
		case 'answer':
			session.answer(command.requestId, command.result);
			return true;
		case 'listQueue':
			session.listQueue();
			return true;
		case 'changeQueue':
			changeQueue(session, command.change);
			return true;
		case 'startQueue':
			session.startQueue(undefined);
			return true;
		default:
			return false;
	}
};

const changeQueue = (session: Session, change: QueueCommand): void => {
	switch (change.kind) {
		case 'updateQueued':
			session.updateQueued(change.queuedId, change.text);
			return;
		case 'deleteQueued':
			session.deleteQueued(change.queuedId);
			return;
		case 'reorderQueue':
			session.reorderQueue(change.queuedIds);
	}
};
