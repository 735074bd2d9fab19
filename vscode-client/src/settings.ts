import * as os from 'node:os';
import { extensions, LogLevel, workspace, type WorkspaceFolder } from 'vscode';
import { EXTENSION, SECTION } from './constants';

/** The section `torchspore` as the server gets it: the nested object of what somebody has set. */
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
  const section = workspace.getConfiguration(SECTION, firstFolder()?.uri);
  const settings: Partial<Settings> = {};
  for (const name of names()) {
    // Only what somebody has set: a default must not overrule the project's own file.
    const { globalValue, workspaceValue, workspaceFolderValue } = section.inspect(name) ?? {};
    if ([globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined)) {
      // A configuration value is a read-only proxy; the copy is plain and ours.
      setNested(settings, name.split('.'), JSON.parse(JSON.stringify(section.get(name))));
    }
  }
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
  for (const name of names()) {
    const value = section.inspect(name)?.globalValue;
    if (value !== undefined) {
      setNested(result, name.split('.'), value);
    }
  }
  return result;
}

/** The names of all settings, without the section. */
function names(): string[] {
  const manifest = extensions.getExtension(EXTENSION)?.packageJSON as Manifest | undefined;
  return Object.keys(manifest?.contributes.configuration.properties ?? {}).map((key) => key.slice(SECTION.length + 1));
}

interface Manifest {
  contributes: { configuration: { properties: Record<string, unknown> } };
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
