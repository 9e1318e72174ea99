import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../../bench/ingest/server-process.ts';
import { launchBrowser } from '../browser.ts';
import { listDangers, type Watch, watchContext } from './hostile/page.ts';
import { type HostileRows, plantHostileRows } from './hostile/rows.ts';
import { makeHostileStrings } from './hostile/strings.ts';

const STRINGS = makeHostileStrings();

let server: ServerProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let watch: Watch;
let rows: HostileRows;
beforeAll(async () => {
  server = await createServerProcess({ RATE_LIMIT_USER: '1000000' });
  await server.start();
  rows = await plantHostileRows(`http://localhost:${server.port}`, server.token, STRINGS);
  browser = await launchBrowser();
  // Without the policy that would stop scripts: the page itself must not make any.
  context = await browser.newContext({ bypassCSP: true, viewport: { width: 1440, height: 900 } });
  watch = await watchContext(context, `http://localhost:${server.port}`);
  page = await context.newPage();
  await page.goto(`http://localhost:${server.port}/sign-in#token=${server.token}`);
  await page.waitForURL('**/dashboard');
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Opens an address of the console and waits until a text stands in it. */
async function visit(path: string, text: string): Promise<void> {
  await page.goto(`http://localhost:${server.port}${path}`);
  await expect
    .poll(() => page.textContent('body'), { timeout: 20_000, message: `${path} shows ${text}` })
    .toContain(text);
  await page.waitForLoadState('networkidle');
  expect([path, await listDangers(page)]).toEqual([path, []]);
  expect(new URL(page.url()).pathname).toBe(path.split('?')[0]);
}

it('renders five hundred hostile strings as Markdown: nothing runs, nothing is asked elsewhere', async () => {
  expect(new Set(STRINGS).size).toBe(500);
  for (const { taskId, last, numbers } of rows.tasks) {
    await visit(`/boards/${rows.boardId}?taskId=${taskId}`, last);
    const shown = (await page.textContent('body')) ?? '';
    expect(numbers.filter((number) => !shown.includes(number))).toEqual([]);
  }
  expect(watch.findings).toEqual([]);
});

it('shows them in every list and panel as text', async () => {
  for (const { path, text } of rows.pages) await visit(path, text);
  expect(watch.findings).toEqual([]);
});

it('notices what does run, ask elsewhere or reorder', async () => {
  await page.evaluate(() => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<img src="https://evil.example/x.png" onerror="__hit()"><p>\u202ex</p>',
    );
  });
  await expect.poll(() => watch.findings).toContain('a script ran');
  expect(watch.findings).toContain('a request to https://evil.example/x.png');
  expect(await listDangers(page)).toHaveLength(3); // the handler, the address, the order
});
