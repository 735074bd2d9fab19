import { commands, extensions, l10n, window } from 'vscode';
import { Command, MINIMUM_PYTHON, NAME, SECTION } from './constants';
import { InterpreterError } from './interpreter';

/** Why there is no server, in words for the user, and what can be done about it. */
export interface Failure {
  message: string;
  remedies: Remedy[];
}

interface Remedy {
  title: string;
  run(): Thenable<unknown>;
}

const PYTHON_EXTENSION = 'ms-python.python';

export function interpreterFailure(error: InterpreterError): Failure {
  return { message: describe(error), remedies: [...chooseInterpreter(), openSetting(`${SECTION}.interpreter`)] };
}

/** The server ended before it answered. Its last words say most. */
export function startFailure(command: string, lastWords: string): Failure {
  return {
    message: l10n.t('{0} could not be started ({1}): {2}', NAME, command, lastWords || l10n.t('no output')),
    remedies: [showLogs(), openSetting(SECTION)],
  };
}

export function repeatedCrash(): Failure {
  return {
    message: l10n.t('The {0} server stopped several times in a short while and is not restarted any more.', NAME),
    remedies: [{ title: l10n.t('Restart'), run: () => commands.executeCommand(Command.restart) }, showLogs()],
  };
}

export async function report(failure: Failure): Promise<void> {
  const choice = await window.showErrorMessage(failure.message, ...failure.remedies.map(({ title }) => title));
  await failure.remedies.find(({ title }) => title === choice)?.run();
}

export async function announceCrash(): Promise<void> {
  const logs = showLogs();
  const choice = await window.showWarningMessage(l10n.t('The {0} server stopped unexpectedly and was started again.', NAME), logs.title);
  if (choice === logs.title) {
    await logs.run();
  }
}

function describe({ reason, command, version }: InterpreterError): string {
  const minimum = MINIMUM_PYTHON.join('.');
  const name = command.join(' ');
  switch (reason) {
    case 'none':
      return l10n.t('{0} needs Python {1} or newer and found none. Choose an interpreter, or set torchspore.interpreter.', NAME, minimum);
    case 'broken':
      return l10n.t('{0} cannot run the Python interpreter "{1}". Choose another one, or set torchspore.interpreter.', NAME, name);
    case 'old':
      return l10n.t(
        '{0} needs Python {1} or newer, but "{2}" is Python {3}. Choose another one, or set torchspore.interpreter.',
        NAME,
        minimum,
        name,
        version ?? '?',
      );
  }
}

/** The picker belongs to the Python extension, which may be absent. */
function chooseInterpreter(): Remedy[] {
  return extensions.getExtension(PYTHON_EXTENSION) === undefined
    ? []
    : [{ title: l10n.t('Choose Interpreter'), run: () => commands.executeCommand('python.setInterpreter') }];
}

function openSetting(query: string): Remedy {
  return { title: l10n.t('Open Settings'), run: () => commands.executeCommand('workbench.action.openSettings', query) };
}

function showLogs(): Remedy {
  return { title: l10n.t('Show Logs'), run: () => commands.executeCommand(Command.showLogs) };
}
