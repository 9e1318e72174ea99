import type { Page } from 'playwright-core';

/** What a person sees on the runs list. */
export interface Screen {
  /** The instant, in ms since 1970, at which a text beginning with `name` was first painted. */
  waitFor(name: string, giveUpMs: number): Promise<number>;
}

/** Signs in, opens the live list and notes when each probe's name is painted. */
export async function watchScreen(page: Page, url: string, token: string): Promise<Screen> {
  await page.addInitScript(notePaints);
  await page.goto(`${url}/sign-in#token=${token}`);
  await page.waitForURL(/\/dashboard/);
  await page.goto(`${url}/runs`);
  await page.getByRole('heading').first().waitFor();
  return {
    waitFor: (name, giveUpMs) =>
      page
        .waitForFunction((text) => Reflect.get(window, 'paintedAt')?.get(text), name, { timeout: giveUpMs, polling: 50 })
        .then((handle) => handle.jsonValue()),
  };
}

/** Runs in the page: looks at what changed after each change and notes the time of the next frame. */
function notePaints(): void {
  const paintedAt = new Map<string, number>();
  const seen = new Set<string>();
  Reflect.set(window, 'paintedAt', paintedAt);
  const look = () => {
    const names = document.body.innerText.match(/probe-\d+-/g) ?? [];
    const fresh = names.filter((name) => !seen.has(name));
    if (fresh.length === 0) return;
    for (const name of fresh) seen.add(name);
    requestAnimationFrame(() => {
      for (const name of fresh) paintedAt.set(name, Date.now());
    });
  };
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}
