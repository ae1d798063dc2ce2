/** A thread as the verbs tell it with `--json` (docs/json.md). Pure. */
import {threadTitle} from '../thread/selectors.ts';
import type {ThreadInfo} from '../thread/state.ts';

/** Times in ms since the epoch; texts are the server's, as they are. */
export const threadJson = (info: ThreadInfo) => ({
	id: info.id,
	name: info.name ?? null,
	title: threadTitle(info),
	status: info.status.kind === 'other' ? info.status.name : info.status.kind,
	waitingOn: info.status.kind === 'active' ? info.status.waitingOn : 'nobody',
	cwd: info.cwd,
	parentThreadId: info.parentThreadId ?? null,
	updatedAtMs: info.updatedAtMs ?? null,
});
