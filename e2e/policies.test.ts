import { setTimeout as sleep } from 'node:timers/promises';
import { entrypoint, init, shutdown, tool } from '@mission-control/sdk';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createServerProcess, type ServerProcess } from '../bench/ingest/server-process.ts';
import { collectErrors, launchBrowser } from './browser.ts';

const TOOL = 'billing/refund.create';
/** With a mistake: nobody knows `tolls`. */
const SOURCE = `version: 1
name: large-refunds
mode: monitor
scope: { agent: refunder }
rules:
  - id: refund-size
    tolls:
      match: [${TOOL}]
      where: { amount: { lte: 200 } }
      action: require_approval
    approval: { timeout: 30m }
tests:
  - name: a small refund passes
    given: { tool: ${TOOL}, args: { amount: 20 } }
    expect: { decision: allow }
  - name: a large one waits for a person
    given: { tool: ${TOOL}, args: { amount: 900 } }
    expect: { decision: require_approval, rule: refund-size }
`;

let server: ServerProcess;
let browser: Browser;
let owner: Page;
let phone: Page;
let errors: string[];
let refund: (amount: number) => Promise<string>;
const refunded: number[] = [];

beforeAll(async () => {
  server = await createServerProcess();
  await server.start();
  browser = await launchBrowser();
  owner = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  phone = await browser.newPage({ viewport: { width: 360, height: 740 }, hasTouch: true });
  errors = collectErrors(owner);
  refund = await startAgent();
  await owner.goto(at(`/sign-in#token=${server.token}`));
  await owner.waitForURL(/\/dashboard/);
});
afterAll(async () => {
  await shutdown();
  await browser.close();
  await server.stop();
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await owner.screenshot({ path: `/tmp/policies-journey-${task.name.slice(0, 12)}.png` });
  await phone.screenshot({ path: '/tmp/policies-journey-phone.png' });
});

const at = (path: string) => `http://localhost:${server.port}${path}`;
const press = (name: string | RegExp, page = owner) => page.getByRole('button', { name, exact: true }).click();
const open = (tab: string) =>
  owner.getByRole('navigation', { name: 'About this policy' }).getByRole('link', { name: tab }).click();
const dialog = () => owner.getByRole('dialog');

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

/** An agent that gives money back, in this very process. */
async function startAgent() {
  const { key } = await call<{ key: string }>('POST', '/service-keys', { name: 'refunder' });
  await init({
    agent: 'refunder',
    url: at(''),
    key,
    manifest: { tools: [{ name: TOOL, side_effect: 'idempotent_write' }] },
  });
  const create = tool(
    async ({ amount }: { amount: number }) => {
      refunded.push(amount);
      return `refunded ${amount}`;
    },
    { name: TOOL, effect: 'idempotent_write' },
  );
  return entrypoint('refunder', (amount: number) => create({ amount }));
}

/** Gives back the same amount again and again until `isSo`: what was activated reaches the process in its own time. */
async function refundUntil(amount: number, isSo: (result: Promise<string>) => Promise<boolean>): Promise<string> {
  while (true) {
    const result = refund(amount);
    result.catch(() => undefined); // looked at by the caller
    if (await isSo(result)) return result;
    await sleep(500);
  }
}

/** Whether the call waits for a person: it is asked about before it ends. */
async function isWaiting(result: Promise<string>): Promise<boolean> {
  let hasEnded = false;
  const end = () => {
    hasEnded = true;
  };
  result.then(end, end);
  while (!hasEnded) {
    if ((await call<{ total: number }>('GET', '/approvals?status=pending')).total > 0) return true;
    await sleep(200);
  }
  return false;
}

it('shows the line of a mistake and mends it, runs the tests, and saves', async () => {
  await refund(50);
  await refund(900);
  await owner.goto(at('/policies'));
  await owner.getByRole('link', { name: 'New policy' }).click();
  const source = owner.getByRole('textbox', { name: 'Policy source' });
  await source.fill(SOURCE);
  await owner
    .getByText(/line 7:\d/)
    .first()
    .waitFor();
  expect(await owner.getByRole('button', { name: 'Save as version 1' }).isDisabled()).toBe(true);
  await owner.locator('[data-editor]').getByRole('button', { name: /tools/ }).click();
  await expect.poll(() => source.inputValue()).toBe(SOURCE.replace('tolls', 'tools'));
  await owner.getByRole('tab', { name: /Tests/ }).click();
  await owner.getByRole('tab', { name: 'Tests 2 passed' }).waitFor();
  await press('Save as version 1');
  await owner.getByRole('heading', { name: 'large-refunds' }).waitFor();
  await owner.getByText('No version holds').waitFor();
});

it('explains a call before anything holds', async () => {
  await owner.getByRole('tab', { name: 'Explain' }).click();
  await owner.getByLabel('Tool', { exact: true }).fill(TOOL);
  await owner.getByLabel('Arguments', { exact: true }).fill('{"amount": 900}');
  await press('Explain');
  const decision = owner.getByRole('region', { name: 'Decision' });
  await decision.getByText('amount lte 200: 900').waitFor();
  await decision.getByText('line 6', { exact: true }).waitFor();
});

it('judges the calls of the past', async () => {
  await open('Back-test');
  await expect
    .poll(
      async () => {
        await press('Back-test v1');
        await owner.getByText('would have blocked').waitFor();
        return owner.getByRole('listitem').filter({ hasText: 'amount lte 200: 900' }).count();
      },
      { timeout: 40_000, interval: 2_000 }, // what has just happened is recorded a moment later
    )
    .toBe(1);
  await owner.getByRole('definition').filter({ hasText: '1' }).first().waitFor();
});

it('watches in monitor, where a call goes on and is written down', async () => {
  await press('Activate v1');
  await dialog().getByRole('button', { name: 'Monitor' }).click();
  await dialog().getByRole('button', { name: 'Activate it' }).click();
  await owner.getByText('version 1 holds').waitFor();
  const listWould = () => call<{ items: unknown[] }>('GET', '/violations?enforcement=would_have');
  const last = await refundUntil(900, async (result) => {
    await result;
    return (await listWould()).items.length > 0;
  });
  expect(last).toBe('refunded 900');
  await owner.goto(at('/violations'));
  await owner.getByRole('row').filter({ hasText: TOOL }).getByText('Would have blocked').first().waitFor();
  await owner.getByRole('row').filter({ hasText: TOOL }).getByRole('link').first().click();
  await owner
    .getByRole('link', { name: /large-refunds@1:refund-size/ })
    .first()
    .click();
  await owner.getByRole('heading', { name: 'large-refunds' }).waitFor();
});

it('is promoted by somebody who answers for it, and a person decides on a phone', async () => {
  await press('Change mode');
  await dialog().getByRole('button', { name: 'Enforce', exact: true }).click();
  await dialog().getByRole('button', { name: 'Enforce it', exact: true }).click();
  await dialog()
    .getByText(/24 hours/)
    .first()
    .waitFor();
  await dialog()
    .getByRole('checkbox', { name: /unobserved/ })
    .check();
  await dialog().getByRole('button', { name: 'Enforce it', exact: true }).click();
  await owner.getByText('Enforced', { exact: true }).waitFor();

  const waiting = refundUntil(900, isWaiting);
  await phone.goto(at(`/sign-in#token=${server.token}`));
  await phone.waitForURL(/\/dashboard/);
  await phone
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /Approvals/ })
    .tap();
  await phone.getByRole('link', { name: TOOL }).first().tap();
  await phone.getByText('large-refunds@1:refund-size').waitFor();
  const before = refunded.length;
  await phone.getByRole('button', { name: 'Approve', exact: true }).tap();
  await phone.getByText('Approved.').waitFor();
  expect(await waiting).toBe('refunded 900');
  expect(refunded.length).toBe(before + 1);
  for (const path of ['/policies', '/approvals', new URL(owner.url()).pathname]) {
    await phone.goto(at(path));
    await phone.getByRole('heading').first().waitFor();
    const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});

it('goes back to the version before in one operation', async () => {
  await open('Editor');
  const source = owner.getByRole('textbox', { name: 'Policy source' });
  await source.fill(SOURCE.replace('tolls', 'tools').replace('lte: 200', 'lte: 500'));
  await press('Save as version 2');
  await press('Activate v2');
  await dialog().getByText('refund-size: amount ≤ 200 → ≤ 500').waitFor();
  await dialog().getByRole('button', { name: 'Monitor' }).click();
  await dialog().getByRole('button', { name: 'Activate it' }).click();
  await owner.getByText('version 2 holds').waitFor();
  await press('Roll back');
  await dialog().getByText('Decisions that would flip').waitFor();
  await dialog().getByRole('button', { name: 'Roll back to v1' }).click();
  await owner.getByText('version 1 holds').waitFor();
  await open('History');
  await owner.getByText('rolled back', { exact: true }).waitFor();
  expect(errors.filter((error) => !error.includes('status of 409'))).toEqual([]); // that nobody had observed it was the server's word
});

it('stops everything from any page, and lets go in stages', async () => {
  await owner.keyboard.press('Shift+K');
  await dialog().getByLabel('Stop', { exact: true }).selectOption('org');
  await dialog().getByLabel('Reason').fill('An incident');
  const name = await dialog()
    .getByText(/^Type .* to go on$/)
    .textContent();
  await dialog()
    .getByLabel(/^Type /)
    .fill(name?.replace(/^Type | to go on$/g, '') ?? '');
  await press('Stop them now');
  const bar = owner.getByRole('region', { name: 'Kill switch' });
  await bar.getByText('An incident').waitFor();
  await expect
    .poll(() => refund(20).then(String, (error: Error) => error.constructor.name), { timeout: 20_000 })
    .not.toBe('refunded 20');
  await bar.getByRole('button', { name: 'Release…' }).click();
  await dialog().getByRole('button', { name: 'All', exact: true }).click();
  await press('Let all go');
  await bar.waitFor({ state: 'detached' });
  await expect.poll(() => refund(20).catch(() => 'refused'), { timeout: 20_000 }).toBe('refunded 20');
});
