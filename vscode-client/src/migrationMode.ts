import { ConfigurationTarget, l10n, window, workspace, type QuickPickItem } from 'vscode';
import { NAME, SECTION } from './constants';

const SETTING = 'migration.mode';

/** Asks for the direction of the migration and writes it into the settings of the workspace. */
export async function setMigrationMode(): Promise<void> {
  const current = workspace.getConfiguration(SECTION).get<string>(SETTING);
  const choices: (QuickPickItem & { mode: string })[] = [
    { mode: 'torch-to-mindspore', label: l10n.t('PyTorch to MindSpore') },
    { mode: 'mindspore-to-torch', label: l10n.t('MindSpore to PyTorch') },
    { mode: 'auto', label: l10n.t('Automatic'), detail: l10n.t('Away from the framework that most files import.') },
    { mode: 'off', label: l10n.t('Off'), detail: l10n.t('Only findings about state; conversions on demand.') },
  ];
  for (const choice of choices) {
    choice.description = choice.mode === current ? l10n.t('now') : '';
  }
  const chosen = await window.showQuickPick(choices, { title: `${NAME}: ${l10n.t('What is this workspace moved to?')}` });
  if (chosen !== undefined) {
    const target = workspace.workspaceFolders === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
    await workspace.getConfiguration(SECTION).update(SETTING, chosen.mode, target);
  }
}
