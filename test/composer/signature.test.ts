/** Signatures parse back to the name that signed, whatever the name. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {parseSignature, signMessage} from '../../source/composer/signature.ts';
import {authorOfId} from '../../source/thread/selectors.ts';

const uuid = '0198a2b4-0000-7000-8000-000000000001';

describe('a signature', () => {
	it('leaves a plain name readable', () => {
		expect(signMessage('Ada', uuid)).toBe(`jumpseat:Ada:${uuid}`);
	});

	it.each(['Ada Lovelace', 'a:b', '日本 👩\u200d💻', '100%', '%41', 'jumpseat:Bob:1', "O'Neil\n"])(
		'of %j parses back, and is printable ASCII',
		name => {
			const signed = signMessage(name, uuid);
			expect(signed).toMatch(/^[\x21-\x7e]+$/);
			expect(parseSignature(signed)).toEqual({name: name.trim(), uuid});
			expect(authorOfId(signed)).toEqual({kind: 'jumpseat', name: name.trim()});
		},
	);

	it('of a name that is empty, too long or malformed still names somebody', () => {
		expect(parseSignature(signMessage(' ', uuid))?.name).toBe('someone');
		expect(parseSignature(signMessage('n'.repeat(500), uuid))?.name).toBe('n'.repeat(64));
		expect(parseSignature(signMessage(`${'n'.repeat(63)}👍`, uuid))?.name).toBe('n'.repeat(63));
		expect(parseSignature(signMessage('a\ud800b', uuid))?.name).toBe('ab');
	});

	it('that is not percent-encoded is taken as it stands', () => {
		expect(parseSignature('jumpseat:50% Ada:1')).toEqual({name: '50% Ada', uuid: '1'});
		expect(parseSignature('jumpseat:a:b:1')).toEqual({name: 'a:b', uuid: '1'});
	});

	it.each([null, undefined, '', 'jumpseat:', 'jumpseat::1', 'jumpseat:Ada', 'other:Ada:1', uuid])(
		'is not seen in %j',
		id => {
			expect(parseSignature(id)).toBeUndefined();
			expect(authorOfId(id)).toEqual({kind: 'primary'});
		},
	);

	it('never throws, and two names never sign alike', () => {
		const name = fc.string({unit: 'binary', minLength: 1, maxLength: 20}).filter(text => text.trim() !== '');
		fc.assert(
			fc.property(name, name, (one, other) => {
				expect(parseSignature(signMessage(one, uuid))?.name).toBe(one.trim());
				expect(signMessage(one, uuid) === signMessage(other, uuid)).toBe(one.trim() === other.trim());
			}),
		);
	});
});
