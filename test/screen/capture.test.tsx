import {Box, render, Text, useCursor, useInput} from 'ink';
import TextInput from 'ink-text-input';
import {useState} from 'react';
import {afterEach, describe, expect, test} from 'vitest';
import {createInkInput, createInkOutput} from '../../source/screen/capture.ts';
import {rowText} from '../../source/view/row.ts';

const size = {columns: 30, rows: 5};
const unmounts: Array<() => void> = [];
afterEach(() => {
	for (const unmount of unmounts.splice(0)) unmount();
});

const mount = (element: Parameters<typeof render>[0], debug: 'debug' | 'throttled' = 'debug') => {
	const output = createInkOutput(size);
	const input = createInkInput();
	let frames = 0;
	output.onFrame(() => frames++);
	const instance = render(element, {
		stdout: output.stream,
		stdin: input.stream,
		debug: debug === 'debug',
		interactive: true,
		patchConsole: false,
		exitOnCtrlC: false,
	});
	unmounts.push(instance.unmount);
	return {output, input, instance, frameCount: () => frames, texts: () => output.rows().map(rowText)};
};

const Chrome = ({header, width = 30}: {readonly header: string; readonly width?: number}) => (
	<Box flexDirection="column" width={width} height={5}>
		<Text bold>{header}</Text>
		<Box borderStyle="round" flexGrow={1} />
	</Box>
);

const Full = () => (
	<Box width="100%">
		<Text>{'x'.repeat(40)}</Text>
	</Box>
);

const FieldWithCursor = () => {
	const {setCursorPosition} = useCursor();
	setCursorPosition({x: 7, y: 1});
	return (
		<Box flexDirection="column">
			<Text>title</Text>
			<Text>field ▸ </Text>
		</Box>
	);
};

const Field = ({onSubmit}: {readonly onSubmit: (value: string) => void}) => {
	const [value, setValue] = useState('');
	return <TextInput value={value} onChange={setValue} onSubmit={onSubmit} />;
};

const Listener = ({onTyped}: {readonly onTyped: (typed: string) => void}) => {
	useInput(onTyped);
	return null;
};

/** Lets React commit and the next key be delivered. */
const settle = async (): Promise<void> => {
	for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve));
};

describe('what Ink draws', () => {
	test('arrives as rows, whole and at once', () => {
		const {texts, output} = mount(<Chrome header="a thread" />);
		expect(texts()).toEqual([
			'a thread',
			`╭${'─'.repeat(28)}╮`,
			`│${' '.repeat(28)}│`,
			`│${' '.repeat(28)}│`,
			`╰${'─'.repeat(28)}╯`,
		]);
		expect(output.stream.isTTY).toBe(true);
	});

	test('keeps the identity of rows that did not change, and says nothing when none did', () => {
		const {output, instance, frameCount} = mount(<Chrome header="one" />);
		const before = output.rows();
		const frames = frameCount();
		instance.rerender(<Chrome header="two" />);
		const after = output.rows();
		expect(after[0]).not.toBe(before[0]);
		expect(after.slice(1)).toEqual(before.slice(1));
		for (const [index, row] of after.entries()) if (index > 0) expect(row).toBe(before[index]);
		instance.rerender(<Chrome header="two" />);
		expect(frameCount()).toBe(frames + 1);
		expect(output.rows()).toBe(after);
	});

	test('follows a resize at once', () => {
		const {output, texts} = mount(<Full />);
		expect(texts()[0]).toHaveLength(30);
		output.resize({columns: 20, rows: 5});
		expect(texts()[0]).toHaveLength(20);
	});

	test('is captured without debug mode too, with the cursor', async () => {
		const {output, texts} = mount(<FieldWithCursor />, 'throttled');
		await settle();
		expect(texts()).toEqual(['title', 'field ▸ '].map(text => expect.stringContaining(text.trim())));
		expect(output.cursor()).toEqual({column: 7, row: 1});
	});
});

describe('what Ink reads', () => {
	test('keys that came together stay keys of their own', async () => {
		const submitted: string[] = [];
		const {input} = mount(<Field onSubmit={value => submitted.push(value)} />);
		await settle();
		for (const key of ['h', 'i', 'x', '\u007F', '\u001B[D', 'o', '\r']) input.push(key);
		await settle();
		await settle();
		expect(submitted).toEqual(['hoi']);
	});

	test('a task waits for the keys before it, and runs at once without any', async () => {
		const log: string[] = [];
		const {input} = mount(<Listener onTyped={typed => log.push(typed)} />);
		await settle();
		input.after(() => log.push('at once'));
		expect(log).toEqual(['at once']);
		input.push('a');
		input.push('b');
		input.after(() => {
			log.push('task');
			input.push('of the task');
		});
		input.push('c');
		await settle();
		expect(log).toEqual(['at once', 'a', 'b', 'task', 'of the task', 'c']);
	});

	test('a task is run even where the keys before it are dropped', async () => {
		const log: string[] = [];
		const {input, instance} = mount(<Listener onTyped={typed => log.push(typed)} />);
		await settle();
		input.push('a');
		input.push('b');
		input.after(() => log.push('task'));
		instance.rerender(<Text>deaf</Text>);
		await settle();
		expect(log).toEqual(['a', 'task']);
	});

	test('keys are dropped while nobody listens', async () => {
		const seen: string[] = [];
		const {input, instance} = mount(<Text>deaf</Text>);
		await settle();
		input.push('a');
		instance.rerender(<Listener onTyped={typed => seen.push(typed)} />);
		await settle();
		input.push('b');
		await settle();
		expect(seen).toEqual(['b']);
	});
});
