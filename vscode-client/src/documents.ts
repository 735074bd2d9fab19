import { EventEmitter, Uri, workspace, type Disposable, type TextDocumentContentProvider } from 'vscode';

const SCHEME = 'torchspore';

/** Read-only documents that exist in memory only: the right side of a preview, an explanation, a report. */
export class VirtualDocuments implements TextDocumentContentProvider, Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly registrations = [
    workspace.registerTextDocumentContentProvider(SCHEME, this),
    workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  ];

  readonly onDidChange = this.changed.event;

  dispose(): void {
    this.registrations.forEach((registration) => registration.dispose());
    this.changed.dispose();
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** The address of a document of this text; the same path again replaces the text of an open one. */
  put(path: string, text: string): Uri {
    const uri = Uri.from({ scheme: SCHEME, path: path.startsWith('/') ? path : `/${path}` });
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
    return uri;
  }
}
