/**
 * The signature of a message: `clientUserMessageId = "jumpseat:NAME:UUID"` (DESIGN.md). It comes back as `clientId`
 * for every client and is the only attribution there is (PROTOCOL). NAME is percent-encoded, so that any name
 * parses back and the id stays printable ASCII. Pure; written by `composer/`, read by the selectors.
 */

const prefix = 'jumpseat:';
/** UTF-16 units of a name that are signed; the server takes 3,000 and more, but nobody wants to read them. */
const maxNameUnits = 64;
const wellFormed = /\p{Cs}/gu;

export type Signature = {readonly name: string; readonly uuid: string};

/**
 * The signature of one message; `uuid` is new for each. A name that is too long is cut, an empty one becomes
 * `someone`: without a name there is no signature to parse.
 */
export const signMessage = (name: string, uuid: string): string => {
	const printable = name.replace(wellFormed, '').trim();
	const cut = printable.slice(0, maxNameUnits).replace(wellFormed, '');
	return `${prefix}${encodeURIComponent(cut === '' ? 'someone' : cut)}:${uuid}`;
};

/** What is not percent-encoded, by another program or an older Jumpseat, is taken as it stands. */
const decoded = (name: string): string => {
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
};

/** Undefined for every id that no Jumpseat made. The name is the sender's claim: sanitise it before it is shown. */
export const parseSignature = (id: string | null | undefined): Signature | undefined => {
	const [, name, uuid] = id?.match(/^jumpseat:(.+):([^:]+)$/s) ?? [];
	return name === undefined || uuid === undefined ? undefined : {name: decoded(name), uuid};
};
