/** Programs of the attacks that run as processes of their own, because what they weigh is measured. */
import path from 'node:path';
import {build} from 'esbuild';

/** Bundled, as the program is: what a loader adds to every function would be measured as well. Returns the file's path. */
export const bundle = async (program: string, folder: string): Promise<string> => {
	const outfile = path.join(folder, `${path.parse(program).name}.mjs`);
	await build({
		entryPoints: [program],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		target: 'node20',
		banner: {
			js: "import {createRequire} from 'node:module'; const require = createRequire(import.meta.url);",
		},
		logLevel: 'warning',
	});
	return outfile;
};
