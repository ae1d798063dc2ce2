import {createHash, createPrivateKey, X509Certificate} from 'node:crypto';
import {expect, test} from 'vitest';
import {fingerprintOf, makeCertificate} from '../../source/share/certificate.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2030, 0, 15);

test('the certificate of a share is its own, on P-256, and names neither person nor machine', async () => {
	const made = await makeCertificate({nowMs: () => nowMs});
	const certificate = new X509Certificate(made.cert);
	expect(certificate.subject).toBe('CN=jumpseat share');
	expect(certificate.issuer).toBe(certificate.subject);
	expect(certificate.subjectAltName).toBeUndefined();
	expect(certificate.ca).toBe(false);
	expect(certificate.publicKey.asymmetricKeyDetails).toEqual({namedCurve: 'prime256v1'});
	expect(certificate.verify(certificate.publicKey)).toBe(true);
	expect(certificate.checkPrivateKey(createPrivateKey(made.key))).toBe(true);
});

test('its fingerprint is the SHA-256 of its DER', async () => {
	const made = await makeCertificate({nowMs: () => nowMs});
	const {raw} = new X509Certificate(made.cert);
	expect(made.fingerprint).toBe(createHash('sha256').update(raw).digest('hex'));
	expect(fingerprintOf(made.cert)).toBe(made.fingerprint);
});

test('it lasts a day longer than the longest invitation, and a week and a day by default', async () => {
	const untilOf = async (longestMs?: number) => {
		const {cert} = await makeCertificate({nowMs: () => nowMs, longestMs});
		return Date.parse(new X509Certificate(cert).validTo) - nowMs;
	};
	expect(await untilOf()).toBe(8 * dayMs);
	expect(await untilOf(2 * 3_600_000)).toBe(dayMs + 2 * 3_600_000);
});

test('each is another', async () => {
	const [one, two] = await Promise.all([
		makeCertificate({nowMs: () => nowMs}),
		makeCertificate({nowMs: () => nowMs}),
	]);
	expect(one.fingerprint).not.toBe(two.fingerprint);
	expect(new X509Certificate(one.cert).serialNumber).not.toBe(new X509Certificate(two.cert).serialNumber);
});
