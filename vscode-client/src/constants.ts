/** The settings section, the language client's id and the prefix of every command. */
export const SECTION = 'torchspore';

/** The extension's own identifier: publisher and name of its manifest. */
export const EXTENSION = 'torchspore.torchspore';

/** The name people see. */
export const NAME = 'TorchSpore';

export const Command = {
  openWalkthrough: 'torchspore.openWalkthrough',
  openExample: 'torchspore.openExample',
  setMigrationMode: 'torchspore.setMigrationMode',
  restart: 'torchspore.restart',
  showLogs: 'torchspore.showLogs',
  debugInformation: 'torchspore.debugInformation',
  refreshLeft: 'torchspore.refreshLeft',
  showLeft: 'torchspore.showLeft',
  nextLeft: 'torchspore.nextLeft',
  previousLeft: 'torchspore.previousLeft',
  // The next ones are registered by the language client, because the server announces them.
  convertFile: 'torchspore.convertFile',
  previewFile: 'torchspore.previewFile',
  report: 'torchspore.report',
  convertWorkspace: 'torchspore.convertWorkspace',
  explain: 'torchspore.explain',
  showState: 'torchspore.showState',
  scanWorkspace: 'torchspore.scanWorkspace',
  convertFileSafe: 'torchspore.convertFileSafe',
  convertWorkspaceSafe: 'torchspore.convertWorkspaceSafe',
} as const;

/** Virtual documents (previews, explanations) have a scheme of their own, so that the server is not asked about them. */
export const SELECTOR: { scheme: string; language: string }[] = [
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
  { scheme: 'vscode-notebook-cell', language: 'python' },
];

/** The oldest Python the server runs on. */
export const MINIMUM_PYTHON = [3, 10] as const;
