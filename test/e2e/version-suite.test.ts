/** The suite that App Servers of all versions go through (`npm run torture`), here with the pinned one only. */
import {expect, test} from 'vitest';
import {checkNames, runCheck} from '../torture/version-suite.ts';

for (const name of checkNames) {
	test(`with the pinned server: ${name}`, async () => {
		expect(await runCheck(name)).toEqual({kind: 'yes'});
	});
}
