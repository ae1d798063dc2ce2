/** Hostile text in every field of every kind of request: no row holds what could harm a terminal, or is too wide. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {openCard, showCard} from '../../../source/asks/card.ts';
import {choicesOf} from '../../../source/asks/choices.ts';
import {cardRows} from '../../../source/view/cards/card.ts';
import {hasControl} from '../../../source/view/sanitise.ts';
import {ask, key, methods, paste, press} from '../../asks/make.ts';
import {hostileText} from '../hostile-corpus.ts';
import {faultOf, hostile, item, thread, turn, utc} from '../samples.ts';

const text = fc.oneof(hostileText, fc.constantFrom(...hostile), fc.string({unit: 'binary', maxLength: 30}));
const maybe = fc.option(text, {nil: null});
const entry = fc.record({
	path: fc.oneof(
		fc.record({type: fc.constant('path'), path: text}),
		fc.record({type: fc.constant('glob_pattern'), pattern: text}),
	),
	access: fc.constantFrom('read', 'write', 'deny'),
});
const profile = fc.record({
	network: fc.constant({enabled: true}),
	fileSystem: fc.record({
		read: fc.array(text, {maxLength: 2}),
		write: fc.array(text, {maxLength: 2}),
		entries: fc.array(entry, {maxLength: 3}),
	}),
});
const option = fc.record({label: text, description: text});
const titled = fc.record({const: text, title: text});
const schema = fc.oneof(
	fc.record({type: fc.constant('string'), title: text, description: text, default: text}),
	fc.record({type: fc.constant('string'), enum: fc.array(text, {minLength: 1, maxLength: 3})}),
	fc.record({type: fc.constant('string'), oneOf: fc.array(titled, {minLength: 1, maxLength: 3})}),
	fc.record({
		type: fc.constant('array'),
		items: fc.record({anyOf: fc.array(titled, {minLength: 1, maxLength: 3})}),
	}),
	fc.record({type: fc.constantFrom('number', 'boolean'), title: text}),
);

const requests: fc.Arbitrary<readonly [string, object]> = fc.oneof(
	fc.tuple(
		fc.constant(methods.command),
		fc.record({
			kind: fc.oneof(text, fc.constantFrom('command', 'humanCommand', 'writeStdin')),
			command: maybe,
			cwd: maybe,
			reason: maybe,
			approvalId: maybe,
			networkApprovalContext: fc.option(fc.record({host: text, protocol: text}), {nil: null}),
			proposedExecpolicyAmendment: fc.array(text, {maxLength: 3}),
			proposedNetworkPolicyAmendments: fc.array(
				fc.record({host: text, action: fc.constantFrom('allow', 'deny')}),
				{maxLength: 3},
			),
			additionalPermissions: profile,
		}),
	),
	fc.tuple(
		fc.constant(methods.legacyCommand),
		fc.record({command: fc.array(text, {maxLength: 4}), cwd: text, reason: maybe}),
	),
	fc.tuple(
		fc.constant(methods.legacyPatch),
		fc.record({
			fileChanges: fc.dictionary(
				text,
				fc.oneof(
					fc.record({type: fc.constantFrom('add', 'delete'), content: text}),
					fc.record({type: fc.constant('update'), unified_diff: text, move_path: maybe}),
				),
				{maxKeys: 2},
			),
			reason: maybe,
			grantRoot: maybe,
		}),
	),
	fc.tuple(fc.constant(methods.fileChange), fc.record({reason: maybe, grantRoot: maybe})),
	fc.tuple(fc.constant(methods.permissions), fc.record({permissions: profile, reason: maybe, cwd: maybe})),
	fc.tuple(
		fc.constant(methods.question),
		fc.record({
			isBlocking: fc.boolean(),
			questions: fc.uniqueArray(
				fc.record({
					id: text,
					header: text,
					question: text,
					isOther: fc.boolean(),
					isSecret: fc.boolean(),
					options: fc.array(option, {maxLength: 3}),
				}),
				{selector: each => each.id, minLength: 1, maxLength: 3},
			),
		}),
	),
	fc.tuple(
		fc.constant(methods.elicitation),
		fc.record({
			serverName: text,
			mode: fc.constantFrom('form', 'url', 'openai/form'),
			message: text,
			url: text,
			requestedSchema: fc.record({
				type: fc.constant('object'),
				properties: fc.dictionary(text, schema, {maxKeys: 3}),
			}),
			_meta: fc.constant(null),
		}),
	),
	fc.tuple(
		fc.constant(methods.elicitation),
		fc.record({
			serverName: text,
			mode: fc.constant('form'),
			message: text,
			requestedSchema: fc.constant({type: 'object', properties: {}}),
			_meta: fc.record({
				codex_approval_kind: fc.constant('mcp_tool_call'),
				persist: fc.constant(['session', 'always']),
				tool_name: text,
				tool_description: text,
				tool_params: fc.dictionary(text, text, {maxKeys: 3}),
			}),
		}),
	),
	fc.tuple(text, fc.record({params: text})),
);

const keys = fc.array(
	fc.oneof(
		fc
			.constantFrom('down', 'up', 'right', 'left', 'space', 'enter', 'y', 'a', 'n', '1', 'backspace')
			.map(key),
		text.map(paste),
	),
	{maxLength: 8},
);

describe('a hostile request', () => {
	it('in any of its fields, whatever is pressed, at any width', () => {
		const changes = fc.array(
			fc.record({
				path: text,
				kind: fc.record({type: fc.constantFrom('add', 'update', 'delete')}),
				diff: text,
			}),
			{maxLength: 2},
		);
		fc.assert(
			fc.property(
				requests,
				changes,
				keys,
				fc.constantFrom(1, 12, 40, 80, 200),
				([method, params], changed, pressed, columns) => {
					const state = thread([turn('T', [item('i', {type: 'fileChange', changes: changed})])]);
					const about = ask(method, params, state);
					const card = press(showCard(openCard(about, 0), {rowsTotal: 1, rowsShownTo: 1}), pressed).card;
					const drawn = cardRows(card, state, columns, utc, 5000);
					const faults = [drawn.head, ...drawn.body, ...drawn.choices, ...drawn.warnings].flatMap(
						row => faultOf(row, columns) ?? [],
					);
					expect(faults).toEqual([]);
					expect(drawn.body.length).toBeGreaterThan(0);
					for (const {label, effect, blocked} of choicesOf(about, card))
						expect(hasControl(label + effect + (blocked ?? ''))).toBe(false);
					if (drawn.focus !== undefined) expect(drawn.focus.row).toBeLessThan(drawn.body.length);
					if (drawn.focus?.column !== undefined) expect(drawn.focus.column).toBeLessThan(columns);
				},
			),
			{numRuns: 400},
		);
	}, 60_000);
});
