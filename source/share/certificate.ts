/**
 * The certificate of one share: made when it starts, kept in memory, pinned by its fingerprint in the links. Nobody
 * vouches for it and it names neither person nor machine. Called by the verb `share`, for doors with TLS.
 */
import {X509Certificate} from 'node:crypto';

export type ShareCertificate = {
	/** PEM. */
	readonly key: string;
	/** PEM. */
	readonly cert: string;
	/** SHA-256 of the DER, as 64 lower-case digits of hex: the form of a pin (transport/connect-ws.ts). */
	readonly fingerprint: string;
};

const dayMs = 86_400_000;
/** Of a share whose invitations do not expire: the pin asks for no date, so that nothing ends with it. */
const defaultLifetimeMs = 7 * dayMs;

/** `longestMs`: of the invitations; the certificate lasts a day longer. */
export const makeCertificate = async ({
	nowMs,
	longestMs = defaultLifetimeMs,
}: {
	readonly nowMs: () => number;
	readonly longestMs?: number | undefined;
}): Promise<ShareCertificate> => {
	// Loaded only when it is asked for: it is big, and most shares stay on one machine.
	const {default: selfsigned} = await import('selfsigned');
	const now = nowMs();
	const {private: key, cert} = await selfsigned.generate([{name: 'commonName', value: 'jumpseat share'}], {
		keyType: 'ec',
		curve: 'P-256',
		algorithm: 'sha256',
		// The other clock may be behind.
		notBeforeDate: new Date(now - dayMs),
		notAfterDate: new Date(now + longestMs + dayMs),
		extensions: [
			{name: 'basicConstraints', cA: false, critical: true},
			{name: 'keyUsage', digitalSignature: true, critical: true},
			{name: 'extKeyUsage', serverAuth: true},
		],
	});
	return {key, cert, fingerprint: fingerprintOf(cert)};
};

/** Of a certificate in PEM. */
export const fingerprintOf = (cert: string): string =>
	new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
