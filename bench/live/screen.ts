import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

/** What a person sees on the runs list. */
export interface Screen {
  /** The instant, in ms since 1970, at which a text beginning with `name` was first painted. */
  waitFor(name: string, giveUpMs: number): Promise<number>;
}

/** Signs in, opens the live list and notes when each probe's name is painted. */
export async function watchScreen(page: Page, url: string, token: string): Promise<Screen> {
  await page.addInitScript({ path: fileURLToPath(new URL('note-paints.js', import.meta.url)) });
  await page.goto(`${url}/sign-in#token=${token}`);
  await page.waitForURL(/\/dashboard/);
  await page.goto(`${url}/runs`);
  await page.locator('[data-live=live]').first().waitFor();
  return {
    waitFor: (name, giveUpMs) =>
      page
        .waitForFunction((text) => Reflect.get(window, 'paintedAt')?.get(text), name, {
          timeout: giveUpMs,
          polling: 50,
        })
        .then((handle) => handle.jsonValue()),
  };
}
