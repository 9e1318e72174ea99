import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Seeded } from './seed.ts';

const GIVE_UP_MS = 60_000;

export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(`${url}/sign-in#token=${token}`);
  await page.waitForURL(/\/dashboard/);
}

export interface OpenedRun {
  /** From the navigation until a row is drawn and a key moves the selection. */
  interactiveMs: number;
  /** Bytes of the steps on the wire. */
  payloadBytes: number;
  /** From the last letter of a search until its count is on screen. */
  searchMs: number;
}

/** Opens a run by its address, as a link in a chat would, and looks for a step in it. */
export async function openRun(page: Page, address: string, steps: number): Promise<OpenedRun> {
  await page.goto('about:blank');
  const answered = page.waitForResponse((response) => response.url().includes('fields=skeleton'), {
    timeout: GIVE_UP_MS,
  });
  const startedAt = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  const tree = page.locator('[data-waterfall]');
  await tree.locator('[role=treeitem]').first().waitFor({ timeout: GIVE_UP_MS });
  const before = await selectedStep(page);
  await tree.press('ArrowDown');
  await page.waitForFunction(
    (old) => {
      const selected = document.querySelector('[role=treeitem][aria-selected=true]')?.getAttribute('data-step');
      return selected !== undefined && selected !== old;
    },
    before,
    { timeout: GIVE_UP_MS },
  );
  const interactiveMs = performance.now() - startedAt;
  // On a phone the selected step lies over the rest.
  await page.keyboard.press('Escape');
  const { responseBodySize } = await (await answered).request().sizes();
  return { interactiveMs, payloadBytes: responseBodySize, searchMs: await search(page, steps) };
}

const selectedStep = (page: Page): Promise<string | null> =>
  page
    .locator('[role=treeitem][aria-selected=true]')
    .first()
    .getAttribute('data-step', { timeout: 5_000 })
    .catch(() => null); // nothing is selected

/** Measured in the page, by its own clock: the way of a key from here is no part of it. */
async function search(page: Page, steps: number): Promise<number> {
  await page.evaluate(() => {
    const count = document.querySelector('[aria-live=polite].num');
    const input = document.querySelector('input[type=search], input[aria-label="Find a step"]');
    let typedAt = 0;
    input?.addEventListener('input', () => {
      typedAt = performance.now();
    });
    new MutationObserver(() => {
      requestAnimationFrame(() => Reflect.set(window, 'searchMs', performance.now() - typedAt));
    }).observe(count ?? document, { subtree: true, childList: true, characterData: true });
  });
  await page.getByLabel('Find a step').fill('plan 7');
  const found = await page.waitForFunction(() => Reflect.get(window, 'searchMs'), undefined, { timeout: GIVE_UP_MS });
  const text = await page.locator('[aria-live=polite].num').first().textContent();
  if (!text?.includes(' of ') || steps === 0) throw new Error(`The search found nothing: ${text}`);
  return (await found.jsonValue()) as number; // as it was set above
}

export interface WatchedGraph {
  /** Milliseconds of the longest task of the main thread while the graph changed. */
  worstTaskMs: number;
  /** Tasks above 50 ms. */
  longTasks: number;
  /** How often the numbers on screen changed. */
  updates: number;
  nodes: number;
  edges: number;
}

/** Watches the graph while calls go on, after it has been drawn once. */
export async function watchGraph(page: Page, url: string, seeded: Seeded, rounds: number): Promise<WatchedGraph> {
  for (const round of [0, 1, 2]) await seeded.call(round);
  const counts = await waitForEdges(page, url);
  await page.goto(`${url}/graph`);
  await page.locator('[data-node]').nth(10).waitFor({ timeout: GIVE_UP_MS });
  await sleep(4_000);
  await page.evaluate(() => {
    const tasks: number[] = [];
    const state = { tasks, updates: 0 };
    Reflect.set(window, 'watched', state);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
    const graph = document.querySelector('[data-graph]');
    if (graph)
      new MutationObserver(() => state.updates++).observe(graph, {
        subtree: true,
        childList: true,
        characterData: true,
      });
  });
  for (let round = 1; round <= rounds; round++) {
    await seeded.call(round);
    await sleep(2_000);
  }
  const watched = await page.evaluate(() => Reflect.get(window, 'watched') as { tasks: number[]; updates: number }); // as it was set above
  if (watched.updates === 0) throw new Error('The graph did not change on screen: nothing was measured.');
  return {
    ...counts,
    worstTaskMs: Math.max(0, ...watched.tasks),
    longTasks: watched.tasks.length,
    updates: watched.updates,
  };
}

/** Until the job has summed the first calls. */
async function waitForEdges(page: Page, url: string): Promise<{ nodes: number; edges: number }> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await page.request.get(`${url}/api/v1/graph`);
    const { nodes, edges } = (await answer.json()) as { nodes: unknown[]; edges: unknown[] };
    if (edges.length > 0) return { nodes: nodes.length, edges: edges.length };
    await sleep(1_000);
  }
  throw new Error('The calls did not become edges within a minute.');
}
