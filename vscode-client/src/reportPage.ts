import * as path from 'node:path';
import { commands, Uri, workspace } from 'vscode';

/** A place in a document, as the server writes it: `[19:0](file:///…/net.py#L19,1)`. */
const PLACE = /\[([^\]]+)\]\(((?!https?:)[a-z][\w+.-]*:[^)#\s]+)(#[^)\s]*)?\)/g;

/**
 * Shows a report as a rendered page whose places can be clicked. The preview of Markdown follows no address of a file, only the way
 * from one file to another, so the page is a file of its own, in `folder`.
 */
export async function showReportPage(folder: Uri, name: string, text: string): Promise<void> {
  const page = Uri.joinPath(folder, `${name}.md`);
  await workspace.fs.createDirectory(folder);
  const clickable = text.replace(PLACE, (_all, label: string, address: string, place?: string) => linked(folder, label, address, place ?? ''));
  await workspace.fs.writeFile(page, Buffer.from(clickable));
  await commands.executeCommand('markdown.showPreview', page);
}

/** What has no file (a cell, a text that was not saved) is named only. */
function linked(folder: Uri, label: string, address: string, place: string): string {
  const uri = Uri.parse(address);
  if (uri.scheme !== 'file') {
    return label;
  }
  const way = path.relative(folder.fsPath, uri.fsPath).split(path.sep);
  return `[${label}](${way.map(encodeURIComponent).join('/')}${place})`;
}
