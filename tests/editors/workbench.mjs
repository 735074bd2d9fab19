// The VS Code window as a test sees it: what a user can point at, type and read.
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 30_000;
/** How long one hover may take to show its text before the mouse comes again. */
const HOVER_MS = 2500;
/** How long suggestions may take before they are asked for. */
const SUGGESTIONS_MS = 5000;
/** How long the command palette may take to show all of its rows. */
const OFFER_MS = 8000;
/** An empty place: below the text of every test file. */
const AWAY = [1000, 730];

export class Workbench {
  /** `page` is a Playwright page. */
  constructor(page) {
    this.page = page;
  }

  get editor() {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  async open(address, folder) {
    await this.page.goto(`${address}/?folder=${folder}`, { waitUntil: 'domcontentloaded' });
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 2 * PATIENCE_MS });
  }

  async openFile(name) {
    const row = this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
    await row.dblclick({ timeout: 2 * PATIENCE_MS });
    await this.page.locator('.tab.active', { hasText: name }).waitFor({ timeout: PATIENCE_MS });
    await this.editor.locator('.view-line').first().waitFor({ timeout: PATIENCE_MS });
  }

  /** Opens a file by its name, where the explorer is hidden. */
  async quickOpen(name) {
    await this.page.keyboard.press('Control+p');
    await this.page.locator('.quick-input-widget input').first().fill(name, { timeout: PATIENCE_MS });
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click({ timeout: PATIENCE_MS });
    await this.page.locator('.tab.active', { hasText: name }).waitFor({ timeout: PATIENCE_MS });
    await this.page.locator('.view-line').first().waitFor({ timeout: PATIENCE_MS });
  }

  /** Opens a notebook and returns what holds the editors of its cells. */
  async openNotebook(name) {
    const row = this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
    await row.dblclick({ timeout: PATIENCE_MS });
    const notebook = this.page.locator('.notebookOverlay').first();
    await notebook.locator('.view-line').first().waitFor({ timeout: PATIENCE_MS });
    return notebook;
  }

  /** The text of the first visible line that holds `text`, or undefined. */
  async line(text) {
    const lines = await this.editor.locator('.view-line').allInnerTexts();
    return lines.map(plain).find((line) => line.includes(text));
  }

  async waitForLine(text) {
    return this.until(`a line with "${text}"`, () => this.line(text));
  }

  /** Moves the mouse over the first occurrence of `word` in the line that holds `context`, as a user reads a hover. */
  async hover(context, word, root = this.editor) {
    const box = await root.evaluate(
      (root, [wantedLine, wantedWord]) => {
        const text = (node) => node.textContent.replaceAll('\u00a0', ' ');
        const line = [...root.querySelectorAll('.view-line')].find((item) => text(item).includes(wantedLine));
        if (line === undefined) {
          return null;
        }
        let position = text(line).indexOf(wantedLine) + wantedLine.indexOf(wantedWord) + 1;
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          if (position < node.length) {
            const range = document.createRange();
            range.setStart(node, position);
            range.setEnd(node, position + 1);
            const { x, y, width, height } = range.getBoundingClientRect();
            return { x: x + width / 2, y: y + height / 2 };
          }
          position -= node.length;
        }
        return null;
      },
      [context, word],
    );
    if (box === null) {
      throw new Error(`no visible line holds "${context}"`);
    }
    // Two moves: a hover starts when the mouse comes, not when it is there already.
    await this.page.mouse.move(box.x + 60, box.y + 60);
    await this.page.mouse.move(box.x, box.y, { steps: 4 });
  }

  /** The text of the hover once it matches `expected`; the server may still be reading the file, so it hovers again. */
  async hoverText(context, word, expected, root = this.editor) {
    let last = '';
    try {
      return await this.until(`a hover like ${expected}`, async () => {
        await this.hover(context, word, root);
        const shown = this.page.locator('.monaco-hover:not(.hidden) .hover-contents');
        const text = async () => (await shown.allInnerTexts()).map(plain).join('\n');
        for (const deadline = Date.now() + HOVER_MS; Date.now() < deadline; await delay(100)) {
          last = await text();
          if (expected.test(last)) {
            return last;
          }
        }
        await this.leave();
        return undefined;
      });
    } catch (error) {
      throw new Error(`${error.message}; the last hover was ${JSON.stringify(last)}`);
    }
  }

  /** Takes the mouse away, so that no hover covers what comes next. */
  async leave() {
    await this.page.mouse.move(...AWAY);
    await this.page.locator('.monaco-hover:not(.hidden) .hover-contents').first().waitFor({ state: 'hidden', timeout: 10_000 });
  }

  /** Puts the caret by "Go to Line/Column" and waits until the line with `text` is shown. */
  async caret(text, lineNumber, column) {
    await this.leave();
    await this.page.keyboard.press('Control+g');
    await this.page.locator('.quick-input-widget input').waitFor({ timeout: PATIENCE_MS });
    await this.page.keyboard.type(`${lineNumber}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden', timeout: PATIENCE_MS });
    await this.waitForLine(text);
  }

  /** Opens the light bulb's menu at the caret and returns its rows once one holds `expected`. */
  async codeActions(expected) {
    await this.page
      .locator('[class*="codicon-gutter-lightbulb"], .lightBulbWidget')
      .first()
      .waitFor({ state: 'attached', timeout: PATIENCE_MS });
    const rows = this.page.locator('.action-widget .monaco-list-row');
    let seen = [];
    try {
      return await this.until(`a code action with "${expected}"`, async () => {
        await this.page.keyboard.press('Control+.');
        await rows.first().waitFor({ timeout: 4000 }).catch(() => {});
        seen = (await rows.allInnerTexts()).map(plain).filter(Boolean);
        if (seen.some((row) => row.includes(expected))) {
          return seen;
        }
        await this.page.keyboard.press('Escape');
        return undefined;
      });
    } catch (error) {
      throw new Error(`${error.message}; the menu held ${JSON.stringify(seen)}`);
    }
  }

  /** Opens the menu of source actions at the caret and returns its rows once one holds `expected`. */
  async sourceActions(expected) {
    const rows = this.page.locator('.action-widget .monaco-list-row');
    return this.until(`a source action with "${expected}"`, async () => {
      await this.command('Source Action...');
      await rows.first().waitFor({ timeout: 4000 }).catch(() => {});
      const seen = (await rows.allInnerTexts()).map(plain).filter(Boolean);
      if (seen.some((row) => row.includes(expected))) {
        return seen;
      }
      await this.page.keyboard.press('Escape');
      return undefined;
    });
  }

  async chooseCodeAction(text) {
    await this.page.locator('.action-widget .monaco-list-row', { hasText: text }).first().click({ timeout: PATIENCE_MS });
  }

  /** The rows with `text` of the list of suggestions; asks for it where it does not come by itself, or without them. */
  async suggestions(text) {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: text });
    await this.until(`a suggestion with "${text}"`, async () => {
      if (await rows.first().waitFor({ timeout: SUGGESTIONS_MS }).then(() => true, () => false)) {
        return true;
      }
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+Space');
      return undefined;
    });
    return rows;
  }

  /** Runs a command by its title in the command palette. */
  async command(title) {
    await this.leave();
    await this.page.keyboard.press('F1');
    // At once: the palette searches again after every key.
    await this.page.locator('.quick-input-widget input').first().fill(`>${title}`, { timeout: PATIENCE_MS });
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click({ timeout: PATIENCE_MS });
  }

  /** Those of some titles that the command palette does not offer to who types them. */
  async missing(titles) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    const left = [];
    for (const title of titles) {
      // one at a time: only the rows in view are drawn, and in Chinese they are twice as high
      await input.fill(`>${title}`, { timeout: PATIENCE_MS });
      let isThere = false;
      for (const deadline = Date.now() + OFFER_MS; Date.now() < deadline && !isThere; await delay(100)) {
        isThere = (await rows.allInnerTexts()).some((row) => plain(row).includes(title));
      }
      if (!isThere) {
        left.push(title);
      }
    }
    await this.page.keyboard.press('Escape');
    return left;
  }

  /** Types into the input box a command opened. */
  async answer(text) {
    const input = this.page.locator('.quick-input-widget:not([style*="display: none"]) input').first();
    await input.waitFor({ timeout: PATIENCE_MS });
    await input.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** The active editor's whole text, through the clipboard: the window draws only the lines in view. */
  async wholeText() {
    await this.editor.locator('.view-line').first().click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.press('Control+c');
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The text of a notification that holds `expected`. */
  async notification(expected) {
    const toast = this.page.locator('.notification-toast .notification-list-item', { hasText: expected }).first();
    await toast.waitFor({ timeout: PATIENCE_MS });
    return plain(await toast.innerText());
  }

  async notifications() {
    const toasts = this.page.locator('.notification-toast .notification-list-item');
    return (await toasts.allInnerTexts()).map(plain);
  }

  async clearNotifications() {
    await this.command('Notifications: Clear All Notifications');
    await this.page.locator('.notification-toast').first().waitFor({ state: 'hidden', timeout: PATIENCE_MS });
  }

  /** The texts of the lenses, once `count` of them hold `text`. */
  async lenses(text, count) {
    const found = this.editor.locator('.codelens-decoration', { hasText: text });
    await this.until(`${count} lenses with "${text}"`, async () => (await found.count()) >= count);
    return (await found.allInnerTexts()).map(plain);
  }

  /** Clicks the lens over the class of that name: the nearest one above its head. */
  async clickLens(name) {
    await this.waitForLine(`class ${name}`);
    const box = await this.editor.evaluate((root, wanted) => {
      const line = [...root.querySelectorAll('.view-line')].find((item) => item.textContent.replaceAll('\u00a0', ' ').includes(`class ${wanted}`));
      const top = line.getBoundingClientRect().top;
      const above = [...root.querySelectorAll('.codelens-decoration a')]
        .map((link) => link.getBoundingClientRect())
        .filter((place) => place.top < top + 2 && place.height > 0)
        .sort((one, other) => other.top - one.top)[0];
      return above && { x: above.x + above.width / 2, y: above.y + above.height / 2 };
    }, name);
    await this.page.mouse.click(box.x, box.y);
  }

  /** Clicks the link in the open hover. */
  async clickHoverLink(text) {
    await this.page.locator('.monaco-hover:not(.hidden) a', { hasText: text }).first().click({ timeout: PATIENCE_MS });
  }

  /** The title and text of the rendered document in front, once it holds `expected`. */
  async preview(title, expected) {
    const tab = this.page.locator('.tab.active', { hasText: title });
    await tab.waitFor({ timeout: PATIENCE_MS });
    const text = await this.until(`a page with "${expected}"`, async () => {
      for (const frame of this.page.frames()) {
        const found = await frame.locator('.markdown-body').innerText({ timeout: 500 }).catch(() => '');
        if (found.includes(expected)) {
          return found;
        }
      }
      return undefined;
    });
    return { title: plain(await tab.first().innerText()), text };
  }

  /** The number of the line that the caret is in, from the status bar. */
  async caretLine() {
    const text = await this.page.locator('#status\\.editor\\.selection').innerText();
    return Number(/(\d+)/.exec(text)?.[1]);
  }

  async screenshot(path) {
    await this.page.screenshot({ path });
  }

  /** Calls `look` until it returns something. */
  async until(what, look) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const value = await look();
      if (value !== undefined && value !== false) {
        return value;
      }
      if (Date.now() > deadline) {
        throw new Error(`no ${what} within ${PATIENCE_MS / 1000} s`);
      }
      await delay(200);
    }
  }
}

/** The editor draws blanks as non-breaking spaces. */
function plain(text) {
  return text.replaceAll('\u00a0', ' ').trimEnd();
}
