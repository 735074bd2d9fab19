import type { ChildProcess } from 'node:child_process';
import * as readline from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { LogOutputChannel } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  State,
  type CloseHandlerResult,
  type MessageTransports,
  type Middleware,
} from 'vscode-languageclient/node';
import { Command, NAME, SECTION, SELECTOR } from './constants';
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
const LAST_WORDS_MS = 1000;

/** A language client that tells its owner instead of the user when something fails: one trouble, one message. */
export class SporeClient extends LanguageClient {
  private lastLines: string[] = [];
  /** The process that has not answered `initialize` yet. */
  private startingProcess: ChildProcess | undefined;
  private hasRun = false;
  private endFirst: () => void = () => undefined;
  private readonly firstEnded = new Promise<void>((resolve) => (this.endFirst = resolve));

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
      // A long list in a hover ends in a link that shows all of it; no other command may be run from there.
      markdown: { isTrusted: { enabledCommands: [Command.showState] } },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // Without a handler the library shows the server's error by itself.
      initializationFailedHandler: () => false,
      errorHandler: {
        // Messages that a dying server no longer takes fail one by one. Giving up on them would stop the client before
        // its connection is seen to close, and nobody would restart the server or say that it died.
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.onClosed(),
      },
      stdioOptions: {
        stdout: (input, output) => forEachLine(input, (line) => output.info(line)),
        stderr: (input) => forEachLine(input, (line) => this.onErrorLine(line)),
      },
    });
    this.registerFeature({
      fillClientCapabilities: (capabilities) => {
        const known = (capabilities.experimental ?? {}) as Record<string, unknown>;
        capabilities.experimental = { ...known, commands: { commands: [Command.showState, Command.report] } };
      },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
    this.onDidChangeState(({ newState }) => {
      if (newState === State.Running) {
        this.hasRun = true;
        this.startingProcess = undefined;
      }
    });
  }

  /** Starts the server; rejects as soon as its process ends, which the connection may fail to notice. */
  async startOrEnd(): Promise<void> {
    const ended = this.firstEnded.then(() => Promise.reject(new Error('the server ended before it answered')));
    // If the connection noticed first, the process may still have something to say.
    const started = this.start().catch(async (error: unknown) => {
      await Promise.race([this.firstEnded, delay(LAST_WORDS_MS)]);
      throw error;
    });
    await Promise.race([started, ended]);
  }

  get lastWords(): string {
    return this.lastLines.join(' ');
  }

  /** Every failed request, start or connection comes through here; it belongs in the log. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  protected override async createMessageTransports(encoding: string): Promise<MessageTransports> {
    this.lastLines = [];
    const transports = await super.createMessageTransports(encoding);
    const process = this.serverProcess;
    this.startingProcess = process;
    // "close" comes after the last line of the error stream, "exit" may come before it.
    process?.once('close', () => {
      if (process === this.startingProcess) {
        this.onStartFailed();
      }
    });
    return transports;
  }

  private onStartFailed(): void {
    this.startingProcess = undefined;
    if (this.hasRun) {
      this.events.notRevived(this.lastWords);
    } else {
      this.endFirst();
    }
  }

  private onClosed(): CloseHandlerResult {
    // A server that ended before it answered would only end again.
    const again = this.state === State.Running && this.events.crashed();
    return { action: again ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
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
