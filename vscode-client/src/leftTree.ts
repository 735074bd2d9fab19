import {
  commands,
  EventEmitter,
  l10n,
  Range,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type Disposable,
  type TreeDataProvider,
  type TreeView,
} from 'vscode';
import type { SporeClient } from './client';
import { Command, SECTION } from './constants';
import type { LeftFile, LeftUse, Migration, Way } from './migration';

interface FileNode {
  kind: 'file';
  file: LeftFile;
}

interface UseNode {
  kind: 'use';
  parent: FileNode;
  use: LeftUse;
}

type LeftNode = FileNode | UseNode;

// Each has a shape of its own: colour is never the only sign.
const ICONS: Record<Way, [string, string]> = {
  safe: ['pass', 'charts.green'],
  check: ['eye', 'charts.blue'],
  hand: ['tools', 'charts.yellow'],
  none: ['error', 'charts.red'],
};

/** What is left, by file and use; a click opens the place. */
export class LeftTree implements TreeDataProvider<LeftNode>, Disposable {
  private readonly changed = new EventEmitter<void>();
  private readonly view: TreeView<LeftNode>;
  private readonly subscriptions: Disposable[];
  private nodes: FileNode[] = [];

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly migration: Migration,
    private readonly running: () => SporeClient | undefined,
  ) {
    this.view = window.createTreeView<LeftNode>(`${SECTION}.left`, { treeDataProvider: this, showCollapseAll: true });
    this.subscriptions = [
      this.view,
      migration.onDidChange(() => this.refresh()),
      commands.registerCommand(Command.refreshLeft, () => migration.refresh()),
      commands.registerCommand(Command.showLeft, () => commands.executeCommand(`${SECTION}.left.focus`)),
      commands.registerCommand(Command.nextLeft, () => this.step(1)),
      commands.registerCommand(Command.previousLeft, () => this.step(-1)),
    ];
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => subscription.dispose());
    this.changed.dispose();
  }

  getChildren(node?: LeftNode): LeftNode[] {
    if (node === undefined) {
      return this.nodes;
    }
    return node.kind === 'file' ? node.file.uses.map((use) => ({ kind: 'use', parent: node, use })) : [];
  }

  getParent(node: LeftNode): LeftNode | undefined {
    return node.kind === 'use' ? node.parent : undefined;
  }

  getTreeItem(node: LeftNode): TreeItem {
    return node.kind === 'file' ? this.fileItem(node.file) : this.useItem(node);
  }

  private fileItem(file: LeftFile): TreeItem {
    const uri = this.uriOf(file);
    const item = new TreeItem(uri, TreeItemCollapsibleState.Collapsed);
    item.id = file.uri;
    item.label = workspace.asRelativePath(uri);
    item.description = l10n.t('{0} left · {1}%', file.uses.length, file.percent);
    item.iconPath = ThemeIcon.File;
    item.tooltip = l10n.t(
      '{0} safe to convert, {1} to be checked, {2} by hand, {3} without counterpart',
      file.safe,
      file.check,
      file.byHand,
      file.none,
    );
    return item;
  }

  private useItem({ parent, use }: UseNode): TreeItem {
    const item = new TreeItem(use.symbol);
    const { line, character } = use.range.start;
    item.id = `${parent.file.uri}#${line}:${character}:${use.symbol}`;
    item.description = `${line + 1} · ${behindName(use)}`;
    item.tooltip = `${use.code} · ${use.reason}`;
    const [icon, color] = ICONS[use.way];
    item.iconPath = new ThemeIcon(icon, new ThemeColor(color));
    item.accessibilityInformation = { label: `${use.symbol}, ${use.reason}` };
    const place = [this.uriOf(parent.file), { selection: this.rangeOf(use) }];
    item.command = { command: 'vscode.open', title: use.symbol, arguments: place };
    return item;
  }

  private uriOf(file: LeftFile): Uri {
    return this.running()?.protocol2CodeConverter.asUri(file.uri) ?? Uri.parse(file.uri);
  }

  private rangeOf(use: LeftUse): Range {
    const { start, end } = use.range;
    return new Range(start.line, start.character, end.line, end.character);
  }

  private refresh(): void {
    const { progress, files } = this.migration;
    this.nodes = files.map((file) => ({ kind: 'file', file }));
    this.view.message = progress !== undefined && files.length === 0 ? l10n.t('Nothing is left.') : '';
    this.view.description = progress ? l10n.t('{0} left · {1}%', progress.left, progress.percent) : '';
    void commands.executeCommand('setContext', `${SECTION}.migrating`, progress !== undefined);
    this.changed.fire();
  }

  /** Go to the use after, or before, the cursor; behind the last one comes the first. */
  private async step(direction: 1 | -1): Promise<void> {
    const places = this.nodes.flatMap(({ file }) => file.uses.map((use) => ({ file, use })));
    if (places.length === 0) {
      void window.showInformationMessage(l10n.t('Nothing is left.'));
      return;
    }
    const editor = window.activeTextEditor;
    const here = editor && this.running()?.code2ProtocolConverter.asUri(editor.document.uri);
    const cursor = editor?.selection.active;
    const order = ({ file, use }: { file: LeftFile; use: LeftUse }): number => {
      if (file.uri !== here || cursor === undefined) {
        return here === undefined || file.uri > here ? 1 : -1;
      }
      return use.range.start.line - cursor.line || use.range.start.character - cursor.character;
    };
    const ahead = places.filter((place) => order(place) * direction > 0);
    const found = direction > 0 ? (ahead[0] ?? places[0]) : (ahead.at(-1) ?? places.at(-1));
    if (found !== undefined) {
      await commands.executeCommand('vscode.open', this.uriOf(found.file), { selection: this.rangeOf(found.use) });
    }
  }
}

/** The reason without the name that it begins with, which the row has said already. */
function behindName({ symbol, reason }: LeftUse): string {
  return reason.startsWith(symbol) ? reason.slice(symbol.length).replace(/^\s*的?/, '') : reason;
}
