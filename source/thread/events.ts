/**
 * The events that make a thread's state, in the one order in which the inbox delivered them. The response to
 * `thread/resume` is an event among the others (PROTOCOL: a promise continuation runs after the frames of the
 * same burst, so the order holds on the wire only).
 *
 * `atMs` is when this client received it (ms since the epoch, given from outside).
 */
import type {UntimedThreadEvent} from '../protocol/thread-events.ts';

export type ThreadEvent = UntimedThreadEvent & {readonly atMs: number};
