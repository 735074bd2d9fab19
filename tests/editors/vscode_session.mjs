// node vscode_session.mjs OPTIONS.json - one code-server and one browser for many scenarios, so that they start once.
// Each line of standard input names a scenario and its options; a line of standard output says that it has ended. The
// scenarios only write down what they saw; the assertions are in the Python files. Ends with its standard input.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CodeServer } from './code_server.mjs';
import { Observer } from './observer.mjs';
import { Workbench } from './workbench.mjs';

const options = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { chromium } = createRequire(join(options.playwright, 'package.json'))('playwright-core');
const VIEWPORT = { width: 1280, height: 800 };

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

async function openBrowser(address) {
  const browser = await chromium.launchPersistentContext(join(options.home, 'browser'), {
    executablePath: options.chromium,
    headless: true,
    viewport: VIEWPORT,
    permissions: ['clipboard-read', 'clipboard-write'],
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  if (options.language !== 'en') {
    await browser.addCookies([{ name: 'vscode.nls.locale', value: options.language, url: address }]);
    await browser.addInitScript((language) => localStorage.setItem('vscode.nls.locale', language), options.language);
  }
  return browser;
}

/** Runs one scenario in a window of its own and writes what it saw into its `out`. */
async function play(browser, address, server, { scenario, ...wishes }) {
  const page = await browser.newPage();
  // Asked when a window with unsaved texts is left.
  page.on('dialog', (dialog) => void dialog.accept().catch(() => {}));
  const workbench = new Workbench(page);
  const observer = new Observer(workbench, wishes.screenshots, wishes.prefix);
  try {
    const { run } = await import(`./${scenario}.mjs`);
    await workbench.open(address, wishes.workspace);
    await run({ workbench, observer, extensions: server.extensions, address }, { ...wishes, language: options.language });
  } catch (error) {
    observer.seen.window = { error: error.stack };
  } finally {
    // Leaving the window in order ends its extension host, and with it its language server.
    await page.goto('about:blank').catch(() => {});
    await page.close().catch(() => {});
    writeFileSync(wishes.out, JSON.stringify(observer.seen, null, 1));
  }
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const server = new CodeServer(options.codeServer, options.home, options.environment, options.language);
let browser;
try {
  server.install(options.extensions);
  if (options.language !== 'en') {
    declareLanguage(server);
  }
  const address = await server.start();
  browser = await openBrowser(address);
  say({ ready: address });
  for await (const line of createInterface({ input: process.stdin })) {
    await play(browser, address, server, JSON.parse(line));
    say({ done: true, output: server.output.slice(-4000) });
  }
} catch (error) {
  say({ error: `${error.stack}\n${server.output}` });
} finally {
  await browser?.close();
  await server.stop();
}
