import { commands, l10n, window, workspace, type Uri } from 'vscode';
import type { WorkspaceEdit } from 'vscode-languageclient';
import type { SporeClient } from './client';
import type { VirtualDocuments } from './documents';

interface SafeConversion {
  converted: number;
  files: { uri: string; text: string; converted: number }[];
  edit: WorkspaceEdit;
}

/** Shows every file that changes beside what it becomes, asks, and applies all of it as one edit: one undo takes it back. */
export async function convertSafe(client: SporeClient, documents: VirtualDocuments, file?: Uri): Promise<void> {
  const params = file === undefined ? {} : { uri: client.code2ProtocolConverter.asUri(file) };
  const conversion = await client.sendRequest<SafeConversion | null>('torchspore/convertSafe', params);
  if (conversion === null) {
    // Nothing to do: the server has said so.
    return;
  }
  const { converted, files } = conversion;
  const sides = files.map((one): [Uri, Uri, Uri] => {
    const original = client.protocol2CodeConverter.asUri(one.uri);
    return [original, original, documents.put(`/safe/${workspace.asRelativePath(original)}`, one.text)];
  });
  await commands.executeCommand('vscode.changes', l10n.t('Safe conversions: {0} in {1} files', converted, files.length), sides);
  const convert = l10n.t('Convert');
  const question = l10n.t('Convert {0} uses in {1} files? One undo takes it back.', converted, files.length);
  if ((await window.showInformationMessage(question, convert, l10n.t('Cancel'))) !== convert) {
    return;
  }
  const edit = await client.protocol2CodeConverter.asWorkspaceEdit(conversion.edit);
  await workspace.applyEdit(edit, { isRefactoring: true });
}
