import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { type Api, get, post } from './seed-api.ts';

/** In enforce: the writer of the demo waits for people. */
const NOTES = `version: 1
name: notes-by-hand
mode: enforce
scope: { agent: writer }
rules:
  - id: new-notes
    tools:
      match: [notes/save]
      where: { name: { in: [latest.md] } }
      action: require_approval
    approval: { timeout: 30m }
    message: "A new note is read by somebody first."
tests:
  - name: the latest is free
    given: { tool: notes/save, args: { name: latest.md } }
    expect: { decision: allow }
  - name: another waits for a person
    given: { tool: notes/save, args: { name: october.md } }
    expect: { decision: require_approval, rule: new-notes }
`;

/** In monitor: what it would have blocked is on the page of violations. */
const READING = `version: 1
name: short-reading
mode: monitor
scope: { agent: researcher }
rules:
  - id: first-page
    tools:
      match: [docs/read]
      where: { from: { lte: 40 } }
      action: block
`;

const FAILURES = `version: 1
name: failures
mode: enforce
scope: { org: true }
rules:
  - id: errors
    breaker: { watch: error_rate, over: 30%, window: 5m, min_calls: 5, scope: agent, action: block_tool, open_for: 2m }
`;

/** With a mistake, as somebody might type it. */
const MISTAKE = NOTES.replace('notes-by-hand', 'notes-of-people').replace('tools:', 'tolls:');

/** Until processes have the policies, and what they decided has arrived. */
const EFFECT_MS = 30_000;

export interface GovernView {
  path: string;
  /** The page can only be read on a phone. */
  isForDesk?: boolean;
  /** What is done on the page before the picture. */
  act?: (page: Page) => Promise<void>;
}

/** Writes policies, opens a breaker, moves an agent to another version and back; answers the pages that show them. */
export async function seedGovern(api: Api): Promise<Record<string, GovernView>> {
  await deployAndReturn(api);
  const [notes] = await Promise.all([NOTES, READING, FAILURES].map((source) => activate(api, source)));
  await sleep(EFFECT_MS);
  const approval = await findApproval(api);
  const { id: analyst } = await findAgent(api, 'analyst');
  await openBreaker(api, analyst);
  return {
    policies: { path: '/policies' },
    'policy-editor': { path: '/policies/new', isForDesk: true, act: writeMistake },
    'policy-backtest': { path: `/policies/${notes}/backtest`, act: backtest },
    'policy-approval': { path: `/approvals?id=${approval}` },
    kill: { path: '/dashboard', act: askForKill },
    breakers: { path: '/breakers' },
    'agent-versions': { path: `/agents/${analyst}/versions` },
    violations: { path: '/violations' },
  };
}

async function activate(api: Api, source: string): Promise<string> {
  const { id } = await post(api, '/policies', { source });
  await post(api, `/policies/${id}/activate`, {
    version: 1,
    acknowledge_unobserved: true,
    reason: 'Agreed on Monday.',
  });
  return id;
}

async function findAgent(api: Api, slug: string): Promise<{ id: string }> {
  const { items } = await get<{ items: { id: string; slug: string }[] }>(api, '/agents?origin=all');
  const agent = items.find((one) => one.slug === slug);
  if (!agent) throw new Error(`The demo has no agent ${slug}.`);
  return agent;
}

interface Detail {
  active_version: { manifest: { tools: object[] } };
}

/** The demo's agents take new versions by themselves. */
async function deployAndReturn(api: Api): Promise<void> {
  const { id } = await findAgent(api, 'analyst');
  const { manifest } = (await get<Detail>(api, `/agents/${id}`)).active_version;
  const tools = [...manifest.tools, { name: 'stats/export', side_effect: 'idempotent_write' }];
  await post(api, `/agents/${id}/versions`, { manifest: { ...manifest, tools }, label: '1.4.0' });
  await post(api, `/agents/${id}/rollback`, { reason: 'It exported the same twice.' });
}

async function openBreaker(api: Api, agentId: string): Promise<void> {
  const { items } = await get<{ items: { id: string }[] }>(api, `/breakers?agent_id=${agentId}&state=closed`);
  if (items[0]) await post(api, `/breakers/${items[0].id}/open`, { reason: 'The provider has an incident.' });
}

async function findApproval(api: Api): Promise<string> {
  const { items } = await get<{ items: { id: string }[] }>(api, '/approvals?status=pending&kind=policy');
  if (!items[0]) throw new Error('No call waits for a person; let the demo run longer.');
  return items[0].id;
}

async function writeMistake(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Policy source' }).fill(MISTAKE);
  await page
    .getByText(/line 7:\d/)
    .first()
    .waitFor();
}

async function backtest(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Back-test v1' }).click();
  await page.getByText('would have blocked').waitFor();
}

async function askForKill(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Kill switch/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Stop', { exact: true }).selectOption('org');
  await dialog.getByLabel('Reason').fill('Notes are overwritten; we look why.');
}
