/**
 * The attached screen on an emulated terminal, with everything between real: Ink's chrome, the panes, the compositor,
 * the driver. Every byte that is written is heard by the strict tokeniser and executed by the emulator, whose answers
 * go back in. `offences` says what was shown, said or executed that was not ours.
 */
import {applyEvents} from '../../source/app/apply.ts';
import {decide} from '../../source/app/decide.ts';
import type {Intent} from '../../source/app/intents.ts';
import {createPanes} from '../../source/app/panes.ts';
import type {AppState} from '../../source/app/state.ts';
import type {SessionEvent} from '../../source/app-server/session-events.ts';
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
	/** The session tells this. */
	readonly hear: (event: SessionEvent) => void;
	/** Bytes as a person's terminal sends them. */
	readonly type: (bytes: string) => void;
	/** Draws what there is and gives back all that was wrong since the last time, and how much was said. */
	readonly look: (writer?: 'server' | 'person') => Promise<Looked>;
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

/** What this emulator and the table of widths see differently: once shown, the cells beside it are not compared. */
const drawnOtherwise =
	/[\u1100-\u11FF\uA960-\uA9DF\uD7B0-\uD7FF\u2E3A\u2E3B\u3030\u303D\u3164\uFDF0-\uFDFD\uFFF9-\uFFFD]|[\u{10000}-\u{10FFFF}]|\p{M}|\p{Co}|\p{Cn}/u;

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
	let isComparable = true;
	emulator.terminal.onTitleChange(next => {
		title = next;
	});
	emulator.terminal.buffer.onBufferChange(buffer => bufferTypes.push(buffer.type));
	let frame: Frame | undefined;
	let askedTitle: string | undefined;
	/** What the program itself has asked for: what is heard beyond that came from elsewhere, in the form of ours. */
	const asked = {titles: [] as string[], notifications: 0, clipboards: 0, bells: 0};
	const times = tmux ? 2 : 1;
	const driver = createTerminal({input, output, env: tmux ? {TMUX: '/tmp/tmux'} : {}, clock});
	const terminal: Terminal = {
		...driver,
		show(next, urgency) {
			frame = next;
			driver.show(next, urgency);
		},
		setTitle(text) {
			askedTitle = text;
			asked.titles.push(text.slice(0, 200));
			driver.setTitle(text);
		},
		bell() {
			asked.bells += 1;
			driver.bell();
		},
		notify(text) {
			asked.notifications += 1;
			driver.notify(text);
		},
		copy(text) {
			const outcome = driver.copy(text);
			if (outcome === 'sent') asked.clipboards += times;
			return outcome;
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
		isComparable &&= !(frame?.rows.some(row => row.some(({text}) => drawnOtherwise.test(text))) ?? false);
		if (
			isComparable &&
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

	const judgeWords = ({titles, notifications, clipboards, bells, open}: Spoken): readonly string[] => {
		const wrong = [
			...(titles.some(each => !asked.titles.includes(each)) ? [`a title that nobody set: ${titles}`] : []),
			...(notifications.length > asked.notifications ? ['a notification that nobody sent'] : []),
			...(clipboards.length > asked.clipboards ? ['a copy that nobody made'] : []),
			...(bells > asked.bells ? ['a bell that nobody rang'] : []),
			...(open > 0 ? ['an update that does not end'] : []),
		];
		Object.assign(asked, {notifications: 0, clipboards: 0, bells: 0});
		return wrong;
	};

	const look = async (writer: 'server' | 'person' = 'server'): Promise<Looked> => {
		await seat.settle();
		screen.changed('input');
		const {bytes, strange} = drain();
		const spoken = listen(bytes, writer);
		return {
			spoken,
			offences: [
				...failures.splice(0),
				...strange,
				...spoken.foreign,
				...judgeWords(spoken),
				...judgeScreen(),
			],
		};
	};

	return {
		seat,
		state: seat.store.get,
		act,
		hear(event) {
			seat.store.set(applyEvents(seat.store.get(), [event]));
		},
		type: bytes => input.type(bytes),
		look,
		async leave() {
			terminal.leaveSync(screen.lastRows());
			screen.dispose();
			const {bytes, strange} = drain();
			const spoken = listen(bytes);
			const offences = [...strange, ...spoken.foreign, ...judgeWords(spoken)];
			if (emulator.terminal.buffer.active.type !== 'normal') offences.push('still on the alternate screen');
			if (!emulator.terminal.modes.wraparoundMode) offences.push('autowrap is still off');
			emulator.dispose();
			return {spoken, offences};
		},
	};
};
