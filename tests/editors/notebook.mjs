// A notebook moved to the other framework with actions only, in a real VS Code window; test_vscode_notebook.py asserts.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export async function run({ workbench, observer }, { workspace, title }) {
  const { page } = workbench;
  const file = join(workspace, 'lesson.ipynb');
  const sources = () => JSON.parse(readFileSync(file, 'utf8')).cells.map((cell) => [cell.source].flat().join(''));

  await observer.observe('fixed', async () => {
    const notebook = await workbench.openNotebook('lesson.ipynb');
    // The server must know the notebook before it is asked to fix it.
    await workbench.hoverText('torch.cat([x, x]', 'cat', /MindSpore/, notebook);
    await workbench.leave();
    // Saving runs "notebook.codeActionsOnSave"; a notebook that was not changed is saved, too.
    await workbench.command('File: Save');
    return workbench.until('saved fix', () => sources().find((text) => /^ +self\.register_buffer/m.test(text)));
  });

  await observer.observe('converted', async () => {
    const line = page.locator('.notebookOverlay .view-line', { hasText: 'torch.cat([x, x]' }).first();
    await line.click();
    const rows = await workbench.sourceActions(title);
    await workbench.chooseCodeAction(title);
    const shown = await workbench.until('converted cell', async () => {
      const lines = await page.locator('.notebookOverlay .view-line').allInnerTexts();
      return lines.map((text) => text.replaceAll('\u00a0', ' ')).find((text) => text.includes('ops.cat('));
    });
    return { rows, shown };
  });

  await observer.observe('saved', async () => {
    await workbench.command('File: Save');
    await workbench.until('saved conversion', () => sources().some((text) => text.includes('import mindspore')));
    return readFileSync(file, 'utf8');
  });
}
