import { extensions, Uri, window, workspace, type ExtensionContext } from 'vscode';
import { registerCommands, serverCommands } from './commands';
import { NAME, SECTION } from './constants';
import { VirtualDocuments } from './documents';
import { LeftTree } from './leftTree';
import { Migration } from './migration';
import { ProgressItem } from './progressItem';
import { Server } from './server';
import { StatusItem, type Status } from './status';
import { welcome } from './walkthrough';

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
    executeCommand: serverCommands(() => started.running, documents, Uri.joinPath(context.globalStorageUri, 'reports')),
  });
  server = started;
  context.subscriptions.push(
    channel,
    status,
    documents,
    migration,
    new ProgressItem(migration),
    new LeftTree(migration, () => started.running),
    started,
    ...registerCommands(context, started, documents, channel),
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
  await Promise.all([started.refresh(), welcome(context)]);
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}
