/**
 * Tells a share where this seat looks and whether its person writes: once for each change, at most every 300 ms, and
 * again on a new connection. Decided in `app/here.ts`; used by `attach.tsx` after every change of the state.
 */
import {type Here, hereOf, typingLeftMs} from '../app/here.ts';
import type {AppState} from '../app/state.ts';
import type {Environment} from '../app-server/connection.ts';
import type {PassOn} from '../app-server/pass-on.ts';

const apartMs = 300;

export type HereTeller = {
	/** The state may say otherwise than before. */
	readonly look: () => void;
	readonly stop: () => void;
};

export const createHereTeller = (
	session: Pick<PassOn, 'tellShare'>,
	state: () => AppState,
	{nowMs, later}: Environment,
): HereTeller => {
	/** On this connection. */
	let told: Here | undefined;
	/** Nothing is told before this has run. */
	let cancelPause: (() => void) | undefined;
	let cancelExpiry: (() => void) | undefined;

	const look = (): void => {
		const now = state();
		if (now.share === undefined || now.connection.kind !== 'live') {
			told = undefined;
			return;
		}
		const here = hereOf(now, nowMs());
		cancelExpiry?.();
		cancelExpiry = here.typing ? later(typingLeftMs(now, nowMs()), look) : undefined;
		if (cancelPause !== undefined || (here.at === told?.at && here.typing === told.typing)) return;
		told = here;
		session.tellShare('jumpseat/here', {...here});
		cancelPause = later(apartMs, () => {
			cancelPause = undefined;
			look();
		});
	};

	return {
		look,
		stop() {
			cancelPause?.();
			cancelExpiry?.();
		},
	};
};
