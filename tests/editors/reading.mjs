// What helps to read, in a real VS Code window; the assertions are in test_vscode_reading.py.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How large the hover is, and whether the headings of its table stand on one line each. */
async function measured(workbench) {
  return workbench.page.evaluate(() => {
    const hover = document.querySelector('.monaco-hover:not(.hidden)');
    const content = hover.querySelector('.monaco-scrollable-element, .hover-contents') ?? hover;
    const box = hover.getBoundingClientRect();
    const heights = (selector) => [...hover.querySelectorAll(selector)].map((cell) => Math.round(cell.getBoundingClientRect().height));
    return {
      width: Math.round(box.width),
      height: Math.round(box.height),
      whole: Math.round(content.scrollHeight),
      heads: [...hover.querySelectorAll('th')].map((cell) => cell.textContent),
      headHeights: heights('th'),
      links: [...hover.querySelectorAll('a')].map((link) => link.getAttribute('data-href') ?? link.getAttribute('href')),
      code: [...hover.querySelectorAll('.monaco-tokenized-source')].map((block) => block.textContent),
    };
  });
}

/** The colour in which a word of a line is drawn. */
async function colourOf(workbench, context, word) {
  return workbench.editor.evaluate(
    (root, [wanted, name]) => {
      const line = [...root.querySelectorAll('.view-line')].find((item) => item.textContent.includes(wanted));
      const part = [...line.querySelectorAll('span span')].find((item) => item.textContent.trim() === name);
      return part === undefined ? null : getComputedStyle(part).color;
    },
    [context, word],
  );
}

async function observeIn({ workbench, observer }, writeSettings, language, words) {
  const observe = (what, look) => observer.observeAlone(`${what}-${language}`, look);
  writeSettings({ 'torchspore.language': language });
  await workbench.openFile('layers.py');

  await observe('documentation', async () => {
    // The installation is read in the background: hovers get the text once it is there.
    let text = '';
    for (const deadline = Date.now() + 150_000; Date.now() < deadline; ) {
      text = await workbench.hoverText('torch.abs(x)', 'abs', words.written).catch((error) => error.message);
      if (text.includes('absolute value')) {
        return { text, ...(await measured(workbench)) };
      }
      await workbench.leave();
    }
    throw new Error(`no documentation came; the last hover was ${JSON.stringify(text)}`);
  });

  await observe('call', async () => {
    const text = await workbench.hoverText('nn.Conv2d(3', 'Conv2d', words.written);
    return { text, ...(await measured(workbench)) };
  });

  await observe('table', async () => {
    const text = await workbench.hoverText('net.state_dict()', 'state_dict', words.table);
    return { text, ...(await measured(workbench)) };
  });

  await observe('hints', async () => {
    writeSettings({ 'torchspore.inlayHints.counterparts': true, 'torchspore.inlayHints.shapes': true });
    const line = await workbench.until('inlay hint', async () => {
      const found = await workbench.line('nn.Conv2d(3, 64, 3)');
      return found !== undefined && found.includes('→') && found.includes('×') && found;
    });
    return line;
  });
  writeSettings({ 'torchspore.inlayHints.counterparts': false, 'torchspore.inlayHints.shapes': false });

  await observe('tokens', async () => {
    writeSettings({ 'torchspore.semanticTokens.enable': true });
    return workbench.until('coloured buffer', async () => {
      const colour = await colourOf(workbench, 'self.bn.running_mean', 'running_mean');
      const other = await colourOf(workbench, 'self.bn.running_mean', '.bn.');
      return colour !== null && other !== null && { colour, other };
    });
  });
  writeSettings({ 'torchspore.semanticTokens.enable': false });

  await observe('signature', async () => {
    await workbench.openFile('layers.py');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('x = nn.Sequential(nn.Conv2d(3, 64, ');
    const widget = workbench.page.locator('.parameter-hints-widget.visible');
    return workbench.until('signature help', async () => {
      const text = await widget.innerText({ timeout: 1000 }).catch(() => '');
      return words.beside.test(text) && text;
    });
  });
  await workbench.page.keyboard.press('Control+Shift+k');

  await observe('completion', async () => {
    await workbench.openFile('cells.py');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.keyboard.type('nn.Conv2');
    const row = await workbench.suggestions("pad_mode='pad'");
    const rows = await workbench.page.locator('.suggest-widget.visible .monaco-list-row').allInnerTexts();
    await observer.picture(`completion-list-${language}`);
    await row.first().click();
    const line = await workbench.waitForLine('has_bias=True');
    return { rows, line };
  });
  await workbench.page.keyboard.press('Control+End');
  await workbench.page.keyboard.press('Shift+Home');
  await workbench.page.keyboard.press('Delete');

  await observe('import', async () => {
    await workbench.openFile('cells.py');
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.keyboard.press('Shift+Home');
    await workbench.page.keyboard.press('Delete');
    await workbench.page.keyboard.type('torch.ca');
    await (await workbench.suggestions('ops.cat')).first().click({ timeout: 30_000 });
    const line = await workbench.waitForLine('ops.cat(');
    const added = await workbench.waitForLine('from mindspore import ops');
    return { line, added };
  });
  await workbench.page.keyboard.press('Control+Shift+k');
}

export async function run(window, options) {
  const writeSettings = (changes) => {
    Object.assign(options.settings, changes);
    writeFileSync(join(options.workspace, '.vscode', 'settings.json'), JSON.stringify(options.settings));
  };
  await observeIn(window, writeSettings, 'en', { written: /Write/, table: /running_mean/, beside: /kernel_size in mindspore/ });
  await observeIn(window, writeSettings, 'zh-cn', { written: /改写为/, table: /形.?状/, beside: /mindspore\.nn\.Conv2d 的/ });
}
