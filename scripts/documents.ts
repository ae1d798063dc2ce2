/** `npm run documents`: renews what the documents take from the program's tables: the man page, the keys in the README. */
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {withKeyTable} from './key-table.ts';
import {manPage} from './man-page.ts';

const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

writeFileSync(file('docs/jumpseat.1'), manPage());
writeFileSync(file('README.md'), withKeyTable(readFileSync(file('README.md'), 'utf8')));
