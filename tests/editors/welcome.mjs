// The first minutes with the extension: its walkthrough and its commands, in one language. The assertions are in
// test_vscode_welcome.py. Only the first window of an editor shows this, so it is played before everything else.
import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for an extension that wants to open something once its server answers. */
const SETTLED_MS = 3000;

export async function run({ workbench, observer, address }, { texts, titles, other, hover }) {
  const { page } = workbench;
  const guide = page.locator('.gettingStartedContainer', { hasText: texts['walkthrough.title'] });
  // VS Code calls the tab of every walkthrough so, and the tests do not translate VS Code.
  const tab = page.locator('.tab', { hasText: 'Welcome' });
  const step = (id) => page.locator(`.getting-started-step[data-step-id$="#start#${id}"]`);
  const click = async (id) => {
    // Its tab is in front, beside the example: a click on it would lead to VS Code's own page.
    await step(id).first().click({ timeout: 15_000 });
    await step(id).locator('.monaco-button').first().click({ timeout: 15_000 });
  };

  await observer.observe('opened', async () => {
    const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'model.py' });
    await file.dblclick({ timeout: 60_000 });
    await guide.first().waitFor({ timeout: 60_000 });
    await step('hover').first().waitFor({ timeout: 30_000 });
    const ids = await page.locator('.getting-started-step').evaluateAll((found) => found.map((one) => one.dataset.stepId));
    const names = await page.locator('.getting-started-step .step-title').allInnerTexts();
    return { ids, names };
  });

  // Without the explorer there is room for the pages of the steps.
  await page.keyboard.press('Control+b');
  for (const id of ['hover', 'state', 'preview', 'migration', 'notebook', 'settings']) {
    await observer.observe(`page-${id}`, async () => {
      await step(id).first().click();
      const description = await step(id).locator('.step-description-container').first().innerText();
      const media = await workbench.until(`page of ${id}`, async () => {
        for (const frame of page.frames()) {
          const text = await frame.locator('body').innerText({ timeout: 500 }).catch(() => '');
          if (text.includes(texts[id])) {
            return text;
          }
        }
        return undefined;
      });
      return { description, media };
    });
  }

  await observer.observe('try-hover', async () => {
    await click('hover');
    const shown = page.locator('.monaco-hover:not(.hidden) .hover-contents', { hasText: hover });
    await shown.first().waitFor({ timeout: 60_000 });
    return shown.first().innerText();
  });

  await observer.observe('ticked', async () => {
    const ticked = page.locator('.getting-started-step[aria-checked="true"]');
    await ticked.first().waitFor({ timeout: 15_000 });
    return ticked.evaluateAll((found) => found.map((one) => one.dataset.stepId.split('#').at(-1)));
  });

  await observer.observe('try-preview', async () => {
    await click('preview');
    const converted = page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'nn.Cell' });
    await converted.first().waitFor({ timeout: 30_000 });
    return converted.first().innerText();
  });

  await observer.observe('try-migration', async () => {
    await click('migration');
    const rows = page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor({ timeout: 15_000 });
    const choices = await rows.allInnerTexts();
    await page.keyboard.press('Escape');
    return choices;
  });

  await page.keyboard.press('Control+b');
  await observer.observe('palette', async () => {
    await workbench.openFile('model.py');
    await workbench.hoverText('nn.Linear', 'Linear', /./);
    return workbench.missing(titles.map((title) => `TorchSpore: ${title}`));
  });

  if (other === undefined) {
    return;
  }
  await observer.observe('again', async () => {
    await workbench.open(address, other);
    await workbench.openFile('model.py');
    await workbench.hoverText('nn.Linear', 'Linear', /./);
    await delay(SETTLED_MS);
    return tab.count();
  });
}
