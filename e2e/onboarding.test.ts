import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type ScriptedGateway, startScriptedGateway } from '../apps/server/test/gateway/scripted-gateway.ts';
import { createServerProcess, type ServerProcess } from '../bench/ingest/server-process.ts';
import { launchBrowser } from './browser.ts';

let server: ServerProcess;
let gateway: ScriptedGateway;
let browser: Browser;
let owner: Page;

beforeAll(async () => {
  gateway = await startScriptedGateway({ script: () => [{ say: 'I will ask.' }] });
  server = await createServerProcess();
  await server.start();
  browser = await launchBrowser();
  owner = await browser.newPage({ viewport: { width: 390, height: 844 } });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  await gateway.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await owner.screenshot({ path: '/tmp/onboarding-journey-failed.png' });
});

const at = (path: string) => `http://localhost:${server.port}${path}`;
const dialog = () => owner.getByRole('dialog');
const press = (name: string) => owner.getByRole('button', { name, exact: true }).click();
const send = (path: string, headers: Record<string, string>, body: object) =>
  fetch(`${server.url}/api/v1${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

/** The token of the gateway's only agent, as the agent itself finds it in its workspace. */
function readToken(): string | undefined {
  const written = gateway.calls.find(({ method }) => method === 'sessions.files.set')?.params.content;
  return /X-Agent-Token: (\S+)/.exec(String(written))?.[1];
}

it('sets up a board by talking with the main agent, on a phone', async () => {
  const authorization = `Bearer ${server.token}`;
  const lab = { name: 'Lab', url: gateway.url, token: gateway.token, workspace_root: '~/.openclaw' };
  expect((await send('/gateways', { authorization }, lab)).status).toBe(200);
  await expect.poll(readToken, { timeout: 60_000 }).toBeDefined();
  const token = readToken() ?? '';
  await owner.goto(at(`/sign-in#token=${server.token}`));
  await owner.waitForURL(/\/dashboard/);

  await owner.goto(at('/boards/new'));
  await owner.getByLabel('Name').fill('Growth');
  await owner.getByLabel('Description').fill('Bring people in.');
  await press('Create the board');
  await owner.waitForURL(/\/edit\?onboarding=1/);
  await dialog().getByText('The agent is thinking').waitFor();
  const boardId = /boards\/([0-9a-f-]{36})/.exec(owner.url())?.[1];
  const say = async (post: object) =>
    expect((await send(`/agent/boards/${boardId}/onboarding`, { 'x-agent-token': token }, post)).status).toBe(200);

  const options = ['More people', 'Other'].map((label, index) => ({ id: String(index), label }));
  await say({ question: 'What is to grow?', options });
  await dialog().getByText('Other').click();
  await dialog().getByLabel('Your answer').fill('Trust');
  await press('Answer');
  await dialog().getByText('The agent is thinking').waitFor();
  expect(gateway.calls.filter(({ method }) => method === 'chat.send').at(-1)?.params.message).toContain('Other: Trust');

  const draft = { status: 'complete', board_type: 'goal', objective: 'Be trusted', success_metrics: { reviews: 10 } };
  await say({ ...draft, lead_agent: { name: 'Grace', autonomy_level: 'balanced' } });
  await dialog().getByLabel('Objective').fill('Be trusted by ten people');
  await press('Confirm and make the lead');
  await owner.waitForURL(/\/boards\/[0-9a-f-]{36}$/);
  await expect.poll(() => [...gateway.world.agents.keys()], { timeout: 60_000 }).toContain(`lead-${boardId}`);

  await owner.goto(at(`/boards/${boardId}/edit`));
  await owner.getByText('Goal confirmed').waitFor();
  expect(await owner.getByLabel('Objective').inputValue()).toBe('Be trusted by ten people');
});
