import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ScriptedGateway, startScriptedGateway } from '../apps/server/test/gateway/scripted-gateway.ts';
import { createServerProcess, type ServerProcess } from '../bench/ingest/server-process.ts';
import { collectErrors, launchBrowser } from './browser.ts';

let server: ServerProcess;
let gateway: ScriptedGateway;
let browser: Browser;
let owner: Page;
let errors: string[];

beforeAll(async () => {
  gateway = await startScriptedGateway({ pairing: 'required', script: () => [{ say: 'Two files are there.' }] });
  server = await createServerProcess();
  await server.start();
  browser = await launchBrowser();
  owner = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  errors = collectErrors(owner);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await gateway.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await owner.screenshot({ path: `/tmp/gateways-journey-${task.name.slice(0, 12)}.png` });
});

const at = (path: string) => `http://localhost:${server.port}${path}`;
const press = (name: string) => owner.getByRole('button', { name, exact: true }).click();
const open = (tab: string) =>
  owner.getByRole('navigation', { name: 'About this gateway' }).getByRole('link', { name: tab }).click();
let gatewayId = '';
let boardId = '';

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

it('names the hop that fails, waits for the pairing, and connects', async () => {
  await owner.goto(at(`/sign-in#token=${server.token}`));
  await owner.waitForURL(/\/dashboard/);
  await owner.goto(at('/gateways'));
  await owner.getByRole('link', { name: 'Connect a gateway' }).first().click();
  await owner.getByLabel('Name').fill('Lab');
  await owner.getByLabel('Address').fill(gateway.url.replace('ws:', 'http:'));
  await owner.getByLabel('Token', { exact: true }).fill('no token of this gateway');
  await press('Check the connection');
  await owner.getByText('gateway.token_wrong').waitFor();
  expect(await owner.getByLabel('Address').inputValue()).toBe(gateway.url);
  expect(await owner.getByRole('button', { name: /Save/ }).count()).toBe(0);

  await owner.getByLabel('Token', { exact: true }).fill(gateway.token);
  await press('Check the connection');
  await owner.getByText(/openclaw devices approve [0-9a-f-]{36}/).waitFor();
  gateway.approveDevices();
  await press('Save the gateway'); // the check went on by itself
  await owner.waitForURL(/\/gateways\/[0-9a-f-]{36}\/agents/);
  gatewayId = /gateways\/([0-9a-f-]{36})/.exec(owner.url())?.[1] ?? '';
  await owner.getByText('Connected', { exact: true }).waitFor();
  await owner.getByRole('table').getByText('Online').waitFor();
});

it('adopts an agent without touching it, and gives it a board later', async () => {
  await press('Adopt');
  await press('Show the plan');
  await owner.getByText('Nothing is written on the gateway.').waitFor();
  await owner.getByText(/It works on no board/).waitFor();
  await press('Adopt it');
  await owner.getByText('observed', { exact: true }).waitFor();
  const fields = { name: 'Release', slug: '', description: 'Ship it', gateway_id: gatewayId };
  boardId = (await call<{ id: string }>('POST', '/boards', fields)).id;
  await owner.reload();
  await owner.getByRole('link', { name: 'Give it a board' }).click();
  await owner.getByLabel('Board', { exact: true }).selectOption({ label: 'Release' });
  await press('Save');
  await owner.waitForURL(/\/agents\/[0-9a-f-]{36}\/gateway/);
  await owner.goto(at(`/gateways/${gatewayId}/agents`));
  await owner.getByRole('button', { name: 'Let it work' }).waitFor();
  const writes = gateway.calls.filter(
    ({ method, params }) => /\.(set|update)$/.test(method) && params.agentId === 'main',
  );
  expect(writes).toEqual([]);
});

it('says whose scheduled turns would stop, and asks what becomes of a text that somebody wrote there', async () => {
  const { items } = await call<{ items: { id: string; kind: string }[] }>('GET', `/agents?gateway_id=${gatewayId}`);
  const main = items.find(({ kind }) => kind === 'main')?.id ?? '';
  await owner.goto(at(`/agents/${main}/edit`));
  await owner.getByLabel('Scheduled turns').selectOption('30m');
  await owner.getByText(/Scheduled turns of 1 other agent would stop/).waitFor();

  const files = [...gateway.world.workspaces].find(([path]) => path.includes(`gateway-${gatewayId}`))?.[1];
  files?.set('SOUL.md', 'Be kind.');
  await call('POST', `/agents/${main}/retry`);
  await owner.goto(at(`/agents/${main}/gateway`));
  await owner.getByText('Changed by somebody').waitFor();
  await owner
    .getByRole('listitem')
    .filter({ hasText: 'SOUL.md' })
    .getByRole('button', { name: /version/ })
    .click();
  await press('Take it over');
  await owner.getByText('Changed by somebody').waitFor({ state: 'detached' });
  await expect.poll(() => files?.get('SOUL.md')?.replace(/<!--.*?-->\n/g, ''), { timeout: 30_000 }).toBe('Be kind.\n');
  await owner.goto(at(`/gateways/${gatewayId}/agents`));
});

it('shows what a sync would change before it is done', async () => {
  await open('Template sync');
  await press('Show what would change');
  await owner.getByText('nothing was written').waitFor();
  await owner.getByText('Succeeded', { exact: true }).waitFor();
  await press('Start the sync');
  await owner.getByText('Agents updated').waitFor();
  await owner.getByText('Succeeded', { exact: true }).waitFor();
});

it('writes into a session and reads along, and says when the gateway is away', async () => {
  await open('Sessions');
  await owner.waitForURL(/\/sessions/);
  // The table of agents, whose links have the same name, may still stand there.
  await owner
    .getByRole('link', { name: /Lab Gateway Agent/ })
    .and(owner.locator('[href*="/sessions"]'))
    .click();
  await owner.getByLabel('Message to the agent').fill('What is there?');
  await press('Send');
  await owner.getByText('What is there?').waitFor();
  await owner.getByText('Two files are there.').last().waitFor();

  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  gateway.onMessage(() => [{ types: 'I am counting' }, { until: held }, { say: 'I am counting. Still two.' }]);
  await owner.getByLabel('Message to the agent').fill('And now?');
  await press('Send');
  await owner.getByText('is writing').waitFor();
  await owner.getByText('I am counting', { exact: true }).waitFor();
  letGo();
  await owner.getByText('I am counting. Still two.').waitFor();
  await owner.getByText('is writing').waitFor({ state: 'detached' });
  gateway.restart({ downMs: 3_000 });
  await owner.getByRole('heading', { name: 'The gateway is not connected' }).waitFor();
  await owner.getByText('Connected', { exact: true }).waitFor();
});

it('leaves nothing of ours behind when it is deleted', async () => {
  await call('DELETE', `/boards/${boardId}`);
  await owner.goto(at(`/gateways/${gatewayId}`));
  await press('Delete');
  await owner.getByLabel('Type Lab to go on').fill('Lab');
  await press('Delete it');
  await owner.getByText('No gateway yet').waitFor();
  await expect.poll(() => [...gateway.world.agents.keys()], { timeout: 30_000 }).toEqual(['main']);
  // A gateway that is away is a 502; of the one that is being deleted the stream may tell before the answer comes.
  const isExpected = (error: string) =>
    error.includes('status of 502') || (error.includes('status of 404') && error.includes(gatewayId));
  expect(errors.filter((error) => !isExpected(error))).toEqual([]);
});
