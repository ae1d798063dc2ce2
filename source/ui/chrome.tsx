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
	const {layout, help, picker} = model;
	const {columns, rows, headerRows} = layout;
	const body = Math.max(1, rows - headerRows - 1);
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
			<Status model={model} onField={onField} />
		</Box>
	);
};
