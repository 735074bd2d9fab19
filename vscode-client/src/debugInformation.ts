import { env, extensions, version, workspace } from 'vscode';
import type { Server } from './server';

/** Everything a bug report needs, and nothing of the environment's variables. */
export function debugInformation(server: Server, extensionVersion: string): string {
  const plan = server.current;
  const information = {
    extension: extensionVersion,
    editor: `${env.appName} ${version} (${env.language}${env.remoteName === undefined ? '' : `, ${env.remoteName}`})`,
    platform: `${process.platform} ${process.arch}`,
    trusted: workspace.isTrusted,
    server: {
      running: server.running !== undefined,
      info: server.running?.initializeResult?.serverInfo,
      command: plan && [plan.executable.command, ...(plan.executable.args ?? [])],
      cwd: plan?.executable.options?.cwd,
    },
    interpreter: plan?.interpreter,
    pythonExtensions: Object.fromEntries(
      ['ms-python.vscode-python-envs', 'ms-python.python'].map((id) => [id, installedVersion(id)]),
    ),
    settings: plan?.settings,
  };
  return `${JSON.stringify(information, null, 2)}\n`;
}

function installedVersion(id: string): string | null {
  const manifest = extensions.getExtension(id)?.packageJSON as { version?: string } | undefined;
  return manifest?.version ?? null;
}
