import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  commands,
  NotebookCellData,
  NotebookCellKind,
  NotebookData,
  Position,
  Selection,
  ViewColumn,
  window,
  workspace,
  type ExtensionContext,
  type Hover,
  type TextDocument,
} from 'vscode';
import { Command, EXTENSION, SECTION } from './constants';

/** What a step of the walkthrough shows of the example. */
type Look = 'hover' | 'state' | 'preview' | 'notebook';

const WALKTHROUGH = `${EXTENSION}#start`;
const OPENED = 'walkthroughOpened';
const LANGUAGE = 'python';
/** Between the statements of the example; in a notebook, between its cells. */
const PARAGRAPH = '\n\n\n';
const HOVER_PAUSE_MS = 300;
const HOVER_TRIES = 30;

/** Opens the walkthrough the first time that the extension runs, unless the user wants no walkthroughs opened. */
export async function welcome(context: ExtensionContext): Promise<void> {
  if (context.globalState.get<boolean>(OPENED) === true) {
    return;
  }
  // First: what fails or is closed at once must not come again.
  await context.globalState.update(OPENED, true);
  if (workspace.getConfiguration('workbench.welcomePage.walkthroughs').get<boolean>('openOnInstall', true)) {
    await openWalkthrough();
  }
}

export async function openWalkthrough(): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
}

/** Opens the example beside what is open, and shows in it what was asked for; `ready` resolves once the server answers. */
export async function openExample(context: ExtensionContext, ready: () => Promise<void>, look?: string): Promise<void> {
  const text = await readFile(path.join(context.extensionPath, 'walkthrough', 'example.py'), 'utf8');
  if (look !== undefined) {
    // Ticks off its step of the walkthrough.
    void commands.executeCommand('setContext', `${SECTION}.tried.${look}`, true);
  }
  if ((look as Look) === 'notebook') {
    await openNotebook(text);
    return;
  }
  const document = await workspace.openTextDocument({ language: LANGUAGE, content: text });
  const editor = await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preview: false });
  const place = placeOf(text, look === 'state' ? 'ConvBN' : 'buffers');
  editor.selection = new Selection(place, place);
  await ready();
  await answered(document, place);
  // The page of the walkthrough takes the focus again when a button on it was clicked; what follows is about the example.
  await window.showTextDocument(document, { viewColumn: editor.viewColumn ?? ViewColumn.Beside, preview: false });
  switch (look as Look | undefined) {
    case 'hover':
      return void (await commands.executeCommand('editor.action.showHover'));
    case 'state':
      return void (await commands.executeCommand(Command.showState));
    case 'preview':
      return void (await commands.executeCommand(Command.previewFile));
    default:
  }
}

/** Waits until the server has a hover at a place: it may have to read the document first. */
async function answered(document: TextDocument, place: Position): Promise<void> {
  for (let tries = 0; tries < HOVER_TRIES; tries++) {
    const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, place);
    if (hovers.length > 0) {
      return;
    }
    await delay(HOVER_PAUSE_MS);
  }
}

async function openNotebook(text: string): Promise<void> {
  const cells = text.trimEnd().split(PARAGRAPH).map((part) => new NotebookCellData(NotebookCellKind.Code, part, LANGUAGE));
  const notebook = await workspace.openNotebookDocument('jupyter-notebook', new NotebookData(cells));
  await window.showNotebookDocument(notebook, { viewColumn: ViewColumn.Beside });
}

/** The middle of the first occurrence of a word. */
function placeOf(text: string, word: string): Position {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return new Position(before.length - 1, (before.at(-1)?.length ?? 0) + Math.floor(word.length / 2));
}
