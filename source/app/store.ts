/** The one place that holds the present state. What follows from a change is said by whoever makes it. */
export type Store<State> = {
	readonly get: () => State;
	readonly set: (next: State) => void;
};

export const createStore = <State>(initial: State): Store<State> => {
	let state = initial;
	return {
		get: () => state,
		set(next) {
			state = next;
		},
	};
};
