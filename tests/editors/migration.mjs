// node migration.mjs OPTIONS.json - migration mode in a real VS Code window, in one language; test_vscode_migration.py asserts.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CodeServer } from './code_server.mjs';
import { Workbench } from './workbench.mjs';

const options = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { chromium } = createRequire(join(options.playwright, 'package.json'))('playwright-core');
const { words } = options;
const seen = {};

/** Stores what `look` returns, or why it failed, and leaves a picture. */
async function observe(workbench, name, look) {
  try {
    seen[name] = { value: await look() };
  } catch (error) {
    seen[name] = { error: error.message };
  }
  const suffix = seen[name].error === undefined ? '' : '-failed';
  await workbench.screenshot(join(options.screenshots, `migration-${options.language}-${name}${suffix}.png`)).catch(() => {});
}

const plain = (text) => text.replaceAll('\u00a0', ' ');

async function observeAll(workbench) {
  const { page } = workbench;
  const status = page.locator('.statusbar-item', { hasText: 'MindSpore' });
  const tree = page.locator('.pane', { hasText: words.view });
  const rows = page.locator('.tree-explorer-viewlet-tree-view .monaco-list-row');

  await observe(workbench, 'status', async () => {
    await workbench.openFile('net.py');
    await status.first().waitFor({ timeout: 60_000 });
    return workbench.until('progress of the file', async () => {
      const text = plain(await status.first().innerText());
      return text.includes(words.file) && text;
    });
  });

  await observe(workbench, 'tooltip', async () => {
    await status.first().hover();
    const hover = page.locator('.monaco-hover:not(.hidden)', { hasText: words.none });
    await hover.first().waitFor({ timeout: 15_000 });
    return plain(await hover.first().innerText());
  });

  await observe(workbench, 'tree', async () => {
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

  await observe(workbench, 'opened', async () => {
    await rows.filter({ hasText: 'torch.compiled_with_cxx11_abi' }).first().click();
    return workbench.until('the place', async () => {
      const text = await page.locator('.statusbar-item', { hasText: /(Ln|行) \d+/ }).first().innerText();
      return /18/.test(text) && text;
    });
  });

  await observe(workbench, 'next', async () => {
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

  await observe(workbench, 'suppress', async () => {
    await workbench.caret('torch.compiled_with_cxx11_abi', 18, 22);
    const menu = await workbench.codeActions(words.ignoreLine);
    await workbench.screenshot(join(options.screenshots, `migration-${options.language}-suppress-menu.png`));
    await workbench.chooseCodeAction(words.ignoreLine);
    const line = await workbench.waitForLine('torchspore: ignore');
    return { menu, line };
  });

  await observe(workbench, 'safe', async () => {
    await workbench.command(`TorchSpore: ${words.safeCommand}`);
    const message = await workbench.notification(words.undo);
    await page.locator('.multiDiffEntry, .multi-diff-editor, .monaco-component.multiDiffEditor').first().waitFor({ timeout: 30_000 });
    await workbench.screenshot(join(options.screenshots, `migration-${options.language}-safe-preview.png`));
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

  await observe(workbench, 'undo', async () => {
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+z');
    const dialog = page.locator('.monaco-dialog-box .monaco-button').first();
    await dialog.click({ timeout: 4000 }).catch(() => {});
    await workbench.waitForLine('nn.Linear(');
    return workbench.wholeText();
  });
}

/** What a running editor writes down when a language pack is installed; this one is installed before it runs. */
function declareLanguage({ userData, extensions }) {
  const id = 'torchspore-tests.vscode-language-pack-zh-hans';
  const pack = {
    hash: 'torchspore-tests',
    label: options.language,
    extensions: [{ extensionIdentifier: { id }, version: '1.0.0' }],
    translations: { vscode: join(extensions, `${id}-1.0.0`, 'main.i18n.json') },
  };
  writeFileSync(join(userData, 'languagepacks.json'), JSON.stringify({ [options.language]: pack }));
}

const server = new CodeServer(options.codeServer, options.home, {}, options.language);
let browser;
try {
  server.install(options.extensions);
  if (options.language !== 'en') {
    declareLanguage(server);
  }
  const address = await server.start();
  browser = await chromium.launchPersistentContext(join(options.home, 'browser'), {
    executablePath: options.chromium,
    headless: true,
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  if (options.language !== 'en') {
    await browser.addCookies([{ name: 'vscode.nls.locale', value: options.language, url: address }]);
    await browser.addInitScript((language) => localStorage.setItem('vscode.nls.locale', language), options.language);
  }
  const workbench = new Workbench(browser.pages()[0] ?? (await browser.newPage()));
  await workbench.open(address, options.workspace);
  await observeAll(workbench);
} catch (error) {
  seen.window = { error: error.stack };
} finally {
  await browser?.close();
  await server.stop();
  seen.editorOutput = { value: server.output };
  writeFileSync(options.out, JSON.stringify(seen, null, 1));
}
