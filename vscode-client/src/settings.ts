import * as os from 'node:os';
import { LogLevel, workspace, type WorkspaceFolder } from 'vscode';
import { SECTION } from './constants';

/** The section `torchspore` as the server gets it: the nested object, every default filled in. */
export interface Settings {
  args: string[];
  path: string[];
  interpreter: string[];
  importStrategy: 'useBundled' | 'fromEnvironment';
  logLevel: ServerLogLevel;
  [name: string]: unknown;
}

export interface InitializationOptions {
  settings: Settings;
  globalSettings: Record<string, unknown>;
}

type ServerLogLevel = 'error' | 'warning' | 'info' | 'debug';

const VERBOSITY: readonly ServerLogLevel[] = ['error', 'warning', 'info', 'debug'];

export function firstFolder(): WorkspaceFolder | undefined {
  return workspace.workspaceFolders?.[0];
}

/**
 * One server serves the window, so there is one set of settings: that of the first folder.
 * `channelLevel` is the level of the output channel: the server must log what its reader asked to see.
 */
export function readSettings(channelLevel: LogLevel): Settings {
  const raw = workspace.getConfiguration(undefined, firstFolder()?.uri).get<Partial<Settings>>(SECTION, {});
  // A configuration object is a read-only proxy; the copy is plain and ours.
  const settings = JSON.parse(JSON.stringify(raw)) as Partial<Settings>;
  return {
    ...settings,
    args: strings(settings.args).map(substitute),
    path: strings(settings.path).map(substitute),
    interpreter: strings(settings.interpreter).map(substitute),
    importStrategy: settings.importStrategy === 'fromEnvironment' ? 'fromEnvironment' : 'useBundled',
    logLevel: moreVerbose(settings.logLevel ?? 'info', channelLevel),
  };
}

/** What the user set for every window, without the workspace's word. */
export function readGlobalSettings(): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  const section = workspace.getConfiguration(SECTION);
  for (const name of leafNames(section)) {
    const values = section.inspect(name);
    setNested(result, name.split('.'), values?.globalValue ?? values?.defaultValue);
  }
  return result;
}

function leafNames(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, child]) => {
    if (typeof child === 'function') {
      return [];
    }
    const name = prefix + key;
    return child !== null && typeof child === 'object' && !Array.isArray(child) ? leafNames(child, `${name}.`) : [name];
  });
}

function setNested(target: Record<string, unknown>, path: string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) {
    return;
  }
  if (rest.length === 0) {
    target[head] = value;
  } else {
    setNested((target[head] ??= {}) as Record<string, unknown>, rest, value);
  }
}

/** Settings are typed by hand: what is not a list of strings counts as empty. */
function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function substitute(text: string): string {
  return text
    .replace(/^~(?=[/\\])/, () => os.homedir())
    .replaceAll('${userHome}', () => os.homedir())
    .replaceAll('${workspaceFolder}', () => firstFolder()?.uri.fsPath ?? '')
    .replace(/\$\{env:([^}]+)\}/g, (_match, name: string) => process.env[name] ?? '');
}

function moreVerbose(wanted: ServerLogLevel, channel: LogLevel): ServerLogLevel {
  const shown: ServerLogLevel = channel === LogLevel.Trace || channel === LogLevel.Debug ? 'debug' : 'error';
  return VERBOSITY.indexOf(shown) > VERBOSITY.indexOf(wanted) ? shown : wanted;
}
