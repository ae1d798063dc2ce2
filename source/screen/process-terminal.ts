/** The terminal of this process, for the composition root: the driver on the real stdin, stdout, clock and environment. */
import process from 'node:process';
import {systemClock} from './clock.ts';
import {createTerminal, type Terminal} from './driver.ts';
import {createOutlet, openWithoutBlocking} from './outlet.ts';

export const openProcessTerminal = (): Terminal =>
	createTerminal({
		input: process.stdin,
		output: createOutlet({
			descriptor: openWithoutBlocking(process.stdout.fd),
			clock: systemClock,
			size: () => ({columns: process.stdout.columns || 80, rows: process.stdout.rows || 24}),
			onResize(listener) {
				process.stdout.on('resize', listener);
				return () => process.stdout.off('resize', listener);
			},
		}),
		env: process.env,
		clock: systemClock,
	});
