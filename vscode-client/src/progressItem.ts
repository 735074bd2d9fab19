import { l10n, MarkdownString, StatusBarAlignment, window, type Disposable } from 'vscode';
import { Command, NAME, SECTION } from './constants';
import type { Figures, Migration } from './migration';

/** The share of the workspace, and of the file, that is done; a click shows what is left. */
export class ProgressItem implements Disposable {
  private readonly item = window.createStatusBarItem(`${SECTION}.progress`, StatusBarAlignment.Left, 0);
  private readonly subscription: Disposable;

  constructor(private readonly migration: Migration) {
    this.item.name = l10n.t('{0}: progress of the migration', NAME);
    this.item.command = Command.showLeft;
    this.subscription = migration.onDidChange(() => this.show());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private show(): void {
    const whole = this.migration.progress;
    if (whole === undefined) {
      this.item.hide();
      return;
    }
    const file = this.migration.figuresOf(window.activeTextEditor?.document.uri);
    const here = file && file.total > 0 ? l10n.t('file {0}%', file.percent) : undefined;
    const there = l10n.t('workspace {0}%', whole.percent);
    this.item.text = `$(arrow-swap) ${whole.target.name}: ${[here, there].filter(Boolean).join(' · ')}`;
    this.item.accessibilityInformation = { label: this.item.text.replace('$(arrow-swap) ', '') };
    this.item.tooltip = tooltip(file && file.total > 0 ? file : undefined, whole, whole.target);
    this.item.show();
  }
}

function tooltip(file: Figures | undefined, whole: Figures, target: { name: string; version: string; device: string }): MarkdownString {
  const device = target.device === 'any' ? l10n.t('any device') : target.device;
  const head = `**${NAME}** → ${target.name} ${target.version} · ${device}`;
  const rows: [string, keyof Figures][] = [
    [l10n.t('done'), 'done'],
    [l10n.t('safe to convert'), 'safe'],
    [l10n.t('to be checked'), 'check'],
    [l10n.t('by hand'), 'byHand'],
    [l10n.t('no counterpart'), 'none'],
  ];
  const columns = file ? [l10n.t('file'), l10n.t('workspace')] : [l10n.t('workspace')];
  const line = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const table = rows.map(([name, key]) => line([name, ...(file ? [file[key]] : []), whole[key]]));
  return new MarkdownString([head, '', line(['', ...columns]), line(['---', ...columns.map(() => '---:')]), ...table].join('\n'));
}
