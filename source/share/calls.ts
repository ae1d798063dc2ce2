/**
 * What becomes of each call of a guest: judged, then answered here, passed on, or refused. The owner's seat has rules
 * of its own (`owner.ts`). Every refusal is told to the guest, and to the owner's log.
 */
import {rpcCodes} from '../json-rpc/errors.ts';
import {asRecord} from '../protocol/fields.ts';
import type {CodexMethod} from '../protocol/methods.ts';
import {forward} from './forward.ts';
import type {Call, Guest} from './guest.ts';
import type {Joins} from './joins.ts';
import type {Refusals, ShareNews} from './news.ts';
import {type Control, judgeOwner} from './owner.ts';
import type {Parts} from './parts.ts';
import type {Relatives} from './relatives.ts';
import {judge, type Verdict} from './rules.ts';
import {createSpeaking} from './speaking.ts';

export type Calls = {readonly call: (guest: Guest, call: Call) => Promise<void>};

export type CallsOptions = {
	readonly joins: Joins;
	readonly relatives: Relatives;
	readonly control: Control;
	readonly refusals: Refusals;
	readonly newId: () => string;
};

type Spoke = Extract<ShareNews, {type: 'spoke'}>['how'];

/** What the owner's log tells of. */
const spoken: Readonly<Partial<Record<CodexMethod, Spoke>>> = {
	'turn/start': 'start',
	'turn/steer': 'steer',
	'thread/queue/add': 'queue',
	'turn/interrupt': 'interrupt',
};

export const createCalls = (
	parts: Parts,
	{joins, relatives, control, refusals, newId}: CallsOptions,
): Calls => {
	const {family, environment, onNews} = parts;
	const speaking = createSpeaking(environment);

	const verdictOn = (guest: Guest, call: Call): Verdict => {
		const role = guest.role();
		if (role === 'owner') return judgeOwner(call, family, control);
		return judge(call, {role, name: guest.name, makeUuid: newId}, family);
	};

	const passOn = async (
		guest: Guest,
		{id}: Call,
		{method, params}: Extract<Verdict, {kind: 'forward'}>,
	): Promise<void> => {
		const complaint = guest.role() === 'owner' ? undefined : speaking.complaint(guest.name, method);
		if (complaint !== undefined) {
			parts.fanOut.flush();
			guest.refuse(id, rpcCodes.overloaded, complaint);
			return;
		}
		const isDone = await forward(parts, guest, {id, method, params});
		const how = spoken[method];
		if (isDone && how !== undefined) onNews({type: 'spoke', name: guest.name, how});
	};

	const doHere = async (
		guest: Guest,
		{id}: Call,
		{method, params}: Extract<Verdict, {kind: 'local'}>,
	): Promise<void> => {
		switch (method) {
			case 'thread/resume':
				return joins.resume(guest, id, params);
			case 'thread/unsubscribe':
				return joins.unsubscribe(guest, id, params);
			case 'thread/list':
				return joins.list(guest, id, params);
			case 'thread/loaded/list':
				// Whole, and cut down then: a page of the server's could hold none of ours.
				await forward(parts, guest, {id, method, params: {}});
				return;
			case 'initialize':
				guest.refuse(id, rpcCodes.invalidRequest, 'Already initialized');
		}
	};

	return {
		async call(guest, call) {
			const threadId = asRecord(call.params)?.threadId;
			// An item may have named a sub-agent to the guest before the server has told us whose it is.
			if (typeof threadId === 'string' && !family.has(threadId)) await relatives.settled();
			if (!guest.isOpen()) return;
			const verdict = verdictOn(guest, call);
			switch (verdict.kind) {
				case 'refuse':
					refusals.note(guest.name, call.method.slice(0, 80));
					parts.fanOut.flush();
					guest.refuse(call.id, verdict.code, verdict.message);
					return;
				case 'answer':
					parts.fanOut.flush();
					guest.respond(call.id, verdict.result);
					return;
				case 'forward':
					return passOn(guest, call, verdict);
				case 'local':
					return doHere(guest, call, verdict);
			}
		},
	};
};
