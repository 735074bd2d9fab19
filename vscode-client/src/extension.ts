import { extensions, window, workspace, type ExtensionContext } from 'vscode';
import { registerCommands, serverCommands } from './commands';
import { NAME, SECTION } from './constants';
import { VirtualDocuments } from './documents';
import { LeftTree } from './leftTree';
import { Migration } from './migration';
import { ProgressItem } from './progressItem';
import { Server } from './server';
import { StatusItem, type Status } from './status';

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const channel = window.createOutputChannel(NAME, { log: true });
  const status = new StatusItem();
  const documents = new VirtualDocuments();
  const migration = new Migration(() => server?.running, channel);
  const onStatus = (state: Status): void => {
    status.show(state);
    migration.refreshSoon();
  };
  const started: Server = new Server(context, channel, onStatus, {
    executeCommand: serverCommands(() => started.running, documents),
  });
  server = started;
  const extensionVersion = (context.extension.packageJSON as { version: string }).version;
  context.subscriptions.push(
    channel,
    status,
    documents,
    migration,
    new ProgressItem(migration),
    new LeftTree(migration, () => started.running),
    started,
    ...registerCommands(started, documents, channel, extensionVersion),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SECTION)) {
        started.refreshSoon();
        migration.refreshSoon();
      }
    }),
    // The Python extension may be installed or enabled later.
    extensions.onDidChange(() => started.refreshSoon()),
    workspace.onDidGrantWorkspaceTrust(() => started.refreshSoon()),
    // The server logs as much as the channel shows.
    channel.onDidChangeLogLevel(() => started.refreshSoon()),
  );
  await started.refresh();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
