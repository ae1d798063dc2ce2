export async function demo(_context: {
	stdout: NodeJS.WritableStream;
	stderr: NodeJS.WritableStream;
	isTerminal: boolean;
	env: NodeJS.ProcessEnv;
	attach: (options: {endpoint: string; threadId: string; observe: boolean}) => Promise<number>;
	streamText: (options: {endpoint: string; threadId: string; untilIdle: true}) => Promise<number>;
}): Promise<number> {
	return 0;
}
