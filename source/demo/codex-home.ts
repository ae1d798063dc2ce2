/**
 * A throw-away `CODEX_HOME` and working folder, side by side, and the one place that removes them.
 *
 * Invariants: nothing is written outside the folder that `createCodexHome()` made (and one short folder for the
 * socket, where the path would be too long); both are gone when the process ends, by whatever signal. The folder
 * is not in /tmp, because Codex's sandbox may write there without asking, so nothing would need an approval.
 */
import {spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, tmpdir} from 'node:os';
import path from 'node:path';
import {onProcessEnd} from './process-end.ts';

export type CodexHome = {
	/** Everything is inside. */
	readonly root: string;
	/** For `CODEX_HOME`. */
	readonly home: string;
	/** The project in which the thread works. */
	readonly workdir: string;
	/** Short enough for a unix socket. */
	readonly socketPath: string;
	/** Removes all of it, at once. Any number of times. */
	remove(): void;
};

export type CodexHomeOptions = {
	readonly env: NodeJS.ProcessEnv;
	/** `base_url` of the model. */
	readonly modelUrl: string;
	/** The user's cache folder by default. */
	readonly baseFolder?: string;
	/** Path and content of the files of the project. */
	readonly files?: Readonly<Record<string, string>>;
	/** Name of the folder of the project, which the TUI shows. Default `project`. */
	readonly projectName?: string;
	/** More lines of config.toml: whole tables, put at the end. */
	readonly extraConfig?: string;
	/** Default `on-request`. */
	readonly approvalPolicy?: string;
	/** Default `workspace-write`. */
	readonly sandboxMode?: string;
	/** Default `gpt-6-sol`: a model that the stock TUI opens on without an upgrade prompt. */
	readonly model?: string;
};

/** `sun_path` holds 108 bytes on Linux, 104 on macOS, with the closing zero. */
const socketPathBytes = 100;

/** Names our folders: a stranger's folder is never touched. The number is the pid of the owner. */
const folderPattern = /^codex-(\d+)-/;

export const cacheFolder = (env: NodeJS.ProcessEnv): string =>
	path.join(env.XDG_CACHE_HOME || path.join(env.HOME || homedir(), '.cache'), 'jumpseat');

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
};

/** Removes what a killed run (SIGKILL, power cut) has left. */
export const sweepDeadHomes = (baseFolder: string): void => {
	for (const name of readdirSync(baseFolder)) {
		const pid = Number(folderPattern.exec(name)?.[1]);
		if (pid > 0 && !isAlive(pid)) {
			rmSync(path.join(baseFolder, name), {recursive: true, force: true});
		}
	}
};

const toml = (text: string): string => JSON.stringify(text);

export const configToml = (
	options: CodexHomeOptions,
	workdir: string,
): string => `model = ${toml(options.model ?? 'gpt-6-sol')}
model_provider = "scripted"
approval_policy = ${toml(options.approvalPolicy ?? 'on-request')}
sandbox_mode = ${toml(options.sandboxMode ?? 'workspace-write')}
check_for_update_on_startup = false
suppress_unstable_features_warning = true

[model_providers.scripted]
name = "Scripted"
base_url = ${toml(options.modelUrl)}
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
supports_websockets = false

[projects.${toml(workdir)}]
trust_level = "trusted"

[sandbox_workspace_write]
# A home that lies in /tmp itself must still ask before it writes elsewhere there.
exclude_slash_tmp = true
exclude_tmpdir_env_var = true

[tools.update_plan]
enabled = true

[features]
default_mode_request_user_input = true
request_permissions_tool = true
exec_permission_approvals = true

[analytics]
enabled = false

${options.extraConfig ?? ''}`;

/** What the native package brings along: bubblewrap among it. */
const resourcesOf = (codex: string): string =>
	path.join(path.dirname(realpathSync(codex)), '..', 'codex-resources');

/**
 * The environment of a Codex that shall know this home only: none of the user's accounts, settings, proxies or
 * shell profiles. The bundled bubblewrap is put on PATH, because without one there Codex warns every client.
 */
export const codexEnv = (env: NodeJS.ProcessEnv, codex: string, home: string): NodeJS.ProcessEnv => {
	const kept = Object.entries(env).filter(([name]) => !/^(CODEX|OPENAI)_|_proxy$/i.test(name));
	return {
		...Object.fromEntries(kept),
		PATH: [path.dirname(process.execPath), env.PATH ?? '', resourcesOf(codex)].join(path.delimiter),
		HOME: home,
		CODEX_HOME: home,
		NO_PROXY: '127.0.0.1,localhost',
	};
};

/**
 * Whether commands can be put in a sandbox here: in some containers bubblewrap may not make its namespaces, and
 * then every command would fail before it ran. Only Linux is in doubt.
 */
export const canSandbox = (codex: string): boolean => {
	if (process.platform !== 'linux') {
		return true;
	}

	const bundled = path.join(resourcesOf(codex), 'bwrap');
	const {status} = spawnSync(
		existsSync(bundled) ? bundled : 'bwrap',
		['--ro-bind', '/', '/', '--unshare-user', '--unshare-net', '--unshare-pid', '--proc', '/proc', 'true'],
		{stdio: 'ignore', timeout: 5000},
	);
	return status === 0;
};

/** Makes the folders and writes config.toml. Throws what the file system throws. */
export const createCodexHome = (options: CodexHomeOptions): CodexHome => {
	const base = options.baseFolder ?? cacheFolder(options.env);
	mkdirSync(base, {recursive: true});
	sweepDeadHomes(base);
	const root = mkdtempSync(path.join(base, `codex-${process.pid}-`));
	const home = path.join(root, 'home');
	const workdir = path.join(root, options.projectName ?? 'project');
	mkdirSync(home);
	mkdirSync(workdir);
	for (const [name, content] of Object.entries(options.files ?? {})) {
		const file = path.join(workdir, name);
		mkdirSync(path.dirname(file), {recursive: true});
		writeFileSync(file, content);
	}

	writeFileSync(path.join(home, 'config.toml'), configToml(options, workdir));

	const near = path.join(root, 'server.sock');
	const shortFolder =
		Buffer.byteLength(near) > socketPathBytes ? mkdtempSync(path.join(tmpdir(), 'jumpseat-')) : undefined;

	const removeFolders = () => {
		for (const folder of [root, shortFolder]) {
			if (folder) {
				// A command of the server may still be writing: a few tries, then it is left to the next sweep.
				rmSync(folder, {recursive: true, force: true, maxRetries: 5, retryDelay: 20});
			}
		}
	};

	const forget = onProcessEnd(removeFolders);
	return {
		root,
		home,
		workdir,
		socketPath: shortFolder ? path.join(shortFolder, 'server.sock') : near,
		remove: () => {
			forget();
			removeFolders();
		},
	};
};
