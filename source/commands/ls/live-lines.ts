/**
 * Lines at the end of the normal screen that are drawn again in place, in one write each time. Invariants: nothing is
 * hidden or switched, so that nothing has to be restored, whatever ends the process; lines are neither wider nor more
 * than the terminal shows, or going back up would miss. Used by `ls --watch`.
 */

export type LiveLines = {
	/** `lines` fit the columns; those that do not fit the rows are counted in the last one. */
	readonly draw: (lines: readonly string[]) => void;
	/** The terminal has another size now: what was drawn stands somewhere else, so all is wiped. */
	readonly wipe: () => void;
};

const csi = '\u001B[';

export const createLiveLines = (terminal: {
	readonly write: (text: string) => unknown;
	readonly rows: () => number;
}): LiveLines => {
	let drawn: readonly string[] = [];
	return {
		draw(lines) {
			// The cursor stands in the row below.
			const most = Math.max(1, terminal.rows() - 1);
			const shown =
				lines.length <= most ? lines : [...lines.slice(0, most - 1), `… ${lines.length - most + 1} more`];
			if (shown.length === drawn.length && shown.every((line, index) => line === drawn[index])) return;
			const up = drawn.length === 0 ? '' : `${csi}${drawn.length}A`;
			terminal.write(`${up}\r${shown.map(line => `${line}${csi}K\n`).join('')}${csi}J`);
			drawn = shown;
		},
		wipe() {
			drawn = [];
			terminal.write(`${csi}2J${csi}H`);
		},
	};
};
