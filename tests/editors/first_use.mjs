// node first_use.mjs OPTIONS.json - the editor's part of a first-time user's path: install the .vsix into a fresh profile,
// open a project, hover. Prints seconds by part, and what the hover said. first_use.py does the rest.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { CodeServer } from './code_server.mjs';
import { Workbench } from './workbench.mjs';

const options = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { chromium } = createRequire(join(options.playwright, 'package.json'))('playwright-core');
const seconds = {};
let last = Date.now();

function lap(part) {
  seconds[part] = (Date.now() - last) / 1000;
  last = Date.now();
}

const server = new CodeServer(options.codeServer, options.home, options.environment);
let browser;
try {
  last = Date.now();
  server.install([options.extension]);
  lap('install the .vsix');
  const address = await server.start();
  browser = await chromium.launch({
    executablePath: options.chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const workbench = new Workbench(page);
  await workbench.open(address, options.workspace);
  lap('start the editor with a project');
  await page.locator('.explorer-folders-view .monaco-list-row', { hasText: options.file }).dblclick({ timeout: 60_000 });
  // The walkthrough comes over the file, once; a user looks at it and goes back.
  await page.locator('.gettingStartedContainer', { hasText: 'TorchSpore' }).waitFor({ timeout: 60_000 });
  await page.locator('.tab', { hasText: options.file }).first().click();
  await workbench.waitForLine(options.context);
  const hover = await workbench.hoverText(options.context, options.word, /MindSpore/);
  lap('open a file, first hover');
  process.stdout.write(JSON.stringify({ seconds, hover }));
} finally {
  await browser?.close();
  await server.stop();
}
