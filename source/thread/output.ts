/**
 * The memory bound on a command's output: its head and its tail stay, the middle goes in whole chunks.
 *
 * Invariant: what is kept depends on the whole output only, never on how it was split into deltas, so that a
 * streamed output and the same one from history look alike. All sizes are UTF-16 units.
 */
import type {WireItem} from '../protocol/types.ts';
import type {OmittedOutput} from './state.ts';

/** Longer output loses its middle. */
export const outputLimitChars = 1024 * 1024;
/** How much of the beginning stays. */
export const outputHeadChars = 256 * 1024;
/** The middle goes in multiples of this: one copy of the text per chunk, not per delta. */
export const outputChunkChars = 64 * 1024;

export type BoundOutput = {readonly text: string; readonly omitted: number};

/** Bounds `text`, whose middle may lack `omitted` units already. The same object's worth when nothing is to do. */
export const boundOutput = (text: string, omitted = 0): BoundOutput => {
	const excess = text.length + omitted - outputLimitChars;
	const wanted = excess <= 0 ? 0 : Math.ceil(excess / outputChunkChars) * outputChunkChars;
	if (wanted <= omitted) return {text, omitted};
	const kept = text.slice(0, outputHeadChars) + text.slice(outputHeadChars + wanted - omitted);
	return {text: kept, omitted: wanted};
};

export const omittedMark = (omitted: number): {readonly omittedOutput?: OmittedOutput} =>
	omitted === 0 ? {} : {omittedOutput: {at: outputHeadChars, chars: omitted}};

/** A whole item from the wire with its output bounded. */
export const boundContent = (
	content: WireItem,
): {readonly content: WireItem; readonly omittedOutput?: OmittedOutput} => {
	if (content.type !== 'commandExecution' || typeof content.aggregatedOutput !== 'string') return {content};
	const {text, omitted} = boundOutput(content.aggregatedOutput);
	if (omitted === 0) return {content};
	return {content: {...content, aggregatedOutput: text}, ...omittedMark(omitted)};
};
