import { commands, l10n, Uri, window, type ExtensionContext, type LogOutputChannel, type TextEditor } from 'vscode';
import type { ExecuteCommandMiddleware } from 'vscode-languageclient';
import type { SporeClient } from './client';
import { Command, NAME } from './constants';
import { debugInformation } from './debugInformation';
import type { VirtualDocuments } from './documents';
import { setMigrationMode } from './migrationMode';
import { showReportPage } from './reportPage';
import { convertSafe } from './safeConversion';
import type { Server } from './server';
import { openExample, openWalkthrough } from './walkthrough';

/** The answer to `torchspore/convert`. */
interface Conversion {
  text: string;
  report?: { left?: unknown[] } | null;
}

type Options = Record<string, unknown>;

/** Commands that work without a server. */
export function registerCommands(context: ExtensionContext, server: Server, documents: VirtualDocuments, channel: LogOutputChannel) {
  const { version } = context.extension.packageJSON as { version: string };
  return [
    commands.registerCommand(Command.openWalkthrough, openWalkthrough),
    commands.registerCommand(Command.openExample, (look?: string) => openExample(context, () => server.settle(), look)),
    commands.registerCommand(Command.setMigrationMode, setMigrationMode),
    commands.registerCommand(Command.restart, () => server.restart()),
    commands.registerCommand(Command.showLogs, () => channel.show()),
    commands.registerCommand(Command.debugInformation, () =>
      window.showTextDocument(documents.put(`${NAME}.json`, debugInformation(server, version))),
    ),
  ];
}

/**
 * The server's own commands are registered by the language client. From a code action they come with their arguments;
 * from the command palette they come bare, and this fills in what only the editor knows. What a command answers is shown here.
 */
export function serverCommands(
  running: () => SporeClient | undefined,
  documents: VirtualDocuments,
  reports: Uri,
): NonNullable<ExecuteCommandMiddleware['executeCommand']> {
  return async (command, args: unknown[], next) => {
    const client = running();
    if (client === undefined) {
      return undefined;
    }
    switch (command) {
      case Command.convertFile: {
        const target = fileArgument(args);
        return target && next(command, [client.code2ProtocolConverter.asUri(target), options(args)]);
      }
      case Command.previewFile: {
        const target = fileArgument(args);
        return target && preview(client, documents, target, options(args));
      }
      case Command.report: {
        const target = fileArgument(args);
        return target && showReport(reports, target, await next(command, [client.code2ProtocolConverter.asUri(target), options(args)]));
      }
      case Command.convertWorkspace:
        // A code action says what is to be converted; the palette says nothing, so it is asked.
        return args.length > 0 || (await isSure()) ? next(command, args) : undefined;
      case Command.explain: {
        const name = await nameArgument(args);
        return name && showExplanation(documents, name, await next(command, [name]));
      }
      case Command.showState: {
        const place = placeArgument(args);
        return place && showState(documents, place.uri, await next(command, [client.code2ProtocolConverter.asUri(place.uri), place.position]));
      }
      case Command.convertFileSafe: {
        const target = fileArgument(args);
        return target && convertSafe(client, documents, target);
      }
      case Command.convertWorkspaceSafe:
        return convertSafe(client, documents);
      default:
        return next(command, args);
    }
  };
}

async function preview(client: SporeClient, documents: VirtualDocuments, target: Uri, choice: Options): Promise<void> {
  const uri = client.code2ProtocolConverter.asUri(target);
  const conversion = await client.sendRequest<Conversion | null>('torchspore/convert', { textDocument: { uri }, ...choice });
  if (conversion === null) {
    // Nothing to convert, or no way to: the server has said so.
    return;
  }
  const { text, report } = conversion;
  const left = report?.left?.length ?? 0;
  const name = fileName(target);
  const title =
    left === 0
      ? l10n.t('{0} ↔ converted', name)
      : l10n.t('{0} ↔ converted ({1} left)', name, left);
  // An unsaved document has no ending, from which the editor would know the language.
  const converted = documents.put(`/converted/${target.path.replace(/^\//, '')}${name.includes('.') ? '' : '.py'}`, text);
  await commands.executeCommand('vscode.diff', target, converted, title, { preview: true });
}

async function showExplanation(documents: VirtualDocuments, name: string, answer: unknown): Promise<void> {
  if (typeof answer !== 'string') {
    // An unknown name: the server has said so, with similar ones.
    return;
  }
  await commands.executeCommand('markdown.showPreview', documents.put(`/explain/${name}.md`, answer));
}

async function showReport(folder: Uri, file: Uri, answer: unknown): Promise<void> {
  const text = (answer as { text?: unknown } | null)?.text;
  if (typeof text !== 'string') {
    // Nothing to convert: the server has said so.
    return;
  }
  await showReportPage(folder, fileName(file), text);
}

async function isSure(): Promise<boolean> {
  const convert = l10n.t('Convert');
  const question = l10n.t('Convert all Python files of this workspace?');
  const detail = l10n.t('What is to be checked is shown before it is changed. One undo takes everything back.');
  return (await window.showWarningMessage(question, { modal: true, detail }, convert)) === convert;
}

async function showState(documents: VirtualDocuments, file: Uri, answer: unknown): Promise<void> {
  if (typeof answer !== 'string') {
    // No module stands there: the server has said so.
    return;
  }
  await commands.executeCommand('markdown.showPreview', documents.put(`/state/${fileName(file)}.md`, answer));
}

function fileName(file: Uri): string {
  return file.path.split('/').at(-1) ?? file.path;
}

/** A place as the lenses and hovers of the server send it, or else the cursor. */
function placeArgument([file, position]: unknown[]): { uri: Uri; position: Place } | undefined {
  if (typeof file === 'string' && isPlace(position)) {
    return { uri: Uri.parse(file), position: { line: position.line, character: position.character } };
  }
  const uri = fileArgument([]);
  const cursor = window.activeTextEditor?.selection.active;
  return uri && cursor && { uri, position: { line: cursor.line, character: cursor.character } };
}

interface Place {
  line: number;
  character: number;
}

function isPlace(value: unknown): value is Place {
  const place = value as Partial<Place> | null | undefined;
  return typeof place?.line === 'number' && typeof place.character === 'number';
}

/** The document a command is about: its argument, or else the active editor's. */
function fileArgument([argument]: unknown[]): Uri | undefined {
  if (typeof argument === 'string') {
    return Uri.parse(argument);
  }
  if (argument instanceof Uri) {
    return argument;
  }
  const editor = window.activeTextEditor;
  if (editor?.document.languageId === 'python') {
    return editor.document.uri;
  }
  void window.showInformationMessage(l10n.t('Open a Python file first.'));
  return undefined;
}

function options([, argument]: unknown[]): Options {
  return argument !== null && typeof argument === 'object' && !Array.isArray(argument) ? (argument as Options) : {};
}

async function nameArgument([argument]: unknown[]): Promise<string | undefined> {
  if (typeof argument === 'string') {
    return argument;
  }
  const name = await window.showInputBox({
    title: NAME,
    prompt: l10n.t('A symbol such as torch.nn.Module.buffers, or a code such as TS101'),
    value: dottedNameAt(window.activeTextEditor),
  });
  return name?.trim() || undefined;
}

function dottedNameAt(editor: TextEditor | undefined): string {
  const range = editor?.document.getWordRangeAtPosition(editor.selection.active, /[\p{L}_][\p{L}\p{N}_.]*/u);
  return editor && range ? editor.document.getText(range) : '';
}
