// A code-server of its own for one test run: own home, own extensions, nothing shared with the user's editor.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_TIMEOUT_MS = 60_000;

const USER_SETTINGS = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'window.autoDetectColorScheme': false,
  'editor.minimap.enabled': false,
  'editor.hover.delay': 100,
  // What the suggest widget shows must come from the server alone.
  'editor.wordBasedSuggestions': 'off',
};

export class CodeServer {
  #process;
  #output = '';

  /** `entry` is code-server's entry.js; `home` becomes the HOME of the whole editor, which gets `environment` too. */
  constructor(entry, home, environment, language = 'en') {
    this.entry = entry;
    this.language = language;
    this.userData = join(home, 'data');
    this.extensions = join(home, 'extensions');
    this.environment = {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'share'),
      CS_DISABLE_GETTING_STARTED_OVERRIDE: '1',
      // Or it asks the public gallery, which a test machine may not reach.
      EXTENSIONS_GALLERY: '{}',
      ...environment,
    };
    mkdirSync(join(this.userData, 'User'), { recursive: true });
    writeFileSync(join(this.userData, 'User', 'settings.json'), JSON.stringify(USER_SETTINGS));
  }

  get #folders() {
    return ['--user-data-dir', this.userData, '--extensions-dir', this.extensions];
  }

  get output() {
    return this.#output;
  }

  install(packages) {
    const wanted = packages.flatMap((name) => ['--install-extension', name]);
    execFileSync(process.execPath, [this.entry, ...this.#folders, ...wanted], { env: this.environment, stdio: 'pipe' });
  }

  /** Starts it on a free port and returns its address. */
  async start() {
    const port = await freePort();
    const options = ['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`, '--locale', this.language];
    const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'];
    this.#process = spawn(process.execPath, [this.entry, ...this.#folders, ...options, ...quiet], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Its own process group, so that the extension host and the language server end with it.
      detached: true,
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream.on('data', (data) => (this.#output += data));
    }
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.#output.includes('HTTP server listening')) {
      if (Date.now() > deadline || this.#process.exitCode !== null) {
        throw new Error(`code-server did not start:\n${this.#output}`);
      }
      await delay(100);
    }
    return `http://127.0.0.1:${port}`;
  }

  async stop() {
    if (this.#process === undefined || this.#process.exitCode !== null) {
      return;
    }
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    process.kill(-this.#process.pid, 'SIGTERM');
    await ended;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
