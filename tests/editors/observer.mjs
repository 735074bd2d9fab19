// What a scenario has seen, by name, with a picture of each observation.
import { join } from 'node:path';

export class Observer {
  seen = {};
  #started = Date.now();

  /** Pictures go to `folder` and are called `prefix`-NAME.png. */
  constructor(workbench, folder, prefix) {
    this.workbench = workbench;
    this.folder = folder;
    this.prefix = prefix;
  }

  /** Stores what `look` returns, or why it failed: one broken answer must not hide the others. */
  async observe(name, look) {
    try {
      this.seen[name] = { value: (await look()) ?? null };
    } catch (error) {
      this.seen[name] = { error: error.message };
    }
    this.seen[name].seconds = (Date.now() - this.#started) / 1000;
    await this.picture(this.seen[name].error === undefined ? name : `${name}-failed`);
  }

  /** The same, and then closes what is open, which would be in the way of the next observation. */
  async observeAlone(name, look) {
    await this.observe(name, look);
    await this.workbench.page.keyboard.press('Escape').catch(() => {});
    await this.workbench.page.keyboard.press('Escape').catch(() => {});
    await this.workbench.leave().catch(() => {});
  }

  async picture(name) {
    await this.workbench.screenshot(join(this.folder, `${this.prefix}-${name}.png`)).catch(() => {});
  }
}
