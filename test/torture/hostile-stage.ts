/**
 * The attached screen on an emulated terminal, with everything between real: Ink's chrome, the panes, the compositor,
 * the driver. Every byte that is written is heard by the strict tokeniser and executed by the emulator, whose answers
 * go back in. `offences` says what was shown, said or executed that was not ours.
 */
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import {createTerminal} from '../../source/screen/driver.ts';
import type {Frame, Size} from '../../source/screen/frame.ts';
import type {Terminal} from '../../source/screen/terminal.ts';
import {createAttachedScreen} from '../../source/ui/attached-screen.ts';
import {mountChrome} from '../../source/ui/mount.tsx';
import {createFormat} from '../../source/view/format.ts';
import {comparable, createEmulator, intended} from '../screen/emulator.ts';
import {createFakeClock, createFakeOutput, FakeInput} from '../screen/fake-terminal.ts';
import {type MemorySeat, openMemorySeat} from './memory-seat.ts';
import {listen, type Spoken} from './tokeniser.ts';

export type HostileStage = {
	readonly seat: MemorySeat;
	readonly state: () => AppState;
	readonly act: (intent: Intent) => void;
	/** Bytes as a person's terminal sends them. */
	readonly type: (bytes: string) => void;
	/** Draws what there is and gives back all that was wrong since the last time, and how much was said. */
	readonly look: () => Promise<Looked>;
	/** Leaves the screen as at the end of the program: what stays in the normal one is judged too. */
	readonly leave: () => Promise<Looked>;
};

export type Looked = {
	readonly offences: readonly string[];
	readonly spoken: Spoken;
};

/** What the emulator may say back: to the fence, and to the question for synchronized output. */
const ourAnswer = /^(?:\u001B\[0n|\u001B\[\?2026;\d\$y)+$/;

const comparedEvery = 4;

export const openHostileStage = async (
	size: Size,
	answer: (id: number, method: string) => string | undefined,
	{tmux}: {readonly tmux: boolean},
): Promise<HostileStage> => {
	const clock = createFakeClock();
	const input = new FakeInput();
	const output = createFakeOutput(size);
	const emulator = createEmulator(size);
	const bufferTypes: string[] = [];
	let title = '';
	let looks = 0;
	emulator.terminal.onTitleChange(next => {
		title = next;
	});
	emulator.terminal.buffer.onBufferChange(buffer => bufferTypes.push(buffer.type));
	let frame: Frame | undefined;
	let askedTitle: string | undefined;
	const driver = createTerminal({input, output, env: tmux ? {TMUX: '/tmp/tmux'} : {}, clock});
	const terminal: Terminal = {
		...driver,
		show(next, urgency) {
			frame = next;
			driver.show(next, urgency);
		},
		setTitle(text) {
			askedTitle = text;
			driver.setTitle(text);
		},
		suspend: async () => false,
	};
	const format = createFormat({timeZone: 'UTC'});
	const panes = createPanes(format);
	terminal.enter();
	const seat = await openMemorySeat({terminal, observe: false, answer});
	const failures: string[] = [];
	const screen = createAttachedScreen({
		terminal,
		panes,
		format,
		state: seat.store.get,
		onIntent: intent => act(intent),
		onDrawn: () => {},
		loadInk: () => mountChrome,
		onError: error => failures.push(String(error)),
		newMessageId: () => 'jumpseat:me:1',
		finish: row => row,
		clock,
	});
	const act = (intent: Intent): void => {
		const decision = decide({...seat.store.get(), nowMs: seat.time.nowMs()}, intent, panes);
		seat.store.set(decision.state);
		seat.run(
			decision.commands.filter(({type}) => type !== 'export' && type !== 'suspend' && type !== 'openThread'),
		);
		screen.changed('input');
	};

	/** At once: the public `write` waits for a timer, thousands of times. */
	const core = (emulator.terminal as unknown as {_core: {writeSync(bytes: string): void}})._core;
	emulator.terminal.options.logLevel = 'off';
	const execute = (bytes: string): void => core.writeSync(bytes);

	/** Everything written until nothing more comes, through the emulator and back. */
	const drain = (): {readonly bytes: string; readonly strange: readonly string[]} => {
		const strange: string[] = [];
		let all = '';
		for (let round = 0; round < 10; round += 1) {
			const bytes = output.written.splice(0).join('') + output.writtenSync.splice(0).join('');
			if (bytes === '') break;
			all += bytes;
			execute(bytes);
			const answers = emulator.replies.splice(0).join('');
			if (answers !== '' && !ourAnswer.test(answers))
				strange.push(`the terminal answered ${JSON.stringify(answers)}`);
			if (answers !== '') input.type(answers);
			clock.advance(50);
		}
		return {bytes: all, strange};
	};

	const judgeScreen = (): readonly string[] => {
		const {modes, buffer} = emulator.terminal;
		const wrong: string[] = [];
		const expect = (holds: boolean, what: string): void => {
			if (!holds) wrong.push(what);
		};
		expect(buffer.active.type === 'alternate', 'not on the alternate screen');
		expect(!modes.wraparoundMode, 'autowrap is on');
		expect(modes.bracketedPasteMode && modes.sendFocusMode, 'paste or focus reports are off');
		expect(!modes.insertMode && !modes.originMode && !modes.reverseWraparoundMode, 'insert or origin mode');
		expect(!modes.applicationCursorKeysMode && !modes.applicationKeypadMode, 'application keys');
		expect(modes.mouseTrackingMode === (seat.store.get().ui.mouse ? 'vt200' : 'none'), 'mouse reports');
		expect(
			title === (askedTitle ?? '').slice(0, 200) || askedTitle === undefined,
			`title ${JSON.stringify(title)}`,
		);
		expect(
			bufferTypes.every(type => type === 'alternate'),
			'the screen was switched',
		);
		looks += 1;
		// Reading thousands of cells takes as long as all the rest.
		if (
			looks % comparedEvery === 0 &&
			frame?.size.columns === size.columns &&
			frame.size.rows === size.rows
		) {
			const seen = comparable(emulator.cells(), frame);
			const meant = comparable(intended(frame), frame);
			const row = seen.findIndex((line, index) => line !== meant[index]);
			if (row !== -1) wrong.push(`row ${row} shows ${JSON.stringify(emulator.text()[row])}`);
			const {cursor} = frame;
			if (cursor !== undefined)
				expect(
					emulator.cursor().row === cursor.row && emulator.cursor().column === cursor.column,
					'the cursor is elsewhere',
				);
		}
		return wrong;
	};

	const look = async (): Promise<Looked> => {
		await seat.settle();
		screen.changed('input');
		const {bytes, strange} = drain();
		const spoken = listen(bytes);
		return {spoken, offences: [...failures.splice(0), ...strange, ...spoken.foreign, ...judgeScreen()]};
	};

	return {
		seat,
		state: seat.store.get,
		act,
		type: bytes => input.type(bytes),
		look,
		async leave() {
			terminal.leaveSync(screen.lastRows());
			screen.dispose();
			const {bytes, strange} = drain();
			const spoken = listen(bytes);
			const offences = [...strange, ...spoken.foreign];
			if (emulator.terminal.buffer.active.type !== 'normal') offences.push('still on the alternate screen');
			if (!emulator.terminal.modes.wraparoundMode) offences.push('autowrap is still off');
			emulator.dispose();
			return {spoken, offences};
		},
	};
};
