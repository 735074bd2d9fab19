// Migration mode in a real VS Code window, in one language; the assertions are in test_vscode_migration.py.
const plain = (text) => text.replaceAll('\u00a0', ' ');

export async function run({ workbench, observer }, { words }) {
  const { page } = workbench;
  const { seen } = observer;
  const status = page.locator('.statusbar-item', { hasText: 'MindSpore' });
  const tree = page.locator('.pane', { hasText: words.view });
  const rows = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');

  await observer.observe('status', async () => {
    await workbench.openFile('net.py');
    await status.first().waitFor({ timeout: 60_000 });
    return workbench.until('progress of the file', async () => {
      const text = plain(await status.first().innerText());
      return text.includes(words.file) && text;
    });
  });

  await observer.observe('tooltip', async () => {
    await status.first().hover();
    const hover = page.locator('.monaco-hover:not(.hidden)', { hasText: words.none });
    await hover.first().waitFor({ timeout: 15_000 });
    return plain(await hover.first().innerText());
  });

  await observer.observe('tree', async () => {
    await workbench.leave();
    await status.first().click();
    await rows.filter({ hasText: 'net.py' }).first().waitFor({ timeout: 30_000 });
    const files = (await rows.allInnerTexts()).map(plain);
    await rows.filter({ hasText: 'net.py' }).first().click();
    await rows.filter({ hasText: 'torch.nn.Linear' }).first().waitFor({ timeout: 30_000 });
    await workbench.leave();
    // The last one lies below what is drawn.
    await page.keyboard.press('End');
    await rows.filter({ hasText: 'torch.compiled_with_cxx11_abi' }).first().waitFor({ timeout: 30_000 });
    return { files, title: plain(await tree.first().innerText()).slice(0, 200), all: (await rows.allInnerTexts()).map(plain) };
  });

  await observer.observe('opened', async () => {
    await rows.filter({ hasText: 'torch.compiled_with_cxx11_abi' }).first().click();
    return workbench.until('the place', async () => {
      const text = await page.locator('.statusbar-item', { hasText: /(Ln|行) \d+/ }).first().innerText();
      return /18/.test(text) && text;
    });
  });

  await observer.observe('next', async () => {
    await workbench.caret('torch.flatten', 15, 16);
    const place = page.locator('.statusbar-item', { hasText: /(Ln|行) \d+/ }).first();
    const before = await place.innerText();
    await workbench.command(`TorchSpore: ${words.previousCommand}`);
    const previous = await workbench.until('the use before', async () => {
      const text = await place.innerText();
      return text !== before && text;
    });
    await workbench.command(`TorchSpore: ${words.nextCommand}`);
    const next = await workbench.until('the use after', async () => {
      const text = await place.innerText();
      return text !== previous && text;
    });
    return { before, previous, next };
  });

  await observer.observe('suppress', async () => {
    await workbench.caret('torch.compiled_with_cxx11_abi', 18, 22);
    const menu = await workbench.codeActions(words.ignoreLine);
    await observer.picture('suppress-menu');
    await workbench.chooseCodeAction(words.ignoreLine);
    const line = await workbench.waitForLine('torchspore: ignore');
    return { menu, line };
  });

  await observer.observe('safe', async () => {
    await workbench.command(`TorchSpore: ${words.safeCommand}`);
    const message = await workbench.notification(words.undo);
    await page.locator('.multiDiffEntry, .multi-diff-editor, .monaco-component.multiDiffEditor').first().waitFor({ timeout: 30_000 });
    await observer.picture('safe-preview');
    const toast = page.locator('.notification-toast .notification-list-item', { hasText: words.undo }).first();
    await toast.locator('.monaco-button', { hasText: words.convert }).first().click();
    await toast.waitFor({ state: 'hidden', timeout: 30_000 });
    await workbench.openFile('net.py');
    const line = await workbench.waitForLine('nn.Dense(');
    const text = await workbench.wholeText();
    const after = await workbench.until('new progress', async () => {
      const shown = plain(await status.first().innerText());
      return shown !== seen.status?.value && shown.includes(words.file) && shown;
    });
    return { message, line, text, after };
  });

  await observer.observe('undo', async () => {
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+z');
    const dialog = page.locator('.monaco-dialog-box .monaco-button').first();
    await dialog.click({ timeout: 4000 }).catch(() => {});
    await workbench.waitForLine('nn.Linear(');
    return workbench.wholeText();
  });
}
