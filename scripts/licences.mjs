/**
 * The licences of what is bundled: every package whose code is in the build must bring its licence text along.
 * A package without one stops the build; called by build.mjs with esbuild's metafile.
 */
import {readdir, readFile} from 'node:fs/promises';
import path from 'node:path';

const licenceFile = /^(licen[cs]es?|copying|notice)(\.(md|txt))?$/i;
/** Some packages bundle others themselves and put those licences beside their code. */
const folders = ['.', 'build', 'dist'];

const mit = copyright => `MIT License

${copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Packages that state a licence and its holder in package.json and file headers, but pack no licence file. */
const stated = {
	'yoga-layout': {licence: 'MIT', text: mit('Copyright (c) Meta Platforms, Inc. and affiliates.')},
};

/** The folder of the package that an input file belongs to, or undefined for a file of our own. */
const packageFolder = input => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const licenceTexts = async (root, folder) => {
	const texts = await Promise.all(
		folders.map(async sub => {
			const names = await readdir(path.join(root, folder, sub)).catch(() => []);
			const wanted = names.filter(name => licenceFile.test(name)).sort();
			return Promise.all(wanted.map(name => readFile(path.join(root, folder, sub, name), 'utf8')));
		}),
	);
	return texts.flat().map(text => text.replaceAll('\r\n', '\n').trim());
};

/**
 * One text with the licences of every package in the bundle, by name.
 *
 * @param {{inputs: Record<string, unknown>}} metafile of esbuild, its input paths relative to `root`
 * @param {string} root
 * @returns {Promise<string>}
 * @throws {Error} naming the bundled packages that have no licence text
 */
export const thirdPartyLicences = async (metafile, root) => {
	const folders = new Set(Object.keys(metafile.inputs).map(packageFolder));
	folders.delete(undefined);
	const sections = new Map();
	const missing = [];
	for (const folder of folders) {
		const {name, version, license} = JSON.parse(
			await readFile(path.join(root, folder, 'package.json'), 'utf8'),
		);
		const found = await licenceTexts(root, folder);
		const said = stated[name]?.licence === license ? [stated[name].text] : [];
		const texts = found.length > 0 ? found : said;
		if (texts.length === 0) {
			missing.push(`${name}@${version}`);
		}
		sections.set(`${name} ${version} (${license})`, texts);
	}
	if (missing.length > 0) {
		throw new Error(`Bundled without a licence text: ${missing.sort().join(', ')}`);
	}
	const rule = '-'.repeat(80);
	return [
		'Jumpseat contains the packages below. Each keeps its own licence.\n',
		...[...sections].sort().map(([title, texts]) => `${rule}\n${title}\n\n${texts.join('\n\n')}\n`),
	].join('\n');
};
