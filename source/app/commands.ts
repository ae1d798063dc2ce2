/** What a decision or an event asks of the world. Imperative, plain data; `commands/attach.tsx` carries it out. */
export type Command =
	| {readonly type: 'quit'; readonly exitCode: number}
	| {readonly type: 'suspend'}
	| {readonly type: 'repaint'}
	| {readonly type: 'copy'; readonly text: string}
	| {readonly type: 'setMouse'; readonly wheel: boolean}
	| {readonly type: 'openThread'; readonly threadId: string}
	| {readonly type: 'loadOlder'; readonly cursor: string}
	| {readonly type: 'relistTurns'}
	| {readonly type: 'listThreads'}
	| {readonly type: 'retry'}
	/** Tell a person who looks elsewhere. */
	| {readonly type: 'callPerson'; readonly text: string};
