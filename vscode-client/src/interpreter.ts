import { execFile } from 'node:child_process';
import { extensions, workspace, type Disposable, type Event, type LogOutputChannel, type Uri } from 'vscode';
import { MINIMUM_PYTHON } from './constants';
import { firstFolder } from './settings';
import { withTimeout } from './time';

/** Where an interpreter was found, in the order of preference. */
export type InterpreterSource = 'setting' | 'ms-python.vscode-python-envs' | 'ms-python.python' | 'PATH';

export interface Interpreter {
  command: string[];
  version: string;
  source: InterpreterSource;
}

/** No interpreter, one that does not run, or one that is too old. */
export class InterpreterError extends Error {
  constructor(
    readonly reason: 'none' | 'broken' | 'old',
    readonly command: string[],
    readonly version?: string,
  ) {
    super(`${reason}: ${command.join(' ')} ${version ?? ''}`.trim());
  }
}

/** The members used of the API of `ms-python.vscode-python-envs`. */
interface EnvironmentsApi {
  getEnvironment(scope: Uri | undefined): Promise<{ execInfo?: { run?: { executable?: string; args?: string[] } } } | undefined>;
  onDidChangeEnvironment: Event<unknown>;
}

/** The members used of the API of `ms-python.python`. */
interface PythonApi {
  environments: {
    getActiveEnvironmentPath(resource?: Uri): { id: string; path: string };
    resolveEnvironment(environment: { id: string; path: string }): Promise<{ executable: { uri: Uri | undefined } } | undefined>;
    onDidChangeActiveEnvironmentPath: Event<unknown>;
  };
}

const ENVIRONMENTS_EXTENSION = 'ms-python.vscode-python-envs';
const PYTHON_EXTENSION = 'ms-python.python';
const ANSWER_TIMEOUT_MS = 10_000;
const PATH_CANDIDATES = process.platform === 'win32' ? [['python'], ['py', '-3']] : [['python3'], ['python']];

/** Finds the interpreter to run the server with and tells when another one is chosen. */
export class Interpreters implements Disposable {
  private readonly listeners = new Map<string, Disposable>();

  constructor(
    private readonly log: LogOutputChannel,
    private readonly onChange: () => void,
  ) {}

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
    this.listeners.clear();
  }

  /** @throws InterpreterError */
  async resolve(setting: string[]): Promise<Interpreter> {
    if (setting.length > 0) {
      return probe(setting, 'setting');
    }
    // An interpreter inside an untrusted folder is code of that folder, whoever proposes it.
    if (workspace.isTrusted) {
      const chosen = (await this.fromEnvironments()) ?? (await this.fromPythonExtension());
      if (chosen !== undefined) {
        return probe(chosen.command, chosen.source);
      }
    }
    return fromPath();
  }

  private async fromEnvironments(): Promise<Omit<Interpreter, 'version'> | undefined> {
    return this.ask<EnvironmentsApi>(ENVIRONMENTS_EXTENSION, async (api) => {
      this.listen(ENVIRONMENTS_EXTENSION, api.onDidChangeEnvironment);
      const run = (await api.getEnvironment(firstFolder()?.uri))?.execInfo?.run;
      return run?.executable ? [run.executable, ...(run.args ?? [])] : undefined;
    });
  }

  private async fromPythonExtension(): Promise<Omit<Interpreter, 'version'> | undefined> {
    return this.ask<PythonApi>(PYTHON_EXTENSION, async ({ environments }) => {
      this.listen(PYTHON_EXTENSION, environments.onDidChangeActiveEnvironmentPath);
      const active = environments.getActiveEnvironmentPath(firstFolder()?.uri);
      const executable = (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
      return executable ? [executable] : undefined;
    });
  }

  /** Another extension's API is a guest: absent, switched off, slow or failing, it only means that the next source is asked. */
  private async ask<Api>(
    id: InterpreterSource,
    question: (api: Api) => Promise<string[] | undefined>,
  ): Promise<Omit<Interpreter, 'version'> | undefined> {
    const extension = extensions.getExtension<Api | undefined>(id);
    if (extension === undefined) {
      return undefined;
    }
    try {
      const answer = async (): Promise<string[] | undefined> => {
        const api = await extension.activate();
        // The environments extension exports nothing while the user keeps it switched off.
        return api ? question(api) : undefined;
      };
      const command = await withTimeout(answer(), ANSWER_TIMEOUT_MS);
      return command && { command, source: id };
    } catch (error) {
      this.log.warn(`${id} did not name an interpreter: ${String(error)}`);
      return undefined;
    }
  }

  private listen(id: string, event: Event<unknown>): void {
    if (!this.listeners.has(id)) {
      this.listeners.set(id, event(this.onChange));
    }
  }
}

async function fromPath(): Promise<Interpreter> {
  let old: InterpreterError | undefined;
  for (const candidate of PATH_CANDIDATES) {
    try {
      return await probe(candidate, 'PATH');
    } catch (error) {
      if (error instanceof InterpreterError && error.reason === 'old') {
        old ??= error;
      }
    }
  }
  throw old ?? new InterpreterError('none', []);
}

/** Runs the interpreter once: the only way to know that it works and how old it is. Isolated, so that no module of the workspace is run. */
async function probe(command: string[], source: InterpreterSource): Promise<Interpreter> {
  const [program = '', ...args] = command;
  const script = 'import sys; sys.stdout.write("%d.%d.%d" % sys.version_info[:3])';
  const version = await new Promise<string | undefined>((resolve) => {
    execFile(program, [...args, '-I', '-c', script], { timeout: ANSWER_TIMEOUT_MS }, (error, stdout) => {
      resolve(error === null && /^\d+\.\d+\.\d+$/.test(stdout) ? stdout : undefined);
    });
  });
  if (version === undefined) {
    throw new InterpreterError('broken', command);
  }
  if (!isSupported(version)) {
    throw new InterpreterError('old', command, version);
  }
  return { command, version, source };
}

function isSupported(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MINIMUM_PYTHON[0] || (major === MINIMUM_PYTHON[0] && minor >= MINIMUM_PYTHON[1]);
}
