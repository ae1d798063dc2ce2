/**
 * The law of resynchronisation: once all is quiet, a seat that went through faults knows what one knows that has just
 * attached, and what only it saw is marked as such. Pure: two states in, one line for each difference out.
 *
 * What a fresh seat cannot know (docs/protocol.md) and ours may: items that the server never completed, which must show
 * as cut, and declined commands, which stand in no history. Called by faults.ts.
 */
import type {AppState} from '../../source/app/state.ts';
import type {Message} from '../../source/composer/delivery.ts';
import {comparable} from '../../source/thread/normalise.ts';
import type {Item, ThreadState, Turn} from '../../source/thread/state.ts';

export type Compared = {
	readonly differences: readonly string[];
	/** Items that only ours has, by why they may be there. */
	readonly extras: {readonly cut: number; readonly declined: number};
	readonly items: number;
};

const twice = (values: readonly string[]): readonly string[] => [
	...new Set(values.filter((value, index) => values.indexOf(value) !== index)),
];

const isDeclined = ({content}: Item): boolean =>
	content.type === 'commandExecution' && content.status === 'declined';

const show = (value: unknown): string => {
	const text = JSON.stringify(value) ?? 'nothing';
	return text.length > 300 ? `${text.slice(0, 200)}…${text.slice(-90)}` : text;
};

const differ = (what: string, ours: unknown, fresh: unknown): readonly string[] =>
	JSON.stringify(ours) === JSON.stringify(fresh)
		? []
		: [`${what}: ours ${show(ours)}, a fresh one ${show(fresh)}`];

/** What no state may be, wherever it came from. */
const malformations = (whose: string, {turns, stale, closed}: ThreadState): readonly string[] => [
	...(stale ? [`${whose}: it still counts as stale`] : []),
	...(closed ? [`${whose}: it counts as closed`] : []),
	...twice(turns.map(({id}) => id)).map(id => `${whose}: turn ${id} is there twice`),
	...turns
		.flatMap(({id, items}) => twice(items.map(item => `${id}/${item.id}`)))
		.map(id => `${whose}: item ${id} is there twice`),
	...twice(clientIds(turns)).map(id => `${whose}: message ${id} is there twice`),
];

const clientIds = (turns: readonly Turn[]): readonly string[] =>
	turns.flatMap(({items}) =>
		items.flatMap(({content}) =>
			content.type === 'userMessage' && content.clientId ? [content.clientId] : [],
		),
	);

const turnDifferences = (ours: ThreadState, fresh: ThreadState): readonly string[] => {
	const left = comparable(ours).turns;
	const right = comparable(fresh).turns;
	const ids = differ(
		'the turns',
		left.map(({id}) => id),
		right.map(({id}) => id),
	);
	if (ids.length > 0) return ids;
	return left.flatMap((turn, index) => {
		const {items, ...rest} = turn;
		const {items: freshItems = [], ...freshRest} = right[index] ?? {items: [], id: ''};
		const name = `turn ${index + 1}`;
		const orders = differ(
			`${name}, its completed items in order`,
			items.map(({id}) => id),
			freshItems.map(({id}) => id),
		);
		if (orders.length > 0) return [...differ(name, rest, freshRest), ...orders];
		return [
			...differ(name, rest, freshRest),
			...items.flatMap((item, at) => differ(`${name}, item ${at + 1}`, item, freshItems[at])),
		];
	});
};

/** What ours shows beside the completed items has to say of itself that it is not whole. */
const marks = (ours: ThreadState, fresh: ThreadState): readonly string[] =>
	ours.turns.flatMap((turn, index) => {
		const name = `turn ${index + 1}`;
		const theirs = new Set(fresh.turns.find(({id}) => id === turn.id)?.items.map(({id}) => id));
		const held = new Set(turn.items.map(({id}) => id));
		return [
			...turn.items.flatMap(({id, phase, missedStart, content}) => {
				if (phase === 'completed')
					return missedStart ? [`${name}, ${id}: complete, and marked as missed`] : [];
				if (phase === 'cut') return [];
				return [`${name}, ${id} (${content.type}): ${phase}, though nothing runs`];
			}),
			...[...theirs].filter(id => !held.has(id)).map(id => `${name}: a fresh one has ${id}`),
			...(turn.itemsIncomplete ? [`${name}: its items count as incomplete`] : []),
		];
	});

const requestsOf = ({thread}: AppState) => thread.requests.map(({id, method}) => `${id} ${method}`);
const queueOf = ({queue}: AppState) =>
	typeof queue === 'string'
		? queue
		: queue.map(({id, text, clientUserMessageId}) => [id, text, clientUserMessageId]);

export const compare = (ours: AppState, fresh: AppState): Compared => {
	const extra = ours.thread.turns.flatMap(turn => {
		const theirs = fresh.thread.turns.find(({id}) => id === turn.id);
		const ids = new Set(theirs?.items.map(({id}) => id));
		return turn.items.filter(({id}) => !ids.has(id));
	});
	return {
		differences: [
			...differ('the connection', ours.connection.kind, 'live'),
			...malformations('ours', ours.thread),
			...malformations('a fresh one', fresh.thread),
			...turnDifferences(ours.thread, fresh.thread),
			...marks(ours.thread, fresh.thread),
			...differ('the status', ours.thread.info?.status, fresh.thread.info?.status),
			...differ('the name', ours.thread.info?.name, fresh.thread.info?.name),
			...differ('the settings', ours.thread.settings, fresh.thread.settings),
			// A server that was started again has forgotten it, until the next turn.
			...(fresh.thread.tokenUsage === undefined
				? []
				: differ('the token usage', ours.thread.tokenUsage, fresh.thread.tokenUsage)),
			...differ('the older turns', ours.thread.olderCursor, fresh.thread.olderCursor),
			...differ('the requests', requestsOf(ours), requestsOf(fresh)),
			...differ(
				'the cards',
				ours.cards.open.map(({ask}) => ask.id),
				ours.thread.requests.map(({id}) => id),
			),
			...differ('the queue', queueOf(ours), queueOf(fresh)),
		],
		extras: {
			cut: extra.filter(({phase}) => phase === 'cut').length,
			declined: extra.filter(isDeclined).length,
		},
		items: ours.thread.turns.reduce((sum, {items}) => sum + items.length, 0),
	};
};

export type Written = {
	/** All that a person has written into our seat, each with words of its own. */
	readonly texts: readonly string[];
	/** The signed ids that our session has sent, in order. */
	readonly sentIds: readonly string[];
	/** How often the model has been told this text at most, in one conversation. */
	readonly told: (text: string) => number;
};

/** Where one message of ours stands, against what is known of it. */
const messageDifferences = (message: Message, fresh: AppState, told: number): readonly string[] => {
	const {id, text, phase, lookup} = message;
	const stands = clientIds(fresh.thread.turns).filter(each => each === id).length;
	const waits =
		typeof fresh.queue === 'string'
			? 0
			: fresh.queue.filter(({clientUserMessageId}) => clientUserMessageId === id).length;
	const name = `message ${text} (${phase}, ${lookup})`;
	const is = (inThread: number, inQueue: number): readonly string[] =>
		stands === inThread && waits === inQueue
			? []
			: [`${name}: ${stands}× in the thread, ${waits}× in the queue`];
	switch (phase) {
		case 'echoed':
			return is(1, 0);
		case 'accepted':
			return is(0, 1);
		case 'uncertain':
			return lookup === 'absent' || lookup === 'impossible'
				? [...is(0, 0), ...(told > 0 ? [`${name}: the model was told`] : [])]
				: [`${name}: it is not looked up`];
		case 'rejected':
		case 'returned':
		case 'withdrawn':
			return is(0, 0);
		case 'sending':
			return [`${name}: it was never settled`];
	}
};

/** No text of a person is lost, none is there twice, and none is sent twice. */
export const compareWritten = (ours: AppState, fresh: AppState, written: Written): readonly string[] => {
	const {editor, outbox} = ours.composer;
	return [
		...twice(written.sentIds).map(id => `message ${id} was sent twice`),
		...outbox.flatMap(message => messageDifferences(message, fresh, written.told(message.text))),
		...written.texts.flatMap(text => {
			const sent = outbox.filter(
				message => message.text.includes(text) && message.phase !== 'returned',
			).length;
			const places = sent + (editor.text.includes(text) ? 1 : 0);
			return [
				...(places === 1 ? [] : [`text ${text}: in ${places} places`]),
				...(written.told(text) > 1 ? [`text ${text}: the model was told ${written.told(text)} times`] : []),
			];
		}),
	];
};
