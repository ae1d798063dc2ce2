/**
 * The chrome: everything around the rows of the panes, laid out by Ink from one plain model. Rendered only when
 * the model changed; the panes' insides stay empty.
 */
import {Box} from 'ink';
import type {ChromeModel} from '../app/chrome.ts';
import {Header} from './header.tsx';
import {Help} from './help.tsx';
import {Panes} from './panes.tsx';
import {Picker} from './picker.tsx';
import {Status} from './status.tsx';

type ChromeProps = {
	readonly model: ChromeModel;
	readonly onField: (text: string) => void;
};

export const Chrome = ({model, onField}: ChromeProps) => {
	const {layout, help, picker, card} = model;
	const {columns, rows, headerRows, cardBox, composer} = layout;
	const isCovered = help !== undefined || picker !== undefined;
	const below = isCovered ? 0 : (cardBox?.height ?? 0) + (composer?.height ?? 0);
	const body = Math.max(1, rows - headerRows - below - 1);
	return (
		<Box flexDirection="column" width={columns} height={rows}>
			<Header model={model} />
			<Box height={body} width={columns}>
				{help === undefined ? (
					picker === undefined ? (
						<Panes model={model} />
					) : (
						<Picker picker={picker} columns={columns} rows={body} />
					)
				) : (
					<Help offset={help.offset} columns={columns} rows={body} />
				)}
			</Box>
			{!isCovered && cardBox !== undefined && (
				<Box
					borderStyle="round"
					borderColor={card?.held ? 'yellow' : 'gray'}
					width={columns}
					height={cardBox.height}
				/>
			)}
			{!isCovered && composer !== undefined && <Box height={composer.height} />}
			<Status model={model} onField={onField} />
		</Box>
	);
};
