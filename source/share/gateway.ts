/**
 * The share itself: one seat at the real server, many guests, and between them the rules. Guests are handed in as open
 * connections (`welcome`), whatever door they came through; each is served until he, the owner or the server ends it.
 *
 * Invariants: what goes to the server was judged by `rules.ts` and passes the session's gate; what goes to a guest was
 * redacted; everything is told in the order of the wire. When the connection to the server is lost, guests are sent
 * away with "come back": they hydrate anew, and nothing is made up in between.
 * Made by `commands/share/`.
 */
import type {ConnectionState} from '../app-server/connection-state.ts';
import {asRecord, asString} from '../protocol/fields.ts';
import {
	type Role,
	type SeatRole,
	type ShareDescription,
	shareCloseCodes,
	shareProtocol,
	type Welcome,
} from '../protocol/share.ts';
import type {Json} from '../protocol/types.ts';
import {createAnswers} from './answers.ts';
import {createCalls} from './calls.ts';
import {createFamily} from './family.ts';
import {createFanOut} from './fan-out.ts';
import type {Gateway, GatewayOptions} from './gateway-contract.ts';
import {type Client, createGuest, type Guest} from './guest.ts';
import {createHere} from './here.ts';
import {createInProgress} from './in-progress.ts';
import type {Pass} from './invitations.ts';
import {createJoins} from './joins.ts';
import {createRefusals, withoutFloods} from './news.ts';
import type {Control} from './owner.ts';
import type {Parts} from './parts.ts';
import {createRelatives} from './relatives.ts';
import {createRequests} from './requests.ts';
import {createReturning} from './returning.ts';
import {createStream} from './stream.ts';
import {createTurnstile} from './turnstile.ts';
import {createUnsent} from './unsent.ts';
import {createUpstream, isConnected} from './upstream.ts';
import {createWithdrawn} from './withdrawn.ts';
import {endedBy} from './words.ts';

export type {Gateway, GatewayOptions, Wanted} from './gateway-contract.ts';

/** A new connection waits so long for a server that is away. */
const serverWithinMs = 12_000;

/** Of all guests together; the server takes some more from one connection. */
const callsAtOnce = {all: 48, each: 12};

/** Told by the server to every connection, whatever it has joined (PROTOCOL, "Threads"). */
const toEverybody: ReadonlySet<string> = new Set([
	'thread/started',
	'thread/status/changed',
	'thread/closed',
	'thread/name/updated',
	'thread/archived',
	'thread/unarchived',
	'thread/deleted',
]);

export const createGateway = (options: GatewayOptions): Gateway => {
	const {environment, threadId, invitations, ownerName, newId, onNews} = options;
	const startedAtMs = environment.nowMs();
	/** Every open connection, and those of them who said who they are. */
	const connections = new Set<Guest>();
	const guests = new Set<Guest>();
	const returning = createReturning(environment.later, name => onNews({type: 'left', name}));
	const leave = new Map<Guest, () => void>();
	let isLost = false;
	let hasBeenLive = false;
	let ended: {readonly why: string; readonly done: Promise<void>} | undefined;

	const upstream = createUpstream(
		{...options.sessionOptions, environment, threadId},
		{onNotification: told => stream.hear(told), onRequest: request => answers.asked(request), onMoved: moved},
	);
	const parts: Parts = {
		environment,
		upstream,
		turnstile: createTurnstile(callsAtOnce),
		family: createFamily(threadId),
		requests: createRequests(),
		inProgress: createInProgress(),
		fanOut: createFanOut(environment),
		guests,
		onNews: withoutFloods(onNews, environment.nowMs),
	};
	const {inProgress, fanOut, requests} = parts;
	const unsent = createUnsent();
	const roleOf = (name: string): SeatRole => invitations.roleOf(name) ?? 'observe';
	const here = createHere({environment, threadId, guests, roleOf, describe});
	const answers = createAnswers(parts);
	const joins = createJoins(parts, answers.show);
	const relatives = createRelatives(parts);
	const stream = createStream(parts, {answers, joins, relatives});
	const refusals = createRefusals(environment.later, onNews);
	const control: Control = {
		describe,
		invite(wanted) {
			const link = options.invite(wanted);
			onNews({type: 'invited', name: wanted.name, role: wanted.role});
			here.changed();
			return {name: wanted.name, role: wanted.role, link};
		},
		setRole,
		remove: name => invitations.remove(name),
		end: () => options.onEnd({why: endedBy(ownerName), isWanted: true}),
	};
	const calls = createCalls(parts, {joins, relatives, control, refusals, newId});
	const withdrawn = createWithdrawn({
		invitations,
		environment,
		ownerName,
		onWithdrawn(name, type, why) {
			onNews({type, name});
			for (const guest of [...connections]) {
				if (guest.name === name && guest.role() !== 'owner') sendAway(guest, shareCloseCodes.removed, why);
			}
			here.changed();
		},
	});

	function describe(): ShareDescription {
		return {
			threadId,
			startedAtMs,
			doors: options.doors(),
			invitations: invitations.rows(),
			people: here.people(),
		};
	}

	function setRole(name: string, role: Role): void {
		invitations.setRole(name, role);
		onNews({type: 'roleChanged', name, role});
		for (const guest of guests) {
			if (guest.name !== name || guest.role() === 'owner' || guest.client() === 'jumpseat') continue;
			guest.tell('warning', {threadId, message: `Your role is ${role} from now on.`});
			answers.roleChanged(guest);
		}
		here.changed();
	}

	/** Not to come back. The stock client tells nobody why a connection was closed; an error stands in its transcript. */
	function sendAway(guest: Guest, code: number, why: string): void {
		const client = guest.client();
		if (client !== undefined && client !== 'jumpseat') {
			const error = {message: why, codexErrorInfo: null, additionalDetails: null};
			guest.tell('error', {threadId, turnId: '', willRetry: false, error});
		}
		guest.end(code, why);
	}

	function moved(from: ConnectionState, to: ConnectionState): void {
		if (isConnected(from) && !isConnected(to)) loseServer('why' in to ? to.why : to.kind);
		if (to.kind === 'live') {
			if (isLost) {
				onNews({type: 'upstreamBack'});
				returning.begin();
			}
			isLost = false;
			hasBeenLive = true;
			relatives.ask();
		}
		if (to.kind === 'waiting' && from.kind === 'live' && hasBeenLive) onNews({type: 'threadClosed'});
		if (to.kind === 'failed') options.onEnd({why: to.why, isWanted: false});
	}

	function loseServer(why: string): void {
		answers.lost();
		joins.lost();
		inProgress.forget();
		fanOut.flush();
		if (ended !== undefined) return;
		isLost = true;
		onNews({type: 'upstreamLost', why});
		for (const guest of [...guests]) {
			returning.expect(guest.name);
			guest.end(shareCloseCodes.resynchronise, 'The server was lost: come back.');
		}
	}

	const welcomeOf = (guest: Guest, pass: Pass | 'owner'): Welcome => {
		const returnKey = pass === 'owner' ? undefined : invitations.returnKey(pass);
		return {
			protocol: shareProtocol,
			threadId,
			you: {id: guest.id, name: guest.name, role: guest.role()},
			...(returnKey !== undefined && {returnKey}),
		};
	};

	const greet = async (guest: Guest, client: Client, pass: Pass | 'owner'): Promise<Json | undefined> => {
		const isOver = ({kind}: ConnectionState): boolean => kind === 'closed' || kind === 'failed';
		const found = await upstream.until(
			state => upstream.server() ?? (isOver(state) ? 'none' : undefined),
			serverWithinMs,
		);
		const server = found === 'none' ? undefined : found;
		if (!guest.isOpen()) return undefined;
		if (server === undefined) {
			guest.end(shareCloseCodes.resynchronise, 'The share has no connection to its server: come back.');
			return undefined;
		}
		return {
			userAgent: `jumpseat-share/${server.version ?? 'unknown'}`,
			codexHome: '/',
			platformFamily: 'unix',
			platformOs: server.platformOs ?? 'linux',
			...(client === 'jumpseat' && {jumpseat: welcomeOf(guest, pass)}),
		};
	};

	const arrive = (guest: Guest, client: Client): void => {
		guests.add(guest);
		const hears = ({method, params}: {readonly method: string; readonly params: Json}): boolean =>
			guest.wants(method) &&
			(toEverybody.has(method) || guest.joined.has(asString(asRecord(params)?.threadId) ?? ''));
		leave.set(guest, fanOut.add(guest.outlet, hears));
		// The owner's tools (`share --control`) watch nothing: nobody has come.
		if (guest.role() === 'owner' && !guest.wants('item/agentMessage/delta')) return;
		here.came(guest, client);
		const again = returning.came(guest.name);
		onNews({type: 'came', name: guest.name, role: guest.role(), client, again});
	};

	const depart = (guest: Guest): void => {
		connections.delete(guest);
		leave.get(guest)?.();
		leave.delete(guest);
		guests.delete(guest);
		requests.left(guest.id);
		joins.left(guest);
		const wasHere = here.left(guest);
		if (wasHere && !returning.isExpected(guest.name) && ended === undefined)
			onNews({type: 'left', name: guest.name});
	};

	return {
		start: opened => upstream.start(opened),
		welcome(pass, channel) {
			if (ended !== undefined) {
				channel.end(shareCloseCodes.ended, ended.why);
				return;
			}
			// Withdrawn while he was at the door.
			const complaint = pass === 'owner' ? undefined : withdrawn.complaint(pass);
			if (complaint !== undefined) {
				channel.end(shareCloseCodes.removed, complaint);
				return;
			}
			const guest = createGuest({
				id: newId(),
				name: pass === 'owner' ? ownerName : pass.name,
				role: () => (pass === 'owner' ? 'owner' : (invitations.roleOf(pass) ?? 'observe')),
				channel,
				environment,
				unsent,
				desk: {
					welcome: (who, client) => greet(who, client, pass),
					arrived: arrive,
					call: calls.call,
					answer: answers.answer,
					here: (who, now) => void here.moved(who.id, now),
					gone: depart,
				},
				onCut: (who, why) => onNews({type: 'cutOff', name: who.name, why}),
			});
			// Who sent too much before anybody listened is gone already.
			if (guest.isOpen()) connections.add(guest);
		},
		tellOwner(sentence) {
			for (const guest of guests)
				if (guest.role() === 'owner') guest.tell('warning', {threadId, message: sentence});
		},
		describe,
		setRole,
		remove: name => invitations.remove(name),
		counts: () => ({connections: connections.size, guests: guests.size, requests: requests.size()}),
		end(why) {
			if (ended !== undefined) return ended.done;
			const done = upstream.leave();
			ended = {why, done};
			onNews({type: 'ended', why});
			withdrawn.stop();
			fanOut.flush();
			for (const guest of [...connections]) sendAway(guest, shareCloseCodes.ended, why);
			fanOut.stop();
			here.stop();
			refusals.stop();
			returning.stop();
			return done;
		},
	};
};
