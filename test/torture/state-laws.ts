/** What holds of every state of the attached screen, whatever was received. Used by `fuzz.ts` after every batch. */
import type {AppState} from '../../source/app/state.ts';

const isTime = (value: number | undefined): boolean => value === undefined || !Number.isNaN(value);

const doubles = (ids: readonly unknown[]): boolean => new Set(ids).size !== ids.length;

/** Only own members of plain records: nothing that came in may have changed what all objects have. */
const isPolluted = (): boolean =>
	'polluted' in {} || Object.keys(Object.prototype).length > 0 || Object.keys(Array.prototype).length > 0;

/** The laws that are broken; empty when all hold. */
export const faultsOf = ({thread, cards, log, threads, queue}: AppState): readonly string[] => {
	const faults: string[] = [];
	const law = (holds: boolean, what: string): void => {
		if (!holds) faults.push(what);
	};
	law(!isPolluted(), 'a prototype was changed');
	law(!doubles(thread.turns.map(({id}) => id)), 'two turns have one id');
	for (const turn of thread.turns) {
		law(typeof turn.id === 'string', 'the id of a turn is no text');
		law(!doubles(turn.items.map(({id}) => id)), 'two items of a turn have one id');
		law(
			['inProgress', 'completed', 'interrupted', 'failed', 'unknown'].includes(turn.status),
			`a turn is ${turn.status}`,
		);
		law(isTime(turn.startedAtMs) && isTime(turn.completedAtMs), 'a time of a turn is no number');
		law(turn.notices.length <= 100, `${turn.notices.length} notices in a turn`);
		law(turn.error === undefined || typeof turn.error === 'string', 'the error of a turn is no text');
		law(turn.diff === undefined || typeof turn.diff === 'string', 'the diff of a turn is no text');
		for (const item of turn.items) {
			law(typeof item.id === 'string', 'the id of an item is no text');
			law(['started', 'streaming', 'completed', 'cut'].includes(item.phase), `an item is ${item.phase}`);
			law(item.phase !== 'completed' || !item.missedStart, 'a completed item has no beginning');
			law(isTime(item.startedAtMs) && isTime(item.completedAtMs), 'a time of an item is no number');
		}
	}
	law(!doubles(thread.requests.map(({id}) => id)), 'two requests have one id');
	law(!doubles(cards.open.map(({ask}) => ask.id)), 'two cards have one id');
	law(
		cards.open.every(({ask}) => thread.requests.some(({id}) => id === ask.id)),
		'a card is open whose request is gone',
	);
	law(cards.settled.length <= 20, `${cards.settled.length} settled cards`);
	law(!doubles(threads.map(({id}) => id)), 'two threads have one id');
	law(typeof queue === 'string' || !doubles(queue.map(({id}) => id)), 'two queued messages have one id');
	law(thread.notices.length <= 100, `${thread.notices.length} notices of the thread`);
	law(log.entries.length <= 20_000, `${log.entries.length} events kept`);
	const latest = log.entries.slice(-200);
	law(
		latest.every((entry, index) => index === 0 || entry.sequence > (latest[index - 1]?.sequence ?? 0)),
		'events are out of order',
	);
	return faults;
};
