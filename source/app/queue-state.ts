/** What is known of the thread's queue. */
import type {QueuedMessage} from '../composer/queue.ts';

/** `unread`: not listed since the thread was joined; `none`: this server has no queue. */
export type Queue = 'unread' | 'none' | readonly QueuedMessage[];
