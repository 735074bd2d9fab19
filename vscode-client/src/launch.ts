import * as path from 'node:path';
import type { ExtensionContext } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';
import type { Interpreter, Interpreters } from './interpreter';
import { firstFolder, type Settings } from './settings';

/** What would be started, and with which settings. */
export interface Plan {
  executable: Executable;
  settings: Settings;
  /** Absent when `torchspore.path` names the command and no interpreter was found. */
  interpreter: Interpreter | undefined;
}

/** @throws InterpreterError */
export async function planLaunch(context: ExtensionContext, settings: Settings, interpreters: Interpreters): Promise<Plan> {
  const [command, ...args] = settings.path;
  if (command !== undefined) {
    // The command is the user's own; the interpreter only tells the server where the user's packages are.
    const interpreter = await interpreters.resolve(settings.interpreter).catch(() => undefined);
    return { executable: { command, args, options: { ...workingFolder() } }, settings: withInterpreter(settings, interpreter), interpreter };
  }
  const interpreter = await interpreters.resolve(settings.interpreter);
  const [program = '', ...programArgs] = interpreter.command;
  const script = path.join(context.extensionPath, 'bundled', 'run_server.py');
  const executable: Executable = {
    command: program,
    // The level is an argument so that it holds from the first line on; arguments of the user's come later and win.
    args: [...programArgs, script, 'server', '--stdio', '--log-level', settings.logLevel, ...settings.args],
    options: { ...workingFolder(), env: { ...process.env, LS_IMPORT_STRATEGY: settings.importStrategy, PYTHONUTF8: '1' } },
  };
  return { executable, settings: withInterpreter(settings, interpreter), interpreter };
}

/** Whether two plans start the same process; other settings reach a running server by notification. */
export function startsTheSame(a: Plan, b: Plan): boolean {
  const key = ({ executable, settings }: Plan): string =>
    JSON.stringify([executable.command, executable.args, executable.options?.cwd, settings.importStrategy]);
  return key(a) === key(b);
}

function withInterpreter(settings: Settings, interpreter: Interpreter | undefined): Settings {
  return { ...settings, interpreter: interpreter?.command ?? settings.interpreter };
}

function workingFolder(): { cwd?: string } {
  const folder = firstFolder()?.uri;
  return folder?.scheme === 'file' ? { cwd: folder.fsPath } : {};
}
