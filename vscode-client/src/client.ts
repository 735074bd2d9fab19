import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type CloseHandlerResult,
  type Middleware,
} from 'vscode-languageclient/node';
import { NAME, SECTION, SELECTOR } from './constants';
import type { Plan } from './launch';
import type { InitializationOptions } from './settings';

/** What a connection tells about its end. */
export interface ClientEvents {
  /** A server that was running went away. The answer is whether to start it again. */
  crashed(): boolean;
  /** A server that was started again after a crash ended before it answered. */
  notRevived(lastWords: string): void;
}

const LAST_LINES = 3;

/** A language client that tells its owner instead of the user when something fails: one trouble, one message. */
export class SporeClient extends LanguageClient {
  private lastLines: string[] = [];
  private firstStart = true;

  constructor(
    plan: Plan,
    private readonly channel: LogOutputChannel,
    options: { initializationOptions: () => InitializationOptions; middleware: Middleware },
    private readonly events: ClientEvents,
  ) {
    super(SECTION, NAME, plan.executable, {
      ...options,
      documentSelector: SELECTOR,
      outputChannel: channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Without a handler the library shows the server's error by itself.
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => ({
          action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
          handled: true,
        }),
        closed: () => this.onClosed(),
      },
      stdioOptions: {
        stdout: (input, output) => forEachLine(input, (line) => output.info(line)),
        stderr: (input) => forEachLine(input, (line) => this.onErrorLine(line)),
      },
    });
    this.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.firstStart = false;
      }
    });
  }

  get lastWords(): string {
    return this.lastLines.join(' ');
  }

  /** Every failed request, start or connection comes through here; it belongs in the log. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  private onClosed(): CloseHandlerResult {
    if (this.state === State.Running) {
      return { action: this.events.crashed() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
    }
    // It ended before it answered: starting it again would only end again. At the first start, start() rejects and its caller knows.
    if (!this.firstStart) {
      this.events.notRevived(this.lastWords);
    }
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private onErrorLine(line: string): void {
    this.lastLines = [...this.lastLines, line.trim()].filter(Boolean).slice(-LAST_LINES);
    logAtItsLevel(this.channel, line);
  }
}

function forEachLine(input: Readable, handle: (line: string) => void): void {
  readline.createInterface({ input, crlfDelay: Infinity, terminal: false, historySize: 0 }).on('line', handle);
}

/** Python's level names stand at the beginning of a log line; a line without one (a traceback) is an error. */
function logAtItsLevel(channel: LogOutputChannel, line: string): void {
  switch (/\b(DEBUG|INFO|WARNING)\b/.exec(line.slice(0, 60))?.[1]) {
    case 'DEBUG':
      return channel.debug(line);
    case 'INFO':
      return channel.info(line);
    case 'WARNING':
      return channel.warn(line);
    default:
      return channel.error(line);
  }
}
