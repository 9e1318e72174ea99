import { entrypoint, init, shutdown, step, tool } from '@mission-control/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../bench/ingest/server-process.ts';
import { collectErrors, launchBrowser } from './browser.ts';

const DESKTOP = { width: 1440, height: 900 };

let server: ServerProcess;
let browser: Browser;
let page: Page;
let errors: string[];
let agent: Awaited<ReturnType<typeof startAgent>>;
beforeAll(async () => {
  server = await createServerProcess();
  await server.start();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: DESKTOP });
  errors = collectErrors(page);
});
afterAll(async () => {
  await shutdown();
  await browser.close();
  await server.stop();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: '/tmp/journey-failed.png' });
});

const at = (path: string) => `http://localhost:${server.port}${path}`;

/** An agent whose runs read a document, try to send mail that they never declared, and fail at `publish`. */
async function startAgent(key: string) {
  await init({
    agent: 'courier',
    url: at(''),
    key,
    manifest: { tools: [{ name: 'docs/read', side_effect: 'read' }] },
  });
  const sent: string[] = [];
  const read = tool(async ({ path }: { path: string }) => `text of ${path}`, { name: 'docs/read', effect: 'read' });
  const send = tool(
    async ({ to }: { to: string }) => {
      sent.push(to);
    },
    { name: 'mail/send', effect: 'non_idempotent' },
  );
  const deliver = entrypoint('courier', async (hold: Promise<void>) => {
    await step('plan', () => read({ path: 'letter.md' }));
    await hold;
    await step('notify', () => send({ to: 'someone@example.com' })).catch(() => undefined);
    await step('publish', () => {
      throw new RangeError('the press is out of paper');
    });
  });
  return { deliver, sent };
}

it('signs in, watches a run appear live, opens its failed step and sees the blocked call', async () => {
  await page.goto(at(`/sign-in#token=${server.token}`));
  await page.waitForURL(/\/dashboard/);
  expect(page.url()).not.toContain(server.token);

  await page.goto(at('/keys'));
  await page
    .getByRole('button', { name: /new key|create/i })
    .first()
    .click();
  await page.getByRole('textbox', { name: /name/i }).fill('courier');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /create|make/i })
    .click();
  const shown = await page
    .getByText(/mcs_[A-Za-z0-9_-]{43}/)
    .first()
    .textContent();
  const key = /mcs_[A-Za-z0-9_-]{43}/.exec(shown ?? '')?.[0] ?? '';
  agent = await startAgent(key);
  const { deliver, sent } = agent;

  await page.goto(at('/runs'));
  let release: () => void = () => undefined;
  const failed = deliver(new Promise<void>((resolve) => (release = resolve))).catch((error: Error) => error);
  const row = page.getByRole('row').filter({ hasText: 'courier' }).first();
  await row
    .getByText(/plan|docs.read/)
    .first()
    .waitFor();
  release();
  expect(await failed).toBeInstanceOf(RangeError);
  await row.getByText('the press is out of paper').waitFor();
  expect(sent).toEqual([]);

  await row.getByRole('link').first().click();
  await page.waitForURL(/\/runs\/[0-9a-f-]{36}/);
  await page.getByText('the press is out of paper').first().waitFor();
  await page.getByText('mail/send').first().click();
  await page
    .getByText(/has not declared the tool "mail\/send"/)
    .first()
    .waitFor();

  await page.goto(at('/violations'));
  await page.getByText('mail/send').first().waitFor();
  expect(errors).toEqual([]);
});

it('shows what happened while its stream was opening', async () => {
  await page.route('**/api/v1/stream?*', (route) => setTimeout(() => void route.continue(), 2_000), { times: 1 });
  const listed = page.waitForResponse(/\/api\/v1\/runs/);
  await page.goto(at('/runs'));
  await listed;
  let release: () => void = () => undefined;
  const failed = agent.deliver(new Promise<void>((resolve) => (release = resolve))).catch((error: Error) => error);
  await page.getByRole('row').filter({ hasText: 'running' }).getByText('docs/read').waitFor();
  release();
  await failed;
});

it('works on a phone without sideways scroll', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/dashboard', '/agents', '/runs', '/violations', '/keys']) {
    await page.goto(at(path));
    await page.getByRole('heading').first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});
