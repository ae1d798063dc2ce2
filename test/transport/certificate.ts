/** Self-made certificates for the tests of TLS, by the `openssl` command; a machine without it skips them by name. */
import {execFileSync, spawnSync} from 'node:child_process';
import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import path from 'node:path';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export type Certificate = {
	/** PEM. */
	readonly key: string;
	/** PEM. */
	readonly cert: string;
	/** The file that holds `cert`. */
	readonly file: string;
	/** SHA-256 of the DER as OpenSSL prints it: capitals and colons. */
	readonly fingerprint: string;
};

/** For `localhost`, vouched for by nobody but itself. `extra`: more arguments for `openssl req`. */
export const makeCertificate = (folder: string, name: string, extra: readonly string[] = []): Certificate => {
	const keyFile = path.join(folder, `${name}.key`);
	const file = path.join(folder, `${name}.pem`);
	const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
	const who = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
	execFileSync('openssl', ['req', ...kind, ...who, ...extra, '-keyout', keyFile, '-out', file], {
		stdio: 'ignore',
	});
	const cert = readFileSync(file, 'utf8');
	return {
		key: readFileSync(keyFile, 'utf8'),
		cert,
		file,
		fingerprint: new X509Certificate(cert).fingerprint256,
	};
};
