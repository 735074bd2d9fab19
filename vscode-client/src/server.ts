import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { DidChangeConfigurationNotification, State, type Middleware } from 'vscode-languageclient/node';
import { SporeClient } from './client';
import { SECTION } from './constants';
import { announceCrash, interpreterFailure, repeatedCrash, report, startFailure, type Failure } from './failures';
import { InterpreterError, Interpreters } from './interpreter';
import { planLaunch, startsTheSame, type Plan } from './launch';
import { readGlobalSettings, readSettings, type InitializationOptions, type Settings } from './settings';
import type { Status } from './status';
import { withTimeout } from './time';

const DEBOUNCE_MS = 500;
/** The user's settings can reach an extension host a moment after the extension was activated. */
const LATE_SETTINGS_MS = 1500;
/** Long, because a cold Python on a busy machine is slow; finite, because a command that is no server never answers. */
const START_TIMEOUT_MS = 60_000;
const CRASH_WINDOW_MS = 3 * 60_000;
const CRASHES_ALLOWED = 4;

/** Keeps one server running that fits the settings and the interpreter of the moment. */
export class Server implements Disposable {
  private client: SporeClient | undefined;
  private plan: Plan | undefined;
  private transition: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private settled = false;
  private reported: string | undefined;
  private crashes: number[] = [];
  private crashAnnounced = false;
  private readonly interpreters: Interpreters;

  constructor(
    private readonly context: ExtensionContext,
    private readonly channel: LogOutputChannel,
    private readonly onStatus: (status: Status) => void,
    private readonly middleware: Middleware,
  ) {
    this.interpreters = new Interpreters(channel, () => this.refreshSoon());
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.interpreters.dispose();
  }

  /** The client, if its server answers. */
  get running(): SporeClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** What is running, or was tried last. */
  get current(): Plan | undefined {
    return this.plan;
  }

  /** Settings, interpreter or trust changed: several such events come at once, and are answered once. */
  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), DEBOUNCE_MS);
  }

  /** Starts the server, or another one if the one running does not fit any more, or tells it the new settings. */
  refresh(): Promise<void> {
    return this.enqueue(() => this.bringUp(false));
  }

  /** Resolves when nothing is being started or stopped any more. */
  settle(): Promise<void> {
    return this.enqueue(() => Promise.resolve());
  }

  restart(): Promise<void> {
    this.reported = undefined;
    this.crashes = [];
    return this.enqueue(() => this.bringUp(true));
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.shutDown());
  }

  /** One transition at a time: two at once would leave two servers, or none. */
  private enqueue(task: () => Promise<void>): Promise<void> {
    this.transition = this.transition.then(task).catch((error: unknown) => this.channel.error(String(error)));
    return this.transition;
  }

  private async bringUp(force: boolean): Promise<void> {
    let failure = await this.attempt(force);
    if (failure !== undefined && !this.settled) {
      await delay(LATE_SETTINGS_MS);
      failure = await this.attempt(false);
    }
    this.settled = true;
    if (failure === undefined) {
      this.reported = undefined;
    } else {
      this.fail(failure);
    }
  }

  private async attempt(force: boolean): Promise<Failure | undefined> {
    let plan: Plan;
    try {
      plan = await planLaunch(this.context, this.readSettings(), this.interpreters);
    } catch (error) {
      await this.shutDown();
      if (error instanceof InterpreterError) {
        return interpreterFailure(error);
      }
      throw error;
    }
    const running = this.running;
    const previous = this.plan;
    this.plan = plan;
    if (!force && running !== undefined && previous !== undefined && startsTheSame(previous, plan)) {
      await running.sendNotification(DidChangeConfigurationNotification.type, { settings: { [SECTION]: plan.settings } });
      return undefined;
    }
    await this.shutDown();
    return this.start(plan);
  }

  private async start(plan: Plan): Promise<Failure | undefined> {
    const { command, args = [] } = plan.executable;
    this.channel.info(`starting: ${[command, ...args].join(' ')}`);
    const client = new SporeClient(
      plan,
      this.channel,
      { initializationOptions: () => this.initializationOptions(), middleware: this.clientMiddleware() },
      {
        crashed: () => this.onCrash(),
        notRevived: (lastWords) => this.fail(startFailure(command, lastWords)),
      },
    );
    this.client = client;
    client.onDidChangeState(({ newState }) => this.onState(client, newState));
    try {
      await withTimeout(client.startOrEnd(), START_TIMEOUT_MS);
      return undefined;
    } catch (error) {
      await this.shutDown();
      return startFailure(command, client.lastWords || String(error));
    }
  }

  private async shutDown(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A client whose start failed refuses to stop in order; its process is ended all the same.
      this.channel.debug(`the server did not stop in order: ${String(error)}`);
    }
    this.onStatus({ kind: 'stopped' });
  }

  private onState(client: SporeClient, state: State): void {
    // A client that was replaced has no say in what the user sees.
    if (client !== this.client) {
      return;
    }
    if (state === State.Starting) {
      this.onStatus({ kind: 'starting' });
    } else if (state === State.Running) {
      this.onStatus({
        kind: 'running',
        serverVersion: client.initializeResult?.serverInfo?.version,
        pythonVersion: this.plan?.interpreter?.version,
      });
    }
  }

  private onCrash(): boolean {
    const now = Date.now();
    this.crashes = [...this.crashes.filter((time) => now - time < CRASH_WINDOW_MS), now];
    if (this.crashes.length > CRASHES_ALLOWED) {
      this.fail(repeatedCrash());
      return false;
    }
    if (!this.crashAnnounced) {
      this.crashAnnounced = true;
      void announceCrash();
    }
    return true;
  }

  /** Says it once: every change of the settings tries again, and must not say the same again. */
  private fail(failure: Failure): void {
    this.onStatus({ kind: 'failed', message: failure.message });
    this.channel.error(failure.message);
    if (this.reported !== failure.message) {
      this.reported = failure.message;
      void report(failure);
    }
  }

  private readSettings(): Settings {
    return readSettings(this.channel.logLevel);
  }

  private initializationOptions(): InitializationOptions {
    return { settings: this.plan?.settings ?? this.readSettings(), globalSettings: readGlobalSettings() };
  }

  private clientMiddleware(): Middleware {
    return {
      ...this.middleware,
      workspace: {
        // Settings are sent by refresh(), with the interpreter filled in; a second, raw copy would undo that.
        didChangeConfiguration: () => Promise.resolve(),
        configuration: async (params, token, next) => {
          const answers = await next(params, token);
          const settings = this.plan?.settings;
          return Array.isArray(answers) && settings
            ? answers.map((answer: unknown, index) => (params.items[index]?.section === SECTION ? settings : answer))
            : answers;
        },
      },
    };
  }
}
