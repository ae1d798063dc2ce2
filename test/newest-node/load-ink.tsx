/** What a test bundles to see Ink, its layout engine and React work in one file: draws one box and leaves. */

import process from 'node:process';
import {PassThrough} from 'node:stream';
import {Box, render, Text} from 'ink';

const screen = Object.assign(new PassThrough(), {columns: 20, rows: 5, isTTY: true});
const app = render(
	<Box borderStyle="single" width={10}>
		<Text>drawn</Text>
	</Box>,
	{stdout: screen as unknown as NodeJS.WriteStream, patchConsole: false, exitOnCtrlC: false, debug: true},
);
app.unmount();
await app.waitUntilExit();
process.stdout.write(String(screen.read()));
