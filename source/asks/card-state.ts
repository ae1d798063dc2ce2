/** The types of a card and of its choices, apart from what makes them, so that nobody imports in a circle. */
import type {Json} from '../protocol/types.ts';
import type {Ask} from './ask.ts';
import type {FormState} from './form.ts';
import type {CardPhase} from './phases.ts';

/** The answers that there are, as a shell names them; they never change their names. */
export type ChoiceWord =
	| 'accept'
	| 'accept-for-session'
	| 'always-allow'
	| 'always-allow-host'
	| 'never-allow-host'
	| 'grant'
	| 'send'
	| 'decline'
	| 'cancel';

export type Choice = {
	/** The character that takes it. */
	readonly key: string;
	/** A `ChoiceWord`, or one with a number behind it where there are several of a kind: `always-allow-2`. */
	readonly word: string;
	/** One or two words: `accept`, `decline`. */
	readonly label: string;
	/** What it will do, in words; what the server wrote in it is made visible and safe. */
	readonly effect: string;
	/** A positive one needs the whole body to have been on the screen. */
	readonly kind: 'positive' | 'negative';
	/** It asks for a second, different key: the person has not seen what it is about. */
	readonly guarded: boolean;
	/** Why it cannot be taken now, in words; then `answer` is null. */
	readonly blocked?: string;
	/** The exact JSON-RPC result. Holds secrets: it goes to the server and nowhere else. */
	readonly answer: Json;
};

/** What we answered, without the answer itself. */
export type Sent = Pick<Choice, 'key' | 'label' | 'effect' | 'kind'>;

export type Card = {
	readonly ask: Ask;
	readonly phase: CardPhase;
	/** Keys count from here on; ms of the same clock as every `nowMs`. */
	readonly readyAtMs: number;
	/** The whole body was on the screen, or was paged to its end. */
	readonly seen: boolean;
	/** Present when there is something to fill in. */
	readonly form: FormState | undefined;
	/** The key of a guarded choice that waits for its second key. */
	readonly confirm: string | undefined;
	readonly sent: Sent | undefined;
};

/** The second key of a guarded choice: never the same one, so that a held key cannot give it. */
export const confirmKey = (key: string): string => (key.toUpperCase() === key ? '!' : key.toUpperCase());
