/** What the terminal is and what it can do. Pure: facts in, findings out. Used by `jumpseat doctor`. */
import {smallest} from '../../view/layout.ts';
import {sanitiseLine} from '../../view/sanitise.ts';
import {type Finding, note, ok, problem} from './finding.ts';

/** What the terminal said to our queries. */
export type TerminalAnswers = {
	/** There and back; undefined: it did not answer. */
	readonly roundTripMs: number | undefined;
	readonly synchronized: boolean;
};

export type TmuxFacts = {
	readonly version: string;
	/** Empty where this tmux has no such option. */
	readonly passthrough: string;
	readonly focusEvents: string;
};

export type TerminalFacts = {
	/** Both ends are a terminal. */
	readonly isTerminal: boolean;
	readonly columns: number;
	readonly rows: number;
	readonly env: Readonly<NodeJS.ProcessEnv>;
	/** undefined: not in tmux, or it did not answer. */
	readonly tmux: TmuxFacts | undefined;
	/** undefined: not asked. */
	readonly answers: TerminalAnswers | undefined;
};

const judgeItself = ({columns, rows, env}: TerminalFacts): Finding => {
	const {TERM, TMUX, SSH_CONNECTION} = env;
	const size = `${columns}×${rows}`;
	if (TERM === undefined || TERM === '' || TERM === 'dumb') {
		return problem(
			'terminal',
			`TERM says ${TERM ? `"${TERM}"` : 'nothing'}: a screen needs a terminal that can move its cursor.`,
			'export TERM=xterm-256color',
		);
	}
	if (columns < smallest.columns || rows < smallest.rows) {
		return problem(
			'terminal',
			`It is too small: ${size}.`,
			`Make it ${smallest.columns}×${smallest.rows} or larger, or the font smaller.`,
		);
	}
	const around = [TMUX ? 'in tmux' : '', SSH_CONNECTION ? 'over SSH' : ''].filter(Boolean);
	return ok('terminal', [sanitiseLine(TERM), size, ...around].join(', '));
};

const judgeAnswers = ({roundTripMs, synchronized}: TerminalAnswers): Finding => {
	if (roundTripMs === undefined) {
		return note(
			'answers',
			'The terminal did not answer in time: on a slow link, pictures may come late or torn.',
		);
	}
	const ms = Math.max(1, Math.round(roundTripMs));
	return ok('answers', `in ${ms} ms${synchronized ? ', and can draw a picture in one go' : ''}`);
};

const judgeColours = ({NO_COLOR, COLORTERM}: Readonly<NodeJS.ProcessEnv>): Finding => {
	if (NO_COLOR) return ok('colours', 'off: NO_COLOR is set');
	return ok('colours', COLORTERM ? `on (COLORTERM=${sanitiseLine(COLORTERM)})` : 'on');
};

/** As setlocale(3) chooses: the first that is set and not empty. */
const judgeLocale = (env: Readonly<NodeJS.ProcessEnv>): Finding => {
	const name = ['LC_ALL', 'LC_CTYPE', 'LANG'].find(each => env[each]);
	const value = name === undefined ? '' : sanitiseLine(env[name] ?? '');
	if (/utf-?8/i.test(value)) return ok('locale', `${name}=${value}`);
	return note(
		'locale',
		`${name === undefined ? 'No locale is set' : `${name}=${value} is not UTF-8`}: lines and arrows may look broken.`,
		`export ${name ?? 'LANG'}=C.UTF-8`,
	);
};

const tmuxLine = (line: string): string =>
	`Put \`${line}\` into ~/.tmux.conf, then: tmux source-file ~/.tmux.conf`;

const judgeTmux = ({version, passthrough, focusEvents}: TmuxFacts): readonly Finding[] => {
	const findings = [
		...(passthrough === '0' || passthrough === 'off'
			? [
					note(
						'tmux',
						'allow-passthrough is off: desktop notifications do not get out.',
						tmuxLine('set -g allow-passthrough on'),
					),
				]
			: []),
		...(focusEvents === '0' || focusEvents === 'off'
			? [
					note(
						'tmux',
						'focus-events is off: notifications come even while you look.',
						tmuxLine('set -g focus-events on'),
					),
				]
			: []),
	];
	return findings.length > 0
		? findings
		: [ok('tmux', `${sanitiseLine(version)}: notifications and focus get through`)];
};

export const judgeTerminal = (facts: TerminalFacts): readonly Finding[] => {
	if (!facts.isTerminal)
		return [ok('terminal', 'none here: to attach, one is needed; the other verbs do without')];
	return [
		judgeItself(facts),
		...(facts.answers === undefined ? [] : [judgeAnswers(facts.answers)]),
		judgeColours(facts.env),
		judgeLocale(facts.env),
		...(facts.tmux === undefined ? [] : judgeTmux(facts.tmux)),
	];
};
