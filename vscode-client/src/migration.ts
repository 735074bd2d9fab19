import { EventEmitter, languages, window, workspace, type Disposable, type LogOutputChannel, type Uri } from 'vscode';
import type { Range as ProtocolRange } from 'vscode-languageclient';
import type { SporeClient } from './client';

/** What a conversion of a use would be: as it is, to be checked, by hand, or nothing to convert it to. */
export type Way = 'safe' | 'check' | 'hand' | 'none';

export interface Figures {
  total: number;
  done: number;
  left: number;
  safe: number;
  check: number;
  byHand: number;
  none: number;
  percent: number;
}

export interface LeftUse {
  range: ProtocolRange;
  symbol: string;
  way: Way;
  code: string;
  reason: string;
}

export interface LeftFile extends Figures {
  uri: string;
  uses: LeftUse[];
}

export interface WorkspaceProgress extends Figures {
  target: { name: string; version: string; device: string };
  files: (Figures & { uri: string })[];
}

const PAUSE_MS = 400;

/** What is left of the migration, as the server last said; asked again when texts, settings or the server change. */
export class Migration implements Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly subscriptions: Disposable[];
  private readonly left = new Map<string, LeftFile>();
  private timer: NodeJS.Timeout | undefined;
  private stale = new Set<string>();
  private round = 0;
  /** undefined while migration mode is off. */
  progress: WorkspaceProgress | undefined;

  readonly onDidChange = this.changed.event;

  constructor(
    private readonly running: () => SporeClient | undefined,
    private readonly channel: LogOutputChannel,
  ) {
    this.subscriptions = [
      workspace.onDidChangeTextDocument(({ document }) => document.languageId === 'python' && this.touch(document.uri)),
      // Diagnostics are pulled again after settings have changed, or a file on the disk.
      languages.onDidChangeDiagnostics(({ uris }) => uris.forEach((uri) => this.touch(uri))),
      workspace.onDidSaveTextDocument(({ fileName }) => fileName.endsWith('.toml') && this.refreshSoon()),
      window.onDidChangeActiveTextEditor(() => this.changed.fire()),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.forEach((subscription) => subscription.dispose());
    this.changed.dispose();
  }

  /** The files of which something is left, in the order of their addresses. */
  get files(): LeftFile[] {
    return [...this.left.values()].filter((file) => file.uses.length > 0).sort((a, b) => (a.uri < b.uri ? -1 : 1));
  }

  figuresOf(uri: Uri | undefined): Figures | undefined {
    const client = this.running();
    const address = uri && client?.code2ProtocolConverter.asUri(uri);
    const file = this.progress?.files.find((one) => one.uri === address);
    return (address && this.left.get(address)) || file;
  }

  refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE_MS);
  }

  private touch(uri: Uri): void {
    if (this.progress === undefined) {
      this.refreshSoon();
      return;
    }
    this.stale.add(uri.toString());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refreshStale(), PAUSE_MS);
  }

  /** Ask for all files again. */
  async refresh(): Promise<void> {
    this.stale.clear();
    const round = ++this.round;
    const client = this.running();
    const progress = client && (await this.ask<WorkspaceProgress>(client, 'torchspore/progress'));
    const left = progress && (await this.ask<{ files: LeftFile[] }>(client, 'torchspore/left'));
    if (round !== this.round) {
      return;
    }
    this.progress = progress;
    this.left.clear();
    left?.files.forEach((file) => this.left.set(file.uri, file));
    this.changed.fire();
  }

  /** Ask for the files that have changed; the others are as they were, so the sum follows. */
  private async refreshStale(): Promise<void> {
    const client = this.running();
    const uris = [...this.stale].filter((uri) => workspace.textDocuments.some((one) => one.uri.toString() === uri));
    this.stale.clear();
    const round = this.round;
    for (const uri of client === undefined ? [] : uris) {
      const document = workspace.textDocuments.find((one) => one.uri.toString() === uri);
      const address = document && client!.code2ProtocolConverter.asUri(document.uri);
      const answer = address && (await this.ask<{ files: LeftFile[] }>(client!, 'torchspore/left', { uri: address }));
      const file = answer ? answer.files[0] : undefined;
      if (round !== this.round) {
        return;
      }
      if (address && file) {
        this.take(address, file);
      } else if (address) {
        // Migration mode has been switched off.
        this.refreshSoon();
        return;
      }
    }
    this.changed.fire();
  }

  private take(address: string, file: LeftFile): void {
    const progress = this.progress;
    if (progress === undefined) {
      return;
    }
    this.left.set(address, file);
    const files = [...progress.files.filter((one) => one.uri !== address), { ...file, uri: address }];
    const sum = (name: keyof Figures): number => files.reduce((total, one) => total + one[name], 0);
    const [total, done] = [sum('total'), sum('done')];
    this.progress = {
      ...progress,
      files,
      total,
      done,
      left: sum('left'),
      safe: sum('safe'),
      check: sum('check'),
      byHand: sum('byHand'),
      none: sum('none'),
      percent: total === 0 ? 100 : Math.floor((100 * done) / total),
    };
  }

  private async ask<Answer>(client: SporeClient, method: string, params: object = {}): Promise<Answer | undefined> {
    try {
      return (await client.sendRequest<Answer | null>(method, params)) ?? undefined;
    } catch (error) {
      this.channel.debug(`${method}: ${String(error)}`);
      return undefined;
    }
  }
}
