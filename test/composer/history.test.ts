/** Walking back and forth through what was sent. */
import fc from 'fast-check';
import {expect, it} from 'vitest';
import {type Editor, emptyEditor, withText} from '../../source/composer/editor.ts';
import {
	emptyHistory,
	type History,
	historyOf,
	newer,
	older,
	ownMessages,
	remember,
} from '../../source/composer/history.ts';
import {signMessage} from '../../source/composer/signature.ts';
import {completed, empty, fold, message, user} from '../thread/make.ts';

type Place = {readonly history: History; readonly editor: Editor};
const at = (history: History, text: string): Place => ({history, editor: withText(emptyEditor, text)});
const up = (place: Place): Place => older(place.history, place.editor) ?? place;
const down = (place: Place): Place => newer(place.history, place.editor) ?? place;
const typed = (place: Place, text: string): Place => ({...place, editor: withText(place.editor, text)});

it('walks from the newest message to the oldest, and back to the draft', () => {
	const start = at(historyOf(['one', 'two']), 'draft');
	expect(up(start).editor.text).toBe('two');
	expect(up(up(start)).editor.text).toBe('one');
	expect(older(up(up(start)).history, up(up(start)).editor)).toBeUndefined();
	expect(down(down(up(up(start)))).editor.text).toBe('draft');
	expect(newer(start.history, start.editor)).toBeUndefined();
});

it('keeps what was changed on the way, until something is sent', () => {
	const changed = typed(up(at(historyOf(['one', 'two']), 'draft')), 'two and a half');
	expect(down(changed).editor.text).toBe('draft');
	expect(up(down(changed)).editor.text).toBe('two and a half');
	const sent = at(remember(changed.history, 'two and a half'), '');
	expect(sent.history.entries).toEqual(['one', 'two', 'two and a half']);
	expect(up(up(sent)).editor.text).toBe('two');
});

it('holds neither blanks nor the same message twice in a row, and not more than 200', () => {
	const history = ['a', 'a', ' \n', 'b', 'a'].reduce(remember, emptyHistory);
	expect(history.entries).toEqual(['a', 'b', 'a']);
	const many = historyOf(Array.from({length: 300}, (_, index) => `message ${index}`));
	expect(many.entries).toHaveLength(200);
	expect(many.entries.at(-1)).toBe('message 299');
});

it('can begin with what the same person signed in the thread', () => {
	const thread = fold(
		empty,
		completed(user('a', 'mine', signMessage('Ada B', '1'))),
		completed(user('b', 'hers', signMessage('Bea', '2'))),
		completed(user('c', "the pilot's")),
		completed(message('d', 'answer')),
	);
	expect(ownMessages(thread, 'Ada B')).toEqual(['mine']);
});

it('loses no draft on any walk', () => {
	const moves = fc.array(fc.constantFrom(up, down), {maxLength: 20});
	fc.assert(
		fc.property(fc.array(fc.string()), moves, (entries, steps) => {
			const end = steps.reduce((place, step) => step(place), at(historyOf(entries), 'the draft'));
			const back = Array.from({length: 30}, () => down).reduce((place, step) => step(place), end);
			expect(back.editor.text).toBe('the draft');
		}),
	);
});
