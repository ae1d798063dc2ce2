/**
 * The composer as a whole: editor, history, what Enter does, and the outbox, moved by keys and by what the session
 * tells. Invariants: Enter sends only what the person saw it would do; a text leaves the editor only into the outbox
 * or the history. Pure: ids are given. Called by the app while the composer has the focus, and for session events.
 */
import type {ThreadState} from '../thread/state.ts';
import {composerTextColumns} from '../view/composer.ts';
import {
	type Aim,
	type AimChoice,
	aimLabel,
	aimOf,
	type Capabilities,
	judgeChange,
	judgeRefusal,
} from './aim.ts';
import {
	emptyOutbox,
	isOffered,
	type Message,
	type Outbox,
	type OutboxEvent,
	reduceOutbox,
	type Submission,
	send,
} from './delivery.ts';
import {type Editor, type EditorInput, edit, emptyEditor, submits, withText} from './editor.ts';
import {emptyHistory, type History, newer, older, remember} from './history.ts';
import {completions, parseSlash, type ShareSeat, type SlashCommand} from './slash.ts';

export type Composer = {
	readonly editor: Editor;
	readonly history: History;
	readonly choice: AimChoice;
	/** What Enter did when the person last touched the text; undefined before that. */
	readonly seen: Aim | undefined;
	readonly outbox: Outbox;
	/** A whole sentence about the last Enter or refusal; gone with the next change of the text. */
	readonly notice: string | undefined;
};

export type Situation = {
	readonly thread: ThreadState;
	readonly capabilities: Capabilities;
	/** Of the whole composer, label and text. */
	readonly columns: number;
	/** Whose the share is that the thread is seen through; undefined: none. */
	readonly share?: ShareSeat;
};

/** What the app has to do. */
export type ComposerCommand =
	/** Send this, once. */
	| {readonly kind: 'send'; readonly submission: Submission}
	| {readonly kind: 'run'; readonly command: SlashCommand};

export type Pressed = {readonly composer: Composer; readonly command: ComposerCommand | undefined};

export const emptyComposer: Composer = {
	editor: emptyEditor,
	history: emptyHistory,
	choice: 'auto',
	seen: undefined,
	outbox: emptyOutbox,
	notice: undefined,
};

export const composerAim = ({choice}: Composer, {thread, capabilities}: Situation): Aim =>
	aimOf(thread, choice, capabilities);

const still = (composer: Composer): Pressed => ({composer, command: undefined});

/** The editor changed under the person's hands: what Enter does now is what they see. */
const touched = (composer: Composer, editor: Editor, situation: Situation): Composer =>
	editor === composer.editor
		? composer
		: {...composer, editor, seen: composerAim(composer, situation), notice: editor.refusal};

const emptied = (composer: Composer): Composer => ({
	...composer,
	editor: withText(composer.editor, ''),
	history: remember(composer.history, composer.editor.text),
	seen: undefined,
	notice: undefined,
});

/** The text of an offered message back into an empty composer; the composer itself when it cannot be. */
export const takeBack = (composer: Composer, messageId: string, situation: Situation): Composer => {
	const message = composer.outbox.find(({id}) => id === messageId);
	if (message === undefined || !isOffered(message) || composer.editor.text !== '') return composer;
	const outbox = reduceOutbox(composer.outbox, {type: 'takenBack', messageId});
	return touched({...composer, outbox}, withText(composer.editor, message.text), situation);
};

const enter = (composer: Composer, situation: Situation, newId: () => string): Pressed => {
	const {text} = composer.editor;
	if (text.trim() === '') {
		const offered = composer.outbox.find(isOffered);
		return still(
			offered === undefined
				? composer
				: takeBack({...composer, editor: withText(composer.editor, '')}, offered.id, situation),
		);
	}
	const parsed = parseSlash(text, situation.share);
	if (parsed.kind === 'error') return still({...composer, notice: parsed.why});
	if (parsed.kind === 'command')
		return {composer: emptied(composer), command: {kind: 'run', command: parsed.command}};
	const now = composerAim(composer, situation);
	const reason = judgeChange(composer.seen ?? now, now);
	const threadId = situation.thread.info?.id;
	if (reason !== undefined || now.kind === 'nothing' || threadId === undefined)
		return still({...composer, seen: now, notice: reason ?? 'The thread is not read yet.'});
	const {outbox, command} = send(composer.outbox, {id: newId(), threadId, text: parsed.text, aim: now});
	if (command === undefined) return still({...composer, notice: 'It was not sent: its id is in use.'});
	return {composer: {...emptied(composer), outbox}, command: {kind: 'send', submission: command}};
};

const walks = new Map([
	['up', older],
	['down', newer],
	['p', older],
	['n', newer],
]);

/** Up and down where the text has no row above or below: the messages before and after. */
const walk = (composer: Composer, input: EditorInput, situation: Situation): Composer => {
	if (input.type !== 'key' || input.alt || input.ctrl !== (input.name.length === 1)) return composer;
	const walked = walks.get(input.name)?.(composer.history, composer.editor);
	return walked === undefined
		? composer
		: touched({...composer, history: walked.history}, walked.editor, situation);
};

/** One key or paste. `newId` makes a signed message id (`signMessage`); it is asked at most once. */
export const press = (
	composer: Composer,
	input: EditorInput,
	situation: Situation,
	newId: () => string,
): Pressed => {
	if (submits(composer.editor, input)) return enter(composer, situation, newId);
	const label = aimLabel(composerAim(composer, situation));
	const editor = edit(composer.editor, input, composerTextColumns(label, situation.columns));
	return still(
		editor === composer.editor ? walk(composer, input, situation) : touched(composer, editor, situation),
	);
};

/** The first command that the text may become; the composer itself when there is none. */
export const complete = (composer: Composer, situation: Situation): Composer => {
	const [first] = completions(composer.editor.text, situation.share);
	return first === undefined ? composer : touched(composer, withText(composer.editor, first.text), situation);
};

/** Steer or start by itself, or queue. */
export const toggleQueue = (composer: Composer, situation: Situation): Composer => {
	const toggled: Composer = {
		...composer,
		choice: composer.choice === 'auto' ? 'queue' : 'auto',
		notice: undefined,
	};
	return {...toggled, seen: composerAim(toggled, situation)};
};

const isNewly = (phase: Message['phase'], before: Outbox, after: Outbox): Message | undefined =>
	after.find(message => message.phase === phase && before.find(({id}) => id === message.id)?.phase !== phase);

/**
 * What the session told. A refused text comes back at once when nothing else is being written, and otherwise stays
 * in its line until Enter is pressed in an empty composer.
 */
export const heard = (composer: Composer, event: OutboxEvent, situation: Situation): Composer => {
	const outbox = reduceOutbox(composer.outbox, event);
	if (outbox === composer.outbox) return composer;
	const next = {...composer, outbox};
	const late = isNewly('echoed', composer.outbox, outbox);
	if (late?.isLate)
		return {...next, notice: 'A message that was given up did arrive: look before you send it again.'};
	const rejected = isNewly('rejected', composer.outbox, outbox);
	if (rejected === undefined) return next;
	const reason = judgeRefusal(rejected.aim, rejected.why ?? '', composerAim(next, situation));
	return {...takeBack(next, rejected.id, situation), notice: reason};
};
