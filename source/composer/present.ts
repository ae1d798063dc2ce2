/** The composer in words, for `view/composer.ts`. Pure; called for every frame in which it is shown. */
import type {ComposerMessage, ComposerState} from '../view/composer.ts';
import {aimLabel} from './aim.ts';
import {type Composer, composerAim, type Situation} from './composer.ts';
import {isSettled, type Message} from './delivery.ts';
import {completions} from './slash.ts';

const doubt = (message: Message): string => {
	switch (message.lookup) {
		case 'waiting':
			return 'delivery unknown: looked up after the reconnect';
		case 'mayStillCome':
			return 'delivery unknown, it may still come: r looks again, Enter offers it again';
		case 'absent':
			return 'not delivered: Enter offers it again';
		case 'impossible':
			return 'delivery unknown: Enter offers it again';
	}
};

/** The line of a message on its way; undefined once nothing more is expected of it. */
export const messageLine = (message: Message): ComposerMessage | undefined => {
	const {phase, text} = message;
	switch (phase) {
		case 'sending':
			return {text, state: 'sending…', tone: 'going'};
		case 'accepted':
			return {text, state: message.aim.kind === 'queue' ? 'queued' : 'accepted…', tone: 'going'};
		case 'rejected':
			return {text, state: 'not taken: Enter takes it back', tone: 'bad'};
		case 'uncertain':
			return {text, state: doubt(message), tone: message.lookup === 'absent' ? 'bad' : 'doubt'};
		case 'echoed':
		case 'returned':
		case 'withdrawn':
			return undefined;
	}
};

const hintOf = (composer: Composer, aim: ReturnType<typeof composerAim>): string => {
	if (aim.kind === 'nothing') return aim.why;
	const offered = composer.outbox.some(
		message => !isSettled(message) && messageLine(message)?.tone === 'bad',
	);
	if (offered) return 'Enter takes the text above back';
	switch (aim.kind) {
		case 'start':
			return 'a message starts a turn · / commands';
		case 'steer':
			return 'a message goes into the running turn · / commands';
		case 'queue':
			return 'a message waits for its turn · / commands';
	}
};

export type Focus = 'focused' | 'elsewhere';

export const presentComposer = (composer: Composer, situation: Situation, focus: Focus): ComposerState => {
	const aim = composerAim(composer, situation);
	const isFocused = focus === 'focused';
	return {
		text: composer.editor.text,
		cursor: composer.editor.cursor,
		focused: isFocused,
		label: aimLabel(aim),
		tone: aim.kind,
		hint: isFocused ? hintOf(composer, aim) : `i writes here · ${hintOf(composer, aim)}`,
		notice: composer.notice,
		messages: composer.outbox.flatMap(message => messageLine(message) ?? []),
		candidates: isFocused ? completions(composer.editor.text, situation.share) : [],
	};
};
