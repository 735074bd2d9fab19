// The pictures of the README: what each feature looks like in VS Code, in one language. pictures.py makes them small.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const SIZE = { width: 1120, height: 640 };
const WIDE = { width: 1320, height: 640 };
/** For fading widgets, and lenses that arrive one by one. */
const SETTLED_MS = 700;
const EDITOR = '.part.editor';
/** The mouse stays where it is in these; in others it would open a tooltip. */
const HOVERS = new Set(['hover', 'state', 'notebook']);
/** Below the end of every text. */
const ASIDE = [1080, 585];

export async function run({ workbench, observer }, options) {
  const { page } = workbench;
  const { words, titles } = options;
  const set = (changes) => {
    Object.assign(options.settings, changes);
    writeFileSync(join(options.workspace, '.vscode', 'settings.json'), JSON.stringify(options.settings));
  };
  /** Shows something, and takes a picture of a part of the window. */
  const take = (name, part, show) =>
    observer.observe(name, async () => {
      await show();
      if (!HOVERS.has(name)) {
        await page.mouse.move(...ASIDE);
      }
      await delay(SETTLED_MS);
      const clip = await page.locator(part).first().boundingBox();
      await page.screenshot({ path: join(options.pictures, `readme-${options.language}-${name}.png`), clip });
    });
  const clear = async () => {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await workbench.leave().catch(() => {});
  };
  const suggestion = (text) => page.locator('.suggest-widget.visible .monaco-list-row', { hasText: text }).first();

  await page.setViewportSize(SIZE);
  await workbench.openFile('network.py');
  await page.keyboard.press('Control+b');
  await workbench.editor.locator('[class*="squiggly-"]').first().waitFor({ timeout: 60_000 });

  await take('hover', EDITOR, () => workbench.hoverText('nn.Conv2d(3', 'Conv2d', /has_bias/));
  await clear();
  // A hover may be two thirds as wide as the editor, and this one holds a table.
  await page.setViewportSize(WIDE);
  await take('state', EDITOR, async () => {
    await page.keyboard.press('Control+End');
    await workbench.hoverText('net.buffers()', 'buffers', /moving_mean/);
  });
  await clear();
  await page.setViewportSize(SIZE);
  await page.keyboard.press('Control+Home');
  await take('finding', EDITOR, async () => {
    await workbench.caret('self.mask', 10, 15);
    await workbench.codeActions('TS101');
  });
  await clear();
  await take('preview', EDITOR, async () => {
    await workbench.command(`TorchSpore: ${titles.previewFile}`);
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'mindspore' }).first().waitFor({ timeout: 30_000 });
  });
  await workbench.quickOpen('report.py');
  await take('report', EDITOR, async () => {
    await workbench.command(`TorchSpore: ${titles.report}`);
    await workbench.preview('report.py.md', words.none);
  });
  await take('signature', EDITOR, async () => {
    await workbench.quickOpen('network.py');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('conv = nn.Sequential(nn.Conv2d(3, 64, ');
    await workbench.until('signature help', async () => {
      const text = await page.locator('.parameter-hints-widget.visible').innerText({ timeout: 1000 }).catch(() => '');
      return text.includes('mindspore') && text;
    });
  });
  await clear();
  await page.keyboard.press('Control+Shift+k');
  await take('completion', EDITOR, async () => {
    await workbench.quickOpen('cell.py');
    await page.keyboard.press('Control+End');
    await page.keyboard.type('nn.Conv2');
    await suggestion("pad_mode='pad'").waitFor({ timeout: 30_000 });
    await page.keyboard.press('Control+Space');
  });
  await clear();
  await page.keyboard.press('Control+Shift+k');
  await take('hints', EDITOR, async () => {
    set({ 'torchspore.inlayHints.counterparts': true, 'torchspore.inlayHints.shapes': true, 'torchspore.semanticTokens.enable': true });
    await workbench.quickOpen('state.py');
    await workbench.until('inlay hint', async () => (await workbench.line('nn.BatchNorm2d('))?.includes('→'));
  });
  set({ 'torchspore.inlayHints.counterparts': false, 'torchspore.inlayHints.shapes': false });
  await take('notebook', EDITOR, async () => {
    await page.keyboard.press('Control+p');
    await page.locator('.quick-input-widget input').first().fill('notebook.ipynb');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'notebook.ipynb' }).first().click();
    const notebook = page.locator('.notebookOverlay').first();
    await notebook.locator('.view-line', { hasText: 'net.buffers' }).first().waitFor({ timeout: 30_000 });
    await workbench.hoverText('net.buffers()', 'buffers', /moving_mean/, notebook);
  });
  await clear();
  await take('migration', '.monaco-workbench', async () => {
    set({ 'torchspore.migration.mode': 'torch-to-mindspore' });
    await workbench.quickOpen('report.py');
    const status = page.locator('.statusbar-item', { hasText: 'MindSpore' }).first();
    await workbench.until('progress of the file', async () => (await status.innerText()).includes(words.file));
    await status.click();
    const row = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: 'report.py' }).first();
    await row.click({ timeout: 30_000 });
    await page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row', { hasText: 'torch.' }).first().waitFor({ timeout: 30_000 });
  });
}
