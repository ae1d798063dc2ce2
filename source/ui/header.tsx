/** The top of the screen: which thread, where it lives, how the connection is, and the thread's settings. */
import {Box, Text} from 'ink';
import type {ChromeModel} from '../app/chrome.ts';
import {Joined} from './words.tsx';

export const Header = ({model}: {readonly model: ChromeModel}) => {
	const {title, place, state, details, layout} = model;
	const isNarrow = layout.shape === 'narrow';
	return (
		<Box flexDirection="column" height={layout.headerRows} paddingX={1}>
			<Box justifyContent="space-between" gap={2} height={1}>
				<Box flexShrink={1} minWidth={0}>
					<Text wrap="truncate-end">
						<Text bold>{title}</Text>
						{place === '' || isNarrow ? '' : <Text dimColor>{` · ${place}`}</Text>}
					</Text>
				</Box>
				<Box flexShrink={0}>
					<Joined
						words={isNarrow ? state.filter((words, at) => at === 0 || words.tone !== 'muted') : state}
					/>
				</Box>
			</Box>
			{layout.headerRows > 1 && (
				<Box height={1}>
					<Joined words={details} />
				</Box>
			)}
		</Box>
	);
};
