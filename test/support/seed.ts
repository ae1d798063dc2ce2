/**
 * The seed of the property tests. At a desk every run tries new cases; in CI the seed is fixed, so that what fails
 * there is the change and not the dice. A failure prints its seed either way.
 */
import process from 'node:process';
import fc from 'fast-check';

if (process.env.CI) fc.configureGlobal({...fc.readConfigureGlobal(), seed: 0x5ea7});
