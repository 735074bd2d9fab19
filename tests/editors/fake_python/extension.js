// Speaks the part of the Python extension's API that TorchSpore uses. The chosen interpreter is the content of the
// file that TORCHSPORE_TEST_INTERPRETER names; a test chooses another one by writing another one.
const fs = require('node:fs');
const vscode = require('vscode');

const FILE = process.env.TORCHSPORE_TEST_INTERPRETER;
const POLL_MS = 200;

function activate(context) {
  const changed = new vscode.EventEmitter();
  const chosen = () => fs.readFileSync(FILE, 'utf8').trim();
  fs.watchFile(FILE, { interval: POLL_MS }, () => changed.fire({ id: chosen(), path: chosen(), resource: undefined }));
  context.subscriptions.push(changed, { dispose: () => fs.unwatchFile(FILE) });
  return {
    ready: Promise.resolve(),
    environments: {
      getActiveEnvironmentPath: () => ({ id: chosen(), path: chosen() }),
      resolveEnvironment: async ({ path }) => ({ executable: { uri: vscode.Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
}

module.exports = { activate };
