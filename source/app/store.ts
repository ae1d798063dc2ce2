/** A store in few lines: one state, listeners, no framework. Every listener returns its own disposal. */
export type Store<State> = {
	readonly get: () => State;
	/** Listeners hear of a change only when the state is another object. */
	readonly set: (next: State) => void;
	readonly subscribe: (listener: (state: State) => void) => () => void;
};

export const createStore = <State>(initial: State): Store<State> => {
	let state = initial;
	const listeners = new Set<(state: State) => void>();
	return {
		get: () => state,
		set(next) {
			if (next === state) return;
			state = next;
			for (const listener of listeners) listener(next);
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
};
