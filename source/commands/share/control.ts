/**
 * `jumpseat share --control`: tells a share that runs on this machine what its owner wants, through the owner's private
 * socket. Invariant: one thing is asked, once, of one share; where several run, it must be said which.
 */
import {openConnection, type ServerConnection} from '../../app-server/connection.ts';
import {RpcError} from '../../json-rpc/errors.ts';
import type {OutgoingMethod} from '../../protocol/methods.ts';
import {decodeInvited, decodeShareDescription, isRole, roles} from '../../protocol/share.ts';
import type {Json} from '../../protocol/types.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import type {Context} from '../context.ts';
import {CommandError, exitCodes} from '../exit-codes.ts';
import {jsonLine} from '../json-line.ts';
import {defaultExpiryMs} from './expiry.ts';
import {type RunningShare, runningShares} from './registry.ts';
import {descriptionLines, joinLine} from './share-words.ts';
import {ownerRoute} from './through-share.ts';

const usage = (sentence: string): CommandError => new CommandError(exitCodes.usage, sentence);

type Order = {readonly method: OutgoingMethod; readonly params: {readonly [key: string]: Json}};

const forms = 'guests · invite NAME [ROLE] · role NAME ROLE · remove NAME · end';

/** What the words ask for, before anything is opened. @throws CommandError `usage` */
export const orderOf = (
	[what = 'guests', name, role, ...more]: readonly string[],
	{options, given}: Pick<Context, 'options' | 'given'>,
): Order => {
	const none = (): CommandError => usage(`\`jumpseat share --control\` takes ${forms}.`);
	if (role !== undefined && !isRole(role))
		throw usage(`A role is one of ${roles.join(', ')}, and got: ${sanitiseLine(role)}`);
	if (more.length > 0 || (what !== 'invite' && (given.expires ?? given.once ?? given.role) !== undefined))
		throw none();
	switch (what) {
		case 'guests':
		case 'end':
			if (name !== undefined) throw none();
			return {method: what === 'end' ? 'jumpseat/share/end' : 'jumpseat/share/read', params: {}};
		case 'invite':
			if (name === undefined || (role !== undefined && given.role !== undefined)) throw none();
			return {
				method: 'jumpseat/share/invite',
				params: {
					name,
					role: role ?? options.role,
					expiresInMs: options.expiresMs ?? defaultExpiryMs,
					once: options.once,
				},
			};
		case 'role':
			if (name === undefined || role === undefined) throw none();
			return {method: 'jumpseat/share/role', params: {name, role}};
		case 'remove':
			if (name === undefined || role !== undefined) throw none();
			return {method: 'jumpseat/share/remove', params: {name}};
		default:
			throw none();
	}
};

export const control = async (context: Context, words: readonly string[]): Promise<number> => {
	const order = orderOf(words, context);
	const share = chooseShare(await runningShares(context), context.options.thread);
	const connection = await reachOwner(context, share);
	try {
		const result = await connection.ask(order.method, order.params);
		say(context, order, result);
		return exitCodes.done;
	} catch (error) {
		if (error instanceof RpcError && error.kind === 'refused')
			throw new CommandError(exitCodes.refused, sanitiseLine(error.message));
		throw error;
	} finally {
		await connection.close();
	}
};

/** @throws CommandError `notThere`, `usage` */
export const chooseShare = (shares: readonly RunningShare[], wanted: string | undefined): RunningShare => {
	const fitting = shares.filter(({threadId}) => threadId.includes(wanted?.toLowerCase() ?? ''));
	const [share, ...others] = fitting;
	if (share === undefined) {
		const of = wanted === undefined ? '' : ` of a thread "${sanitiseLine(wanted)}"`;
		throw new CommandError(exitCodes.notThere, `No share${of} runs here. \`jumpseat share\` begins one.`);
	}
	if (others.length === 0) return share;
	throw new CommandError(
		exitCodes.usage,
		'Several shares run here. Say which with --thread:',
		fitting.map(({threadId, server}) => `  ${threadId}  (${sanitiseLine(server)})`),
	);
};

const reachOwner = (context: Context, share: RunningShare): Promise<ServerConnection> => {
	const {version, environment} = context;
	return openConnection({
		...ownerRoute(share.ownerSocket, context.access.codexHome),
		mode: () => 'drive',
		clientVersion: version,
		environment,
		streams: false,
	});
};

const say = ({stdout, options, environment}: Context, {method}: Order, result: unknown): void => {
	const tell = (type: string, facts: object, lines: readonly string[]): void => {
		if (options.json) stdout.write(jsonLine({jumpseat: 1, type, ...facts}));
		else stdout.write(lines.map(line => `${line}\n`).join(''));
	};
	const invited = method === 'jumpseat/share/invite' ? decodeInvited(result) : undefined;
	const described = method === 'jumpseat/share/read' ? decodeShareDescription(result) : undefined;
	if (invited !== undefined) tell('jumpseat/invitation', invited, [joinLine(invited.link)]);
	else if (described !== undefined)
		tell('jumpseat/share', described, descriptionLines(described, environment.nowMs()));
	else tell('jumpseat/done', {}, []);
};
