import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../bench/ingest/server-process.ts';
import { collectErrors, launchBrowser } from './browser.ts';

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 740 };

interface Call {
  headers: IncomingMessage['headers'];
  body: string;
}

let server: ServerProcess;
let browser: Browser;
let owner: Page;
let sink: Server;
/** Who asks for approvals, and the board they work on: made by the first journey. */
let pat: Page;
let boardId: string;
const calls: Call[] = [];

beforeAll(async () => {
  sink = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    calls.push({ headers: request.headers, body });
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(sink, 'listening');
  server = await createServerProcess({ ALLOW_PRIVATE_TARGETS: 'true' });
  await server.start();
  browser = await launchBrowser();
  owner = await browser.newPage({ viewport: DESKTOP });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  sink.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await owner.screenshot({ path: '/tmp/work-journey-failed.png' });
});

const at = (path: string) => `http://localhost:${server.port}${path}`;
const column = (name: string) => owner.getByRole('region', { name, exact: true });
const card = (title: string) => owner.locator('article').filter({ hasText: title });
const confirm = (name: string | RegExp) => owner.getByRole('dialog').getByRole('button', { name }).click();

/** What a page's own script may do with its session cookie. */
const call = (page: Page, path: string, body: unknown) =>
  page.evaluate(
    async ([url, payload]) => {
      const answer = await fetch(url as string, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(payload),
      });
      return { status: answer.status, body: await answer.json() };
    },
    [`/api/v1${path}`, body] as const,
  );

async function invite(email: string): Promise<string> {
  await owner.goto(at('/organization'));
  await owner.getByRole('button', { name: 'Invite' }).click();
  await owner.getByLabel('E-mail').fill(email);
  await owner.getByLabel('Changes all boards').check();
  await confirm('Make the link');
  const link = await owner.locator('[data-secret]').textContent();
  await confirm('I have kept it');
  return link ?? '';
}

/** A newcomer in a browser of their own joins by the link. */
async function join(link: string, name: string): Promise<Page> {
  const page = await (await browser.newContext({ viewport: DESKTOP })).newPage();
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  expect(await page.locator('[data-secret]').textContent()).toMatch(/^mcp_/);
  await page.getByRole('button', { name: /go on/ }).click();
  await page.waitForURL(/\/dashboard/);
  return page;
}

async function subscribe(url: string): Promise<string> {
  await owner.goto(at('/webhooks'));
  await owner.getByRole('button', { name: 'Add a webhook' }).click();
  await owner.getByLabel('Name').fill('journey');
  await owner.getByLabel('Address').fill(url);
  await owner
    .getByLabel(/approval\.resolved/)
    .first()
    .check();
  await confirm(/^Add/);
  const secret = await owner.locator('[data-secret]').textContent();
  await confirm(/kept/);
  return secret ?? '';
}

const drag = (what: Locator, where: Locator) => what.dragTo(where, { targetPosition: { x: 120, y: 300 } });

it('invites, builds a board, is held back by the approval rule, approves on a phone, and finds it on record', async () => {
  const errors = collectErrors(owner);
  await owner.goto(at(`/sign-in#token=${server.token}`));
  await owner.waitForURL(/\/dashboard/);

  pat = await join(await invite('pat@example.com'), 'Pat');
  await owner.reload();
  await owner.getByText('Pat', { exact: true }).first().waitFor();
  const { port } = sink.address() as AddressInfo;
  const secret = await subscribe(`http://127.0.0.1:${port}/hook`);

  await owner.goto(at('/boards/new'));
  await owner.getByLabel('Name').fill('Journey');
  await owner.getByLabel('Description').fill('One task from start to done.');
  await owner.getByRole('button', { name: 'Create the board' }).click();
  await owner.waitForURL(/\/boards\/[0-9a-f-]{36}/);
  boardId = /boards\/([0-9a-f-]{36})/.exec(owner.url())?.[1] ?? '';

  await owner.getByRole('button', { name: /create the first task/i }).click();
  await owner.getByLabel('Title', { exact: true }).fill('Publish the report');
  await confirm('Create the task');
  await column('Inbox').locator('article').waitFor();

  await drag(card('Publish the report'), column('Done'));
  await owner.getByText(/Not moved/).waitFor();
  await column('Inbox').locator('article').waitFor();

  await owner.getByRole('link', { name: 'Publish the report' }).click();
  await owner.waitForURL(/taskId=/);
  const taskId = new URL(owner.url()).searchParams.get('taskId') ?? '';
  const asked = await call(pat, `/boards/${boardId}/approvals`, {
    action_type: 'publish_report',
    task_id: taskId,
    confidence: 90,
    payload: { reason: 'Everybody has read it.' },
  });
  expect(asked.status).toBe(200);

  await owner.setViewportSize(PHONE);
  await owner.goto(at('/approvals'));
  await owner.getByRole('link', { name: 'publish_report' }).click();
  await owner.getByText('Everybody has read it.').first().waitFor();
  await owner.getByRole('button', { name: 'Approve', exact: true }).click();
  await owner.getByText('Approved.').waitFor();
  await owner.setViewportSize(DESKTOP);

  await owner.goto(at(`/boards/${boardId}`));
  await column('Inbox').locator('article').waitFor();
  await drag(card('Publish the report'), column('Done'));
  await column('Done').locator('article').waitFor();
  await owner.reload();
  await column('Done').locator('article').waitFor();

  await owner.goto(at('/audit'));
  await owner
    .getByText(/approval\.(resolved|approved)/)
    .first()
    .waitFor();

  await expect.poll(() => calls.length, { timeout: 15_000 }).toBeGreaterThan(0);
  const [delivered] = calls;
  const signed = `${delivered?.headers['webhook-id']}.${delivered?.headers['webhook-timestamp']}.${delivered?.body}`;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  expect(delivered?.headers['webhook-signature']).toContain(createHmac('sha256', key).update(signed).digest('base64'));
  await owner.goto(at('/webhooks'));
  await owner.getByText('journey').first().click();
  await owner
    .getByText(/delivered/i)
    .first()
    .waitFor();
  // The refused move is an answer, which the browser notes by itself.
  expect(errors.filter((error) => !error.includes('status of 409'))).toEqual([]);
});

it('decides alike about several approvals, and changes several tasks at once', async () => {
  for (const service of ['mail', 'search']) {
    const request = { action_type: 'restart_service', confidence: 60, payload: { reason: `The ${service} hangs.` } };
    expect((await call(pat, `/boards/${boardId}/approvals`, request)).status).toBe(200);
    expect((await call(pat, `/boards/${boardId}/tasks`, { title: `Watch the ${service}` })).status).toBe(200);
  }
  await owner.goto(at(`/boards/${boardId}/approvals`));
  await owner.getByLabel('Choose row 1').check();
  await owner.getByRole('button', { name: 'All 2 alike' }).click();
  await owner.keyboard.press('a');
  await confirm('Approve 2 approvals');
  await owner.getByText('2 approvals approved.').waitFor();

  await owner.goto(at(`/boards/${boardId}`));
  await owner.getByRole('link', { name: 'Watch the mail' }).focus();
  await owner.keyboard.press('x');
  await owner.getByRole('link', { name: 'Watch the search' }).click({ modifiers: ['Shift'] });
  await owner.getByRole('button', { name: 'Status' }).click();
  await owner.getByRole('menuitem', { name: 'In progress' }).click();
  await owner.getByText('2 tasks changed.').waitFor();
  await expect.poll(() => column('In progress').locator('article').count()).toBe(2);
});

it('works on a phone without sideways scroll', async () => {
  await owner.setViewportSize(PHONE);
  const work = ['/boards', '/board-groups', '/approvals', '/activity', '/tags', '/custom-fields'];
  const admin = ['/audit', '/webhooks', '/jobs', '/skills/marketplace', '/skills/packs', '/agents/new'];
  for (const path of [...work, ...admin, '/organization', '/settings', '/onboarding']) {
    await owner.goto(at(path));
    await owner.getByRole('heading', { level: 1 }).first().waitFor();
    expect(owner.url()).toContain(path);
    const overflow = await owner.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});
