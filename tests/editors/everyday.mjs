// What people do every day, in a real VS Code window; the assertions are in test_vscode.py.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONVERT_CALL = 'Convert to `mindspore.nn.Conv2d(…)`';

/** The process of this window's language server: only its command line names this window's log file. */
function serverProcess(extensions, log) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return command.includes(log) && command.some((part) => part.startsWith(extensions) && part.endsWith('run_server.py'));
      } catch {
        return false;
      }
    });
}

export async function run({ workbench, observer, extensions }, options) {
  const observe = (name, look) => observer.observeAlone(name, look);
  const ownServer = () => serverProcess(extensions, options.log);
  const writeSettings = (changes) => {
    Object.assign(options.settings, changes);
    writeFileSync(join(options.workspace, '.vscode', 'settings.json'), JSON.stringify(options.settings));
  };

  await observe('diagnostics', async () => {
    await workbench.openFile('network.py');
    await workbench.editor.locator('[class*="squiggly-"]').first().waitFor({ timeout: 60_000 });
    await workbench.page.keyboard.press('Control+Shift+m');
    const row = workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'TS101' }).first();
    await row.waitFor({ timeout: 30_000 });
    return (await row.innerText()).replaceAll('\u00a0', ' ');
  });
  await workbench.page.keyboard.press('Control+j');

  await observe('hover', () => workbench.hoverText('net.buffers()', 'buffers', /running_mean/));

  await observe('hover-zh-cn', async () => {
    writeSettings({ 'torchspore.language': 'zh-cn' });
    return workbench.hoverText('net.buffers()', 'buffers', /\p{Script=Han}/u);
  });
  writeSettings({ 'torchspore.language': 'en' });

  await observe('notebook', async () => {
    const notebook = await workbench.openNotebook('notebook.ipynb');
    return workbench.hoverText('net.buffers()', 'buffers', /running_mean/, notebook);
  });
  await workbench.openFile('network.py');

  await observe('lens', async () => {
    await workbench.openFile('state.py');
    return workbench.lenses('buffers', 2);
  });

  await observe('lens-list', async () => {
    await workbench.openFile('state.py');
    await workbench.clickLens('Tower');
    return workbench.preview('state.py.md', 'head.weight');
  });
  await workbench.openFile('state.py');

  await observe('long-hover', () => workbench.hoverText('tower.state_dict()', 'state_dict', /more/));

  await observe('long-hover-list', async () => {
    await workbench.openFile('state.py');
    await workbench.hoverText('tower.state_dict()', 'state_dict', /more/);
    await workbench.clickHoverLink('more');
    return workbench.preview('state.py.md', 'head.weight');
  });
  await workbench.openFile('state.py');

  await observe('definition', async () => {
    const line = 'mean = tower.state_dict()["blocks.1.bn.running_mean"]';
    await workbench.caret(line, 29, line.indexOf('running_mean') + 3);
    await workbench.page.keyboard.press('F12');
    await workbench.until('jump', async () => (await workbench.caretLine()) !== 29);
    return { number: await workbench.caretLine(), line: await workbench.line('self.bn = ') };
  });

  await observe('string-completion', async () => {
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('tower.state_dict()["blocks.2.');
    await workbench.page.keyboard.press('Control+Space');
    return (await workbench.suggestions('blocks.2.')).allInnerTexts();
  });

  await observe('accepted-string-completion', async () => {
    const line = 'tower.state_dict()["blocks.2.';
    // The editor has closed the quote and the bracket.
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('Control+Space');
    const row = await workbench.suggestions('blocks.2.bn.running_var');
    await row.first().click({ timeout: 30_000 });
    return workbench.until('completed name', async () => {
      const changed = await workbench.line(line);
      return changed !== undefined && changed.includes('running_var') && changed;
    });
  });
  await workbench.openFile('network.py');

  await observe('preview', async () => {
    await workbench.command('TorchSpore: Preview the Conversion of This File');
    const converted = workbench.page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'mindspore' });
    await converted.first().waitFor({ timeout: 30_000 });
    const tab = await workbench.page.locator('.tab.active').innerText();
    const line = await converted.first().innerText();
    return { tab, line: line.replaceAll('\u00a0', ' ') };
  });
  await workbench.openFile('network.py');

  await observe('explanation', async () => {
    await workbench.command('TorchSpore: Explain a Symbol or a Finding');
    await workbench.answer('torch.nn.Module.buffers');
    const tab = workbench.page.locator('.tab.active', { hasText: 'torch.nn.Module.buffers' });
    await tab.waitFor({ timeout: 30_000 });
    return workbench.until('page of the explanation', async () => {
      for (const frame of workbench.page.frames()) {
        const text = await frame.locator('.markdown-body').innerText({ timeout: 500 }).catch(() => '');
        if (text.includes('torch.nn.Module.buffers')) {
          return text;
        }
      }
      return undefined;
    });
  });
  await workbench.openFile('network.py');

  await observe('report', async () => {
    await workbench.command('TorchSpore: Report What a Conversion of This File Would Do');
    const { text } = await workbench.preview('network.py.md', 'Conversion to MindSpore');
    for (const frame of workbench.page.frames()) {
      const link = frame.locator('.markdown-body a', { hasText: /^28:/ });
      if ((await link.count().catch(() => 0)) > 0) {
        await link.first().click();
      }
    }
    await workbench.page.locator('.tab.active', { hasText: 'network.py' }).waitFor({ timeout: 30_000 });
    const line = await workbench.until('the place', async () => (await workbench.caretLine()) === 28 && workbench.caretLine());
    return { text, line };
  });
  await workbench.openFile('network.py');

  await observe('code-actions', async () => {
    await workbench.caret('self.conv = nn.Conv2d', 8, 26);
    return workbench.codeActions(CONVERT_CALL);
  });

  await observe('converted-call', async () => {
    await workbench.caret('self.conv = nn.Conv2d', 8, 26);
    await workbench.codeActions(CONVERT_CALL);
    await workbench.chooseCodeAction(CONVERT_CALL);
    return workbench.until('change of the call', async () => {
      const line = await workbench.line('self.conv = ');
      return line !== undefined && !line.includes(' nn.Conv2d(3, 64, 3)') && line;
    });
  });

  await observe('fixed-finding', async () => {
    const line = await workbench.editor.locator('.view-line', { hasText: 'self.mask' }).first().innerText();
    // The conversion before this one may have added an import above.
    const number = await lineNumber(workbench, 'self.mask');
    await workbench.caret('self.mask', number, line.length - line.trimStart().length + 3);
    const rows = await workbench.codeActions('TS101');
    const fix = rows.find((row) => row.includes('TS101') && !/^(Explain|Disable)/.test(row));
    await workbench.chooseCodeAction(fix);
    return workbench.until('registered buffer', async () => {
      const changed = await workbench.line('register_buffer("mask"');
      return changed !== undefined && changed.trimStart().startsWith('self.register_buffer(') && changed;
    });
  });

  await observe('completion', async () => {
    await workbench.openFile('cell.py');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.type('net.buf');
    // The row shows the counterpart and, beside it, the name it stands for.
    await workbench.suggestions('untrainable_params()');
    return (await workbench.suggestions('buffers')).allInnerTexts();
  });

  await observe('accepted-completion', async () => {
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Shift+Home');
    await workbench.page.keyboard.type('net.buf');
    const row = await workbench.suggestions('untrainable_params()');
    await row.first().click({ timeout: 30_000 });
    return workbench.waitForLine('net.untrainable');
  });

  await observe('crash', async () => {
    await workbench.openFile('network.py');
    const before = ownServer();
    if (before === undefined) {
      throw new Error('no server process found');
    }
    process.kill(before, 'SIGKILL');
    const message = await workbench.notification('stopped unexpectedly');
    const after = await workbench.until('new server process', () => {
      const pid = ownServer();
      return pid !== undefined && pid !== before && pid;
    });
    const hover = await workbench.hoverText('net.buffers()', 'buffers', /running_mean/);
    return { message, restarted: after !== before, hover, notifications: await workbench.notifications() };
  });

  await observe('missing-interpreter', async () => {
    await workbench.clearNotifications();
    const interpreter = options.settings['torchspore.interpreter'];
    writeSettings({ 'torchspore.interpreter': ['/nonexistent/python'] });
    const message = await workbench.notification('/nonexistent/python');
    await observer.picture('missing-interpreter-message');
    const count = (await workbench.notifications()).length;
    await workbench.clearNotifications();
    writeSettings({ 'torchspore.interpreter': [options.oldInterpreter] });
    const old = await workbench.notification(options.oldInterpreter);
    writeSettings({ 'torchspore.interpreter': interpreter });
    const hover = await workbench.hoverText('net.buffers()', 'buffers', /running_mean/);
    return { message, count, old, hover };
  });

  await observe('own-command', async () => {
    await workbench.clearNotifications();
    writeSettings({ 'torchspore.path': ['/bin/sh', '-c', 'echo this is no server >&2'] });
    const message = await workbench.notification('this is no server');
    const count = (await workbench.notifications()).length;
    writeSettings({ 'torchspore.path': options.ownCommand });
    const hover = await workbench.hoverText('net.buffers()', 'buffers', /running_mean/);
    const bundled = ownServer() !== undefined;
    writeSettings({ 'torchspore.path': [] });
    await workbench.until('bundled server', () => ownServer() !== undefined);
    return { message, count, hover, bundled };
  });

  await observe('chosen-interpreter', async () => {
    await workbench.clearNotifications();
    const right = readFileSync(options.chosenInterpreter, 'utf8');
    writeSettings({ 'torchspore.interpreter': [] });
    await workbench.hoverText('net.buffers()', 'buffers', /running_mean/);
    const information = await workbench.until('interpreter of the Python extension', async () => {
      await workbench.command('TorchSpore: Show Debug Information');
      await workbench.page.locator('.tab.active', { hasText: 'TorchSpore.json' }).waitFor({ timeout: 30_000 });
      const text = await workbench.wholeText();
      await workbench.openFile('network.py');
      return text.includes('"source": "ms-python.python"') && text;
    });
    writeFileSync(options.chosenInterpreter, '/nonexistent/chosen');
    const message = await workbench.notification('/nonexistent/chosen');
    writeFileSync(options.chosenInterpreter, right);
    const hover = await workbench.hoverText('net.buffers()', 'buffers', /running_mean/);
    return { debug_information: information, message, hover };
  });
}

async function lineNumber(workbench, text) {
  return workbench.editor.evaluate((root, wanted) => {
    const top = (node) => node.getBoundingClientRect().top;
    const line = [...root.querySelectorAll('.view-line')].find((item) => item.textContent.includes(wanted));
    const numbers = [...root.querySelectorAll('.margin-view-overlays .line-numbers')];
    return Number(numbers.find((number) => Math.abs(top(number) - top(line)) < 2)?.textContent);
  }, text);
}
