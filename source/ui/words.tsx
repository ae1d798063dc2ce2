/** Small pieces of text that every part of the chrome uses: tones as colours, joined words. */
import {Text} from 'ink';
import type {Tone, Words} from '../app/chrome.ts';

const looks: Readonly<Record<Tone, {color?: string; bold?: boolean; dimColor?: boolean}>> = {
	plain: {},
	muted: {dimColor: true},
	good: {color: 'green'},
	warn: {color: 'yellow'},
	bad: {color: 'red'},
	strong: {bold: true},
};

export const Toned = ({words}: {readonly words: Words}) => <Text {...looks[words.tone]}>{words.text}</Text>;

/** `one · two · three`, in one line that is cut at its end. */
export const Joined = ({words}: {readonly words: readonly Words[]}) => (
	<Text wrap="truncate-end">
		{words.map((each, position) => (
			// biome-ignore lint/suspicious/noArrayIndexKey: words have no state, and two may be alike
			<Text key={position}>
				{position > 0 ? <Text dimColor> · </Text> : ''}
				<Toned words={each} />
			</Text>
		))}
	</Text>
);
