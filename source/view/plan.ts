/**
 * The Plan pane: the newest plan, and which turn made it. Pure; called when the pane is on the screen. What it
 * shows is kept by the identity of the turn's plan, for the pane is asked again with every frame.
 */
import {turnsBefore} from '../thread/page-out.ts';
import type {Item, ThreadState, Turn} from '../thread/state.ts';
import {paragraph} from './items/item-view.ts';
import {planBody, planProgress} from './items/turn-plan.ts';
import {markdownRows} from './markdown.ts';
import {memoiseLast} from './memo.ts';
import {emptyRow, type Row} from './row.ts';
import {theme} from './style.ts';

type Found = {readonly turn: Turn; readonly index: number; readonly item: Item | undefined};

const hasSteps = (turn: Turn): boolean => turn.plan !== undefined && turn.plan.steps.length > 0;

/** The newest turn with a checklist or, failing that, a plan written as text. */
const newestPlan = (state: ThreadState): Found | undefined => {
	for (let index = state.turns.length - 1; index >= 0; index -= 1) {
		const turn = state.turns[index];
		if (turn === undefined) return undefined;
		if (hasSteps(turn)) return {turn, index, item: undefined};
		const item = turn.items.findLast(candidate => candidate.content.type === 'plan');
		if (item !== undefined) return {turn, index, item};
	}
	return undefined;
};

/** `turn 7`, `this turn`, `2 turns ago`: whichever is known and tells most. */
export const turnName = (state: ThreadState, index: number): string => {
	const back = state.turns.length - 1 - index;
	const before = turnsBefore(state);
	const number = before === undefined ? undefined : `turn ${before + index + 1}`;
	const ago =
		back > 0
			? `${back} turn${back === 1 ? '' : 's'} ago`
			: state.turns[index]?.status === 'inProgress'
				? 'the running turn'
				: 'the last turn';
	return number === undefined ? ago : `${number} · ${ago}`;
};

const layOut = memoiseLast(
	(plan: Turn['plan'], text: string | undefined, title: string, columns: number): readonly Row[] => {
		const head = (progress: string): Row[] => paragraph(`${title}${progress}`, theme.muted, columns);
		if (plan !== undefined && plan.steps.length > 0) {
			const doubt = plan.mayBeOld ? ' · as of before the connection was lost' : '';
			return [...head(` · ${planProgress(plan)}${doubt}`), emptyRow, ...planBody(plan, columns)];
		}
		if (text !== undefined) return [...head(''), emptyRow, ...markdownRows(text, columns)];
		return paragraph(title, theme.muted, columns);
	},
);

/** Checklists are streamed and not stored: one that was made before we joined is nowhere to be read. */
const noPlan =
	'No plan seen. A checklist made before Jumpseat joined is not kept by the server; the next plan shows here.';

/** The plan of the newest turn that has one, whole. */
export const planRows = (state: ThreadState, columns: number): readonly Row[] => {
	const width = Math.max(1, columns);
	const found = newestPlan(state);
	if (found === undefined) return layOut(undefined, undefined, noPlan, width);
	const content = found.item?.content;
	const text = content?.type === 'plan' ? content.text : undefined;
	return layOut(found.turn.plan, text, turnName(state, found.index), width);
};
