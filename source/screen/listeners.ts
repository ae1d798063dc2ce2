/** A set of listeners, each with its own disposal. */
export const createListeners = <Event>() => {
	const listeners = new Set<{readonly call: (event: Event) => void}>();
	return {
		add(call: (event: Event) => void): () => void {
			const listener = {call};
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
		emit(event: Event): void {
			for (const {call} of [...listeners]) call(event);
		},
	};
};
