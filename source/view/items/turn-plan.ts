/**
 * The checklist that the agent keeps while it works (`turn/plan/updated`). Called by `transcript.ts` for the
 * thread, and by `plan.ts` for the pane.
 */
import type {WirePlanStep} from '../../protocol/types.ts';
import type {Turn} from '../../thread/state.ts';
import type {Row, Span} from '../row.ts';
import {sanitiseText} from '../sanitise.ts';
import {theme} from '../style.ts';
import {wrapRow} from '../wrap.ts';
import {type Fold, headRows, muted, paragraph, plain, underHead} from './item-view.ts';

export type TurnPlan = NonNullable<Turn['plan']>;

const mark = (status: string): Span => {
	switch (status) {
		case 'completed':
			return {text: '✓ ', sgr: theme.good};
		case 'inProgress':
			return {text: '▸ ', sgr: theme.running};
		case 'pending':
			return {text: '○ ', sgr: theme.muted};
		default:
			return plain(`${status} `, theme.muted);
	}
};

const stepSgr = (status: string): string => {
	if (status === 'completed') return theme.muted;
	return status === 'inProgress' ? theme.strong : theme.plain;
};

export const stepRows = (step: WirePlanStep, columns: number): Row[] =>
	wrapRow([mark(step.status), plain(step.step, stepSgr(step.status))], columns, {hang: 2});

export const planProgress = (plan: TurnPlan): string =>
	`${plan.steps.filter(step => step.status === 'completed').length} of ${plan.steps.length} done`;

/** The explanation and the steps, without a head. */
export const planBody = (plan: TurnPlan, columns: number): Row[] => [
	...(plan.explanation ? paragraph(sanitiseText(plan.explanation), theme.muted, columns) : []),
	...plan.steps.flatMap(step => stepRows(step, columns)),
];

export const turnPlanRows = (plan: TurnPlan, fold: Fold, columns: number): Row[] => {
	const current = plan.steps.find(step => step.status === 'inProgress');
	const title = [plain('plan'), muted(fold === 'closed' && current ? `  ${current.step}` : '')];
	const head = headRows({text: '☰', sgr: theme.agent}, title, [muted(planProgress(plan))], columns);
	return fold === 'closed' ? head : [...head, ...underHead(columns, inner => planBody(plan, inner))];
};

export const planCopy = (plan: TurnPlan): string =>
	[
		plan.explanation ?? '',
		...plan.steps.map(step => `[${step.status === 'completed' ? 'x' : ' '}] ${step.step}`),
	]
		.filter(line => line !== '')
		.join('\n');
