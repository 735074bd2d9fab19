import { commands, l10n, languages, LanguageStatusSeverity, type Disposable } from 'vscode';
import { Command, NAME, SECTION, SELECTOR } from './constants';

export type Status =
  | { kind: 'starting' }
  | { kind: 'running'; serverVersion: string | undefined; pythonVersion: string | undefined }
  | { kind: 'stopped' }
  | { kind: 'failed'; message: string };

/** The entry behind the braces of the status bar; a click shows the logs. */
export class StatusItem implements Disposable {
  private readonly item = languages.createLanguageStatusItem(`${SECTION}.status`, SELECTOR);

  constructor() {
    this.item.name = NAME;
    this.item.text = NAME;
    this.item.command = { command: Command.showLogs, title: l10n.t('Show Logs') };
    this.show({ kind: 'stopped' });
  }

  dispose(): void {
    this.item.dispose();
  }

  show(status: Status): void {
    this.item.busy = status.kind === 'starting';
    this.item.severity = status.kind === 'failed' ? LanguageStatusSeverity.Error : LanguageStatusSeverity.Information;
    this.item.detail = detail(status);
    // Commands that only a running server can answer are offered only then.
    void commands.executeCommand('setContext', `${SECTION}.running`, status.kind === 'running');
  }
}

function detail(status: Status): string {
  switch (status.kind) {
    case 'starting':
      return l10n.t('starting');
    case 'stopped':
      return l10n.t('stopped');
    case 'failed':
      return status.message;
    case 'running':
      return [status.serverVersion, status.pythonVersion && `Python ${status.pythonVersion}`].filter(Boolean).join(' · ');
  }
}
