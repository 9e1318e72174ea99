import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectOperator, type Operator } from './kit/operator.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
const { api, gateway, proxy, model, page } = stage;
let operator: Operator;

describe('with a real OpenClaw gateway', () => {
  const ids: Record<'gateway' | 'board' | 'main' | 'lead' | 'worker' | 'task', string> = {
    gateway: '',
    board: '',
    main: '',
    lead: '',
    worker: '',
    task: '',
  };
  const settings = () => ({
    name: 'Real',
    url: proxy.url,
    workspace_root: join(gateway.dir, 'workspaces'),
    token: gateway.token,
  });

  beforeAll(async () => {
    operator = await connectOperator(gateway.url, gateway.token);
  });
  afterAll(async () => {
    operator.close();
    await stage.close();
  });

  /** Looks again and again until it is so. */
  const until = (look: () => Promise<unknown>) => expect.poll(look, { timeout: 120_000, interval: 250 });
  const get = async (path: string) => (await api('GET', path)).body;
  const stateOf = async (agent: string) => {
    const { lifecycle_state, status, last_error } = await get(`/agents/${agent}`);
    return { lifecycle_state, status, last_error };
  };
  const steady = { lifecycle_state: 'steady', status: 'online', last_error: null };
  const listGatewayAgents = async (): Promise<string[]> =>
    (await operator.call('agents.list')).agents.map(({ id }: { id: string }) => id).sort();
  const taskStatus = async () => (await get(`/boards/${ids.board}/tasks/${ids.task}`)).status;

  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

  it('refuses a wrong token by name', async () => {
    const { body } = await api('POST', '/gateways/check', { url: proxy.url, token: 'wrong' });
    expect(body).toMatchObject({ ok: false, failed_hop: 'auth', code: 'gateway.token_wrong' });
  });

  it('names the hop where a first connection stops, and connects once the shown command was run at the gateway', async () => {
    expect((await api('POST', '/gateways', settings())).body).toMatchObject({ code: 'gateway.pairing_required' });
    await page.goto('/gateways');
    await page.getByRole('link', { name: 'Connect a gateway' }).first().click();
    await page.getByLabel('Name').fill('Real');
    await page.getByLabel('Address').fill(proxy.url);
    await page.getByLabel('Token', { exact: true }).fill(gateway.token);
    await page.getByLabel('Workspace').fill(settings().workspace_root);
    await press('Check the connection');
    const fix = page.getByText(/openclaw devices approve [0-9a-f-]{36}/);
    await fix.waitFor();
    const [command = ''] = /openclaw devices approve [0-9a-f-]{36}/.exec((await fix.textContent()) ?? '') ?? [];
    await gateway.type(command);
    await press('Save the gateway'); // the check goes on by itself
    await page.waitForURL(/\/gateways\/[0-9a-f-]{36}\/agents/);
    ids.gateway = /gateways\/([0-9a-f-]{36})/.exec(page.url())?.[1] ?? '';
    await page.getByText('Connected', { exact: true }).waitFor();
    expect(await get(`/gateways/${ids.gateway}`)).toMatchObject({
      protocol: 4,
      server_version: '2026.9.6',
      token: null,
    });
  });

  it('provisions the main agent', async () => {
    const { items } = await get(`/agents?gateway_id=${ids.gateway}`);
    ids.main = items[0].id;
    await until(() => stateOf(ids.main)).toEqual(steady);
    await page.getByRole('table').getByText('Online').waitFor();
    expect(await listGatewayAgents()).toContain(`mc-gateway-${ids.gateway}`);
  });

  it('onboards a board with the main agent, and provisions its lead and a worker', async () => {
    const board = { name: 'Files', slug: 'files', description: 'Counting.', gateway_id: ids.gateway, max_agents: 3 };
    ids.board = (await api('POST', '/boards', board)).body.id;
    await api('POST', `/boards/${ids.board}/onboarding/start`, {});
    await until(async () => (await get(`/boards/${ids.board}/onboarding`)).status).toBe('completed');
    const { draft_goal: draft } = await get(`/boards/${ids.board}/onboarding`);
    const { board_type, objective, success_metrics } = draft;
    await api('POST', `/boards/${ids.board}/onboarding/confirm`, { board_type, objective, success_metrics });
    const worker = await api('POST', '/agents', { board_id: ids.board, name: 'Grace' });
    expect(worker.status).toBe(200);
    ids.worker = worker.body.id;
    const { items } = await get(`/agents?board_id=${ids.board}`);
    ids.lead = items.find(({ is_board_lead }: { is_board_lead: boolean }) => is_board_lead).id;
    for (const agent of [ids.lead, ids.worker]) await until(() => stateOf(agent)).toEqual(steady);
    expect(await listGatewayAgents()).toEqual(expect.arrayContaining([`lead-${ids.board}`, `mc-${ids.worker}`]));
  });

  it('gives an agent a task, which its own curl reads and moves to review', async () => {
    // What comes while a run is busy is steered into it; here the task is to be a run of its own.
    const runs = async () => (await get(`/runs?agent_id=${ids.worker}`)).items;
    await until(async () => (await runs()).map(({ status }: { status: string }) => status)).toEqual(['ok']);
    const task = { title: 'Count the files', assigned_agent_id: ids.worker };
    ids.task = (await api('POST', `/boards/${ids.board}/tasks`, task)).body.id;
    await until(taskStatus).toBe('review');
    const { items } = await get(`/boards/${ids.board}/tasks/${ids.task}/comments`);
    expect(items[0]).toMatchObject({ message: 'Counted the files: there are three.', agent_id: ids.worker });
  });

  it('is done only after a person has approved what the lead asks for', async () => {
    await until(async () => (await get(`/approvals?board_id=${ids.board}&status=pending`)).total).toBe(1);
    expect(await taskStatus()).toBe('review');
    const { items } = await get(`/approvals?board_id=${ids.board}&status=pending`);
    expect(items[0]).toMatchObject({ action_type: 'task.done', task_id: ids.task, agent_id: ids.lead });
    await api('PATCH', `/boards/${ids.board}/approvals/${items[0].id}`, { status: 'approved' });
    await until(taskStatus).toBe('done');
  });

  it('shows what the agent did: its commands, their results, tokens and cost', async () => {
    const find = async () => (await get(`/runs?agent_id=${ids.worker}&task_id=${ids.task}`)).items[0];
    await until(find).toMatchObject({
      source: 'gateway',
      status: 'ok',
      tool_calls: 4,
      llm_calls: 5,
      errors: 0,
      gap: false,
    });
    const run = await find();
    expect(run.tokens_input).toBeGreaterThan(1000);
    expect(run.cost_usd).toBeGreaterThan(0);
    const { items } = await get(`/runs/${run.id}/steps?limit=200`);
    const tools = items.filter(({ kind }: { kind: string }) => kind === 'tool');
    expect(tools).toHaveLength(4);
    expect(tools[3].in_payload.v.command).toContain(`{"status":"review"}`);
    expect(tools[3].out_payload.v.text).toContain(ids.task);
  });

  it('keeps the agent credential out of prompts, and in a file that only the agent reads', () => {
    expect(model.requests.length).toBeGreaterThan(5);
    expect(model.requests.filter((request) => request.includes('mca_'))).toEqual([]);
    const file = join(settings().workspace_root, `workspace-mc-${ids.worker}`, '.mission-control', 'auth');
    expect(readFileSync(file, 'utf8')).toMatch(/^X-Agent-Token: mca_\S+\n$/);
  });

  it.each([
    ['rejected', 'blocked', 'user-denied', { button: 'Reject', said: 'Rejected.' }],
    ['approved', 'ok', '/tmp', { button: 'Approve', said: 'Approved.' }],
  ])('brings an exec approval into the inbox: %s there, it is %s here', async (decision, stepStatus, output, inbox) => {
    const key = `agent:mc-${ids.worker}:guarded-${decision}`;
    await operator.call('sessions.create', { agentId: `mc-${ids.worker}`, key, permissionMode: 'guarded' });
    const command = `ls -d /tmp -I ${decision}`;
    const path = `/gateways/sessions/${encodeURIComponent(key)}/message?board_id=${ids.board}`;
    expect((await api('POST', path, { content: `@@exec ${command}` })).status).toBe(200);
    const pending = async () => (await get('/approvals?kind=gateway_exec&status=pending')).items;
    await until(async () => (await pending()).length).toBe(1);
    const [approval] = await pending();
    expect(approval).toMatchObject({ kind: 'gateway_exec', agent_id: ids.worker, payload: { command } });
    await page.goto('/approvals');
    await page.getByRole('row').filter({ hasText: command }).getByRole('link').first().click();
    await press(inbox.button);
    await page.getByText(inbox.said, { exact: true }).waitFor();
    const toolOf = async () => {
      const [run] = (await get(`/runs?agent_id=${ids.worker}&limit=1`)).items;
      const { items } = await get(`/runs/${run.id}/steps?limit=200`);
      const tool = items.find(({ kind }: { kind: string }) => kind === 'tool');
      return { run: run.status, tool: tool?.status, shown: JSON.stringify(tool?.out_payload ?? '').includes(output) };
    };
    await until(toolOf).toEqual({ run: 'ok', tool: stepStatus, shown: true });
  });

  it('rotates a token without locking the agent out', async () => {
    const file = join(settings().workspace_root, `workspace-mc-${ids.worker}`, '.mission-control', 'auth');
    const before = readFileSync(file, 'utf8');
    expect((await api('POST', `/agents/${ids.worker}/token/rotate`)).status).toBe(200);
    await until(async () => readFileSync(file, 'utf8') !== before).toBe(true);
    await until(() => stateOf(ids.worker)).toEqual(steady);
    const task = { title: 'Count them again', assigned_agent_id: ids.worker };
    ids.task = (await api('POST', `/boards/${ids.board}/tasks`, task)).body.id;
    await until(taskStatus).toBe('review');
  });

  it('says what a template sync would write, and writes only that', async () => {
    const soul = join(settings().workspace_root, `workspace-mc-${ids.worker}`, 'SOUL.md');
    const before = readFileSync(soul, 'utf8');
    const path = `/gateways/${ids.gateway}/templates/sync?include_main=true`;
    expect((await api('POST', `${path}&dry_run=true`)).body).toMatchObject({
      dry_run: true,
      files_written: 0,
      errors: [],
    });
    const { body } = await api('POST', path);
    expect(body).toMatchObject({ main_updated: true, agents_updated: 2, errors: [] });
    for (const agent of [ids.main, ids.lead, ids.worker]) await until(() => stateOf(agent)).toEqual(steady);
    expect(readFileSync(soul, 'utf8')).toBe(before);
  });

  it('adopts an agent that was there before, and touches nothing of it', async () => {
    const workspace = join(gateway.dir, 'legacy');
    await operator.call('agents.create', { name: 'legacy', workspace });
    await operator.settled();
    await operator.call('agents.files.set', { agentId: 'legacy', name: 'AGENTS.md', content: '# Mine\n\nLeave it.\n' });
    const entry = async () =>
      (await operator.call('agents.list')).agents.find(({ id }: { id: string }) => id === 'legacy');
    const before = await entry();
    const { items } = await get(`/gateways/${ids.gateway}/agents`);
    expect(items).toContainEqual(expect.objectContaining({ gateway_agent_id: 'legacy', managed: false }));
    const request = { gateway_agent_id: 'legacy', name: 'Legacy', dry_run: false };
    const { status, body } = await api('POST', `/gateways/${ids.gateway}/adopt`, request);
    expect(status).toBe(200);
    expect(body).toMatchObject({ managed: false, gateway_agent_id: 'legacy', last_error: null, board_id: null });
    expect((await api('PATCH', `/agents/${body.id}`, { board_id: ids.board })).status).toBe(200);
    expect(await entry()).toEqual(before);
    expect(readFileSync(join(workspace, 'AGENTS.md'), 'utf8')).toBe('# Mine\n\nLeave it.\n');
  });

  it('converges when the gateway restarts in the middle', async () => {
    await api('PATCH', `/agents/${ids.worker}`, { name: 'Grace Hopper' });
    const task = { title: 'Count them a third time', assigned_agent_id: ids.worker };
    await gateway.stop();
    ids.task = (await api('POST', `/boards/${ids.board}/tasks`, task)).body.id;
    await until(async () => (await get(`/gateways/${ids.gateway}`)).status).toBe('disconnected');
    await gateway.start();
    operator.close();
    operator = await connectOperator(gateway.url, gateway.token);
    await until(async () => (await get(`/gateways/${ids.gateway}`)).status).toBe('connected');
    for (const agent of [ids.main, ids.lead, ids.worker]) await until(() => stateOf(agent)).toEqual(steady);
    const entry = (await operator.call('agents.list')).agents.find(
      ({ id }: { id: string }) => id === `mc-${ids.worker}`,
    );
    expect(entry.name).toBe('Grace Hopper');
    await until(taskStatus).toBe('review');
    const history = await operator.call('chat.history', { sessionKey: `agent:mc-${ids.worker}:main`, limit: 200 });
    const told = history.messages.filter(
      ({ role, content }: { role: string; content: unknown }) =>
        role === 'user' && JSON.stringify(content).includes(ids.task),
    );
    expect(told).toHaveLength(1);
  });

  it('leaves nothing behind when board and gateway are deleted', async () => {
    expect((await api('DELETE', `/agents/${ids.worker}`)).status).toBe(200);
    expect((await api('DELETE', `/boards/${ids.board}`)).status).toBe(200);
    expect((await api('DELETE', `/gateways/${ids.gateway}`)).status).toBe(200);
    await until(listGatewayAgents).toEqual(['legacy', 'main']);
    expect((await operator.call('secrets.store.list')).entries).toEqual([]);
    const { jobs } = await operator.call('cron.list', { includeDisabled: true });
    expect(jobs.filter(({ name }: { name: string }) => name.startsWith('mission-control'))).toEqual([]);
    expect(readFileSync(join(gateway.dir, 'legacy', 'AGENTS.md'), 'utf8')).toBe('# Mine\n\nLeave it.\n');
    expect(await get('/gateways')).toMatchObject({ items: [] });
    expect(stage.errors.filter((error) => !error.includes('502'))).toEqual([]); // a gateway that is away is a 502
  });
});
