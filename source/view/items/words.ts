/** `spawnAgent` → `spawn agent`: names of the protocol as words, also those that do not exist yet. */
export const wordsOf = (name: string): string =>
	name
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/[_-]+/g, ' ')
		.toLowerCase();
