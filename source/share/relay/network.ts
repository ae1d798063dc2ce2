/** Whom an address is counted for: an IPv4 address alone, an IPv6 one with its network of 64 bits, of which a person has all. Pure; used by relay.ts. */

const groupsOf = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));

/** As Node writes addresses: without a port or brackets. */
export const networkOf = (address: string): string => {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped !== undefined) return mapped;
	if (!address.includes(':')) return address;
	const [front = '', back] = address.replace(/%.*$/, '').toLowerCase().split('::');
	const left = groupsOf(front);
	const right = groupsOf(back ?? '');
	const between = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
	const groups = back === undefined ? left : [...left, ...between, ...right];
	return groups
		.slice(0, 4)
		.map(group => group.replace(/^0+(?=.)/, ''))
		.join(':');
};
