/**
 * What is interactive, laid out by Ink from the chrome's model: the help, the picker, an open field. Each stands where
 * the rows of `chrome-rows.ts` leave it room, and the rest of Ink's frame is blank. Rendered only while one is open.
 */
import {Box} from 'ink';
import type {ChromeModel} from '../app/chrome.ts';
import {Field} from './field.tsx';
import {Help} from './help.tsx';
import {Picker} from './picker.tsx';

type ChromeProps = {
	readonly model: ChromeModel;
	readonly onField: (text: string) => void;
};

export const Chrome = ({model, onField}: ChromeProps) => {
	const {layout, help, picker, field} = model;
	const {columns, rows, headerRows} = layout;
	const body = Math.max(1, rows - headerRows - 1);
	return (
		<Box flexDirection="column" width={columns} height={rows}>
			<Box height={headerRows} />
			<Box height={body} width={columns}>
				{help !== undefined && <Help offset={help.offset} columns={columns} rows={body} />}
				{help === undefined && picker !== undefined && (
					<Picker picker={picker} columns={columns} rows={body} />
				)}
			</Box>
			{field !== undefined && <Field field={field} hints={model.hints} onField={onField} />}
		</Box>
	);
};
