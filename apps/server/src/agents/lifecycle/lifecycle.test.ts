import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureLead, moveBoardAgents, removeBoardAgents } from '#server/agents/index.ts';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeProcess,
  makeTask,
} from '../../../test/make.ts';
import { ensureMain } from './lifecycle.service.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let main: MadeAgent;
let boardId: string;
let lead: MadeAgent;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  ({ gatewayId, main } = await makeGateway(app, orgId));
  boardId = await makeBoard(app, orgId, { gatewayId });
  lead = await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Headers = app.owner.headers,
) => app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const create = (payload: object, headers?: Headers) =>
  call('POST', '/agents', { board_id: boardId, ...payload }, headers);
const outcome = (answer: Awaited<ReturnType<typeof call>>) => [answer.statusCode, answer.json().code];
const ctx = () => systemContext(app.platform, orgId);
const db = () => app.platform.db;
const listFacts = async (id: string) =>
  db()
    .selectFrom('events')
    .select(['type', 'board_id', 'actor', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
const listLines = (id: string) =>
  db()
    .selectFrom('activity_events')
    .select(['event_type', 'agent_id'])
    .where('agent_id', '=', id)
    .orderBy('created_at')
    .execute();
const listJobs = async (kind: string, agentId: string) =>
  (
    await db()
      .selectFrom('work_jobs')
      .select(['payload', 'state', 'waits_for', 'subject'])
      .where('kind', '=', kind)
      .orderBy('id')
      .execute()
  ).filter(({ subject }) => (subject as { id: string }).id === agentId);
const listCleanups = (reason: string) =>
  db()
    .selectFrom('gateway_cleanups')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('reason', '=', reason)
    .orderBy('id')
    .execute();

describe('making an agent', () => {
  it('stores it with its names on the gateway and lets a job wait for the gateway', async () => {
    const answer = await create({
      name: ' Tester ',
      status: 'online',
      identity_profile: { role: 'QA', tools: ['a', 'b'], empty: '' },
      soul_template: ' ',
      heartbeat_config: { every: '10m' },
    });
    expect(answer.statusCode).toBe(200);
    const agent = answer.json();
    expect(agent).toMatchObject({
      name: 'Tester',
      kind: 'worker',
      board_id: boardId,
      gateway_id: gatewayId,
      is_board_lead: false,
      is_gateway_main: false,
      gateway_agent_id: `mc-${agent.id}`,
      openclaw_session_id: `agent:mc-${agent.id}:main`,
      status: 'provisioning',
      lifecycle_state: 'pending',
      lifecycle_generation: 1,
      activity: 'unreachable',
      has_token: false,
      identity_profile: { role: 'QA', tools: 'a, b' },
      soul_template: null,
      heartbeat_config: { every: '10m', target: 'last', includeReasoning: false },
    });
    expect(await listJobs('agent.reconcile', agent.id)).toMatchObject([
      { state: 'queued', waits_for: `gateway:${gatewayId}`, payload: { action: 'provision', generation: 1 } },
    ]);
    expect(await listFacts(agent.id)).toMatchObject([
      {
        type: 'agent.created',
        board_id: boardId,
        actor: { kind: 'user', id: app.owner.userId },
        data: { agent: { id: agent.id } },
      },
    ]);
    expect(await listLines(agent.id)).toEqual([{ event_type: 'agent.created', agent_id: agent.id }]);
  });

  it('146: a lead beyond max_agents is refused with the limit; the lead does not count and users are not limited', async () => {
    await db().updateTable('boards').set({ max_agents: 1 }).where('id', '=', boardId).execute();
    expect((await create({ name: 'One' }, lead.headers)).statusCode).toBe(200);
    const second = await create({ name: 'Two' }, lead.headers);
    expect(outcome(second)).toEqual([409, 'agent.limit_reached']);
    expect(second.json().detail).toEqual({ message: expect.any(String), max_agents: 1 });
    expect((await create({ name: 'Two' })).statusCode).toBe(200);
  });

  it('146: leads that ask at once do not pass the limit together', async () => {
    await db().updateTable('boards').set({ max_agents: 2 }).where('id', '=', boardId).execute();
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => create({ name: `W${i}` }, lead.headers)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(2);
  });

  it('147: a lead makes agents for its own board only', async () => {
    const other = await makeBoard(app, orgId, { gatewayId });
    expect(outcome(await create({ name: 'X', board_id: other }, lead.headers))).toEqual([403, 'agent.other_board']);
    const forced = await call('POST', '/agent/agents', { name: 'Forced', board_id: other }, lead.headers);
    expect([forced.statusCode, forced.json().board_id]).toEqual([200, boardId]);
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    expect(outcome(await create({ name: 'X' }, worker.headers))).toEqual([403, 'agent.lead_required']);
    expect(outcome(await call('POST', '/agent/agents', { name: 'Y' }, worker.headers))).toEqual([
      403,
      'agent.lead_required',
    ]);
  });

  it('148: a name in another case is taken; one that would match as a pattern is not', async () => {
    expect((await create({ name: 'abc' })).statusCode).toBe(200);
    expect(outcome(await create({ name: 'ABC' }))).toEqual([409, 'agent.name_taken']);
    expect((await create({ name: 'a%' })).statusCode).toBe(200);
    expect((await create({ name: 'ab_' })).statusCode).toBe(200);
    const elsewhere = await makeGateway(app, orgId);
    const board = await makeBoard(app, orgId, { gatewayId: elsewhere.gatewayId });
    expect((await create({ name: 'abc', board_id: board })).statusCode).toBe(200);
  });

  it('148: two that ask for one name at once get it once', async () => {
    const answers = await Promise.all(['twin', 'Twin', 'TWIN'].map((name) => create({ name })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  });

  it('names what is missing or wrong', async () => {
    expect(outcome(await create({ name: 'X', board_id: null }))).toEqual([422, 'agent.board_required']);
    expect(outcome(await create({ name: 'X', board_id: newId() }))).toEqual([404, 'board.not_found']);
    expect(outcome(await create({ name: ' ' }))).toEqual([422, 'request.invalid']);
    expect(outcome(await create({ name: 'X', identity_profile: 'text' }))).toEqual([422, 'request.invalid']);
    expect(outcome(await create({ name: 'X', heartbeat_config: { every: '5s' } }))).toEqual([422, 'request.invalid']);
    expect(outcome(await create({ name: 'X', soul_template: 'x'.repeat(200_001) }))).toEqual([422, 'request.invalid']);
    const bare = await makeBoard(app, orgId);
    expect(outcome(await create({ name: 'X', board_id: bare }))).toEqual([422, 'board.gateway_missing']);
    await db().deleteFrom('agents').where('id', '=', main.agentId).execute();
    expect(outcome(await create({ name: 'X' }))).toEqual([422, 'board.gateway_main_missing']);
  });

  it('is for admins who may write on the board', async () => {
    const member = await makeMember(app, orgId, { all_boards_write: true });
    expect(outcome(await create({ name: 'X' }, member.headers))).toEqual([403, 'auth.forbidden']);
    const reader = await makeMember(app, orgId, { role: 'admin', all_boards_read: true });
    expect(outcome(await create({ name: 'X' }, reader.headers))).toEqual([403, 'board.access_denied']);
    const writer = await makeMember(app, orgId, { role: 'admin', boards: { [boardId]: 'write' } });
    expect((await create({ name: 'X' }, writer.headers)).statusCode).toBe(200);
  });
});

describe('changing an agent', () => {
  const patch = (id: string, payload: object, query = '') => call('PATCH', `/agents/${id}${query}`, payload);

  it('150: without effect does nothing; with force it is provisioned again', async () => {
    const agent = (await create({ name: 'Same', heartbeat_config: { every: '10m' } })).json();
    const same = { name: 'Same', board_id: boardId, heartbeat_config: agent.heartbeat_config, is_gateway_main: null };
    const answer = await patch(agent.id, same);
    expect([answer.statusCode, answer.json().version, answer.json().lifecycle_generation]).toEqual([
      200,
      agent.version,
      1,
    ]);
    expect(await listJobs('agent.reconcile', agent.id)).toHaveLength(1);
    expect(await listFacts(agent.id)).toHaveLength(1);
    const forced = (await patch(agent.id, same, '?force=true')).json();
    expect([forced.version, forced.lifecycle_generation]).toEqual([agent.version, 2]);
    expect(await listJobs('agent.reconcile', agent.id)).toMatchObject([{ payload: { generation: 2 } }]);
  });

  it('151: of the name does not rotate the token', async () => {
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    const tokens = () => db().selectFrom('agent_tokens').selectAll().where('agent_id', '=', worker.agentId).execute();
    const before = await tokens();
    const answer = await patch(worker.agentId, { name: 'Renamed' });
    expect(answer.json()).toMatchObject({ name: 'Renamed', status: 'provisioning', version: 2 });
    expect(await tokens()).toEqual(before);
    expect(await listJobs('agent.rotate_token', worker.agentId)).toEqual([]);
    expect((await call('GET', '/agent/healthz', undefined, worker.headers)).statusCode).toBe(200);
  });

  it('tells of what changed, and of nothing that only this server reads to the gateway', async () => {
    const { id } = (await create({ name: 'Labelled' })).json();
    await patch(id, { labels: { team: 'a' }, description: 'for tests' });
    expect(await listJobs('agent.reconcile', id)).toMatchObject([{ payload: { generation: 1 } }]);
    expect((await listFacts(id)).at(-1)).toMatchObject({
      type: 'agent.updated',
      board_id: boardId,
      data: { changed: ['description', 'labels'], agent: { labels: { team: 'a' } } },
    });
  });

  it('158: to a main agent is refused when there is one, and back without a board', async () => {
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    expect(outcome(await patch(worker.agentId, { is_gateway_main: true }))).toEqual([409, 'agent.main_exists']);
    expect(outcome(await patch(main.agentId, { is_gateway_main: false }))).toEqual([422, 'agent.board_required']);
    expect(outcome(await patch(main.agentId, { is_gateway_main: false, board_id: boardId }))).toEqual([
      409,
      'agent.main_in_use',
    ]);
    expect(outcome(await patch(worker.agentId, { board_id: null }))).toEqual([422, 'agent.board_required']);
  });

  it('157: two workers made main at once: one is, with the names of a main agent', async () => {
    const free = await makeGateway(app, orgId);
    await db().deleteFrom('agents').where('id', '=', free.main.agentId).execute();
    const board = await makeBoard(app, orgId, { gatewayId: free.gatewayId });
    const workers = await Promise.all(
      [1, 2].map(() => makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId: free.gatewayId, boardId: board })),
    );
    const answers = await Promise.all(workers.map(({ agentId }) => patch(agentId, { is_gateway_main: true })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    const won = answers.find(({ statusCode }) => statusCode === 200)?.json();
    expect(won).toMatchObject({
      kind: 'main',
      is_gateway_main: true,
      board_id: null,
      openclaw_session_id: `agent:mc-gateway-${free.gatewayId}:main`,
    });
    expect(await listCleanups('agent_moved')).toMatchObject([{ gateway_agent_id: `mc-${won.id}` }]);
  });

  it('moves an agent to another board and its gateway, where its name must be free', async () => {
    const { id } = (await create({ name: 'Mover' })).json();
    const there = await makeGateway(app, orgId);
    const board = await makeBoard(app, orgId, { gatewayId: there.gatewayId });
    const twin = await create({ name: 'mover', board_id: board });
    expect(outcome(await patch(id, { board_id: board }))).toEqual([409, 'agent.name_taken']);
    await call('DELETE', `/agents/${twin.json().id}`);
    expect((await patch(id, { board_id: board })).json()).toMatchObject({
      board_id: board,
      gateway_id: there.gatewayId,
    });
    expect((await listCleanups('agent_moved')).map(({ gateway_agent_id }) => gateway_agent_id)).toContain(`mc-${id}`);
  });

  it('refuses a status, an old version, another organization’s agent and board, and a reader', async () => {
    const { id, version } = (await create({ name: 'Guarded' })).json();
    expect(outcome(await patch(id, { status: 'online' }))).toEqual([403, 'agent.status_read_only']);
    const stale = await patch(id, { name: 'New', version: version + 1 });
    expect(outcome(stale)).toEqual([409, 'resource.version_conflict']);
    expect(stale.json().detail.current_version).toBe(version);
    expect((await call('GET', `/agents/${id}`)).headers.etag).toBe(`"${version}"`);
    const foreignOrg = await makeOrganization(app);
    const foreign = await makeGateway(app, foreignOrg);
    const foreignBoard = await makeBoard(app, foreignOrg, { gatewayId: foreign.gatewayId });
    expect(outcome(await patch(foreign.main.agentId, { name: 'mine' }))).toEqual([404, 'agent.not_found']);
    expect(outcome(await patch(id, { board_id: foreignBoard }))).toEqual([404, 'board.not_found']);
    const reader = await makeMember(app, orgId, { role: 'admin', all_boards_read: true });
    expect(outcome(await call('PATCH', `/agents/${id}`, { name: 'Z' }, reader.headers))).toEqual([
      403,
      'board.access_denied',
    ]);
    expect(outcome(await call('PATCH', `/agents/${id}`, { name: null }))).toEqual([422, 'request.invalid']);
  });
});

describe('deleting an agent', () => {
  it('14, 149: takes its token and mappings at once and leaves a clean-up with the gateway’s own token', async () => {
    const token = 'gateway-secret';
    const token_enc = app.platform.secrets.encrypt(token, `gateways.token_enc:${gatewayId}`);
    await db().updateTable('gateways').set({ token_enc }).where('id', '=', gatewayId).execute();
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    const webhook = newId();
    await db()
      .insertInto('board_webhooks')
      .values({ id: webhook, org_id: orgId, board_id: boardId, agent_id: worker.agentId, description: 'x' })
      .execute();
    const task = await makeTask(app, orgId, boardId, { assignedAgentId: worker.agentId });
    await call('POST', `/agents/${worker.agentId}/wake`);
    const url = `/agent/boards/${boardId}/agents/${worker.agentId}`;
    expect((await call('DELETE', url, undefined, lead.headers)).json()).toEqual({ ok: true });
    expect((await call('GET', '/agent/healthz', undefined, worker.headers)).json().code).toBe('auth.unauthorized');
    const row = await db().selectFrom('board_webhooks').select('agent_id').where('id', '=', webhook).executeTakeFirst();
    expect(row?.agent_id).toBeNull();
    const { assigned_agent_id } = await db()
      .selectFrom('tasks')
      .select('assigned_agent_id')
      .where('id', '=', task)
      .executeTakeFirstOrThrow();
    expect(assigned_agent_id).toBeNull();
    expect(await listJobs('gateway.send', worker.agentId)).toEqual([]);
    const cleanup = (await listCleanups('agent_deleted')).find(
      (one) => one.gateway_agent_id === `mc-${worker.agentId}`,
    );
    expect(cleanup).toMatchObject({
      gateway_url: 'ws://127.0.0.1:1',
      session_key: `agent:mc-${worker.agentId}:main`,
      workspace_path: `~/.openclaw/workspace-mc-${worker.agentId}`,
      done_at: null,
    });
    const place = `gateway_cleanups.gateway_token_enc:${cleanup?.id}`;
    expect(app.platform.secrets.decrypt(cleanup?.gateway_token_enc as Buffer, place)).toBe(token);
    expect(await listFacts(worker.agentId)).toMatchObject([
      {
        type: 'agent.deleted',
        board_id: boardId,
        actor: { kind: 'agent', id: lead.agentId },
        data: { agent: { id: worker.agentId } },
      },
    ]);
    const lines = await db()
      .selectFrom('activity_events')
      .select('event_type')
      .where('board_id', '=', boardId)
      .execute();
    expect(lines.map(({ event_type }) => event_type)).toContain('agent.delete.direct');
    expect((await call('DELETE', url, undefined, lead.headers)).json()).toEqual({ ok: true });
  });

  it('149: a lead deletes neither the main agent nor a lead, nor agents of other boards', async () => {
    const del = (board: string, id: string) =>
      call('DELETE', `/agent/boards/${board}/agents/${id}`, undefined, lead.headers);
    expect(outcome(await del(boardId, main.agentId))).toEqual([403, 'agent.main_protected']);
    expect(outcome(await del(boardId, lead.agentId))).toEqual([403, 'agent.lead_protected']);
    const other = await makeBoard(app, orgId, { gatewayId });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: other });
    expect(outcome(await del(boardId, worker.agentId))).toEqual([404, 'agent.not_found']);
    expect(outcome(await del(other, worker.agentId))).toEqual([403, 'agent.lead_required']);
    const foreign = await makeGateway(app, await makeOrganization(app));
    expect((await del(boardId, foreign.main.agentId)).json()).toEqual({ ok: true });
    expect(
      await db().selectFrom('agents').select('id').where('id', '=', foreign.main.agentId).executeTakeFirst(),
    ).toBeDefined();
  });

  it('by a person: unknown is fine, a main agent in use is not, one that is only observed is released', async () => {
    expect((await call('DELETE', `/agents/${newId()}`)).json()).toEqual({ ok: true });
    expect(outcome(await call('DELETE', `/agents/${main.agentId}`))).toEqual([409, 'agent.main_in_use']);
    const adopted = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    await db().updateTable('agents').set({ adopted: true, managed: false }).where('id', '=', adopted.agentId).execute();
    expect((await call('DELETE', `/agents/${adopted.agentId}`)).statusCode).toBe(200);
    const ids = (await listCleanups('agent_deleted')).map(({ gateway_agent_id }) => gateway_agent_id);
    expect(ids).not.toContain(`mc-${adopted.agentId}`);
    const foreign = await makeGateway(app, await makeOrganization(app));
    expect((await call('DELETE', `/agents/${foreign.main.agentId}`)).json()).toEqual({ ok: true });
    expect(
      await db().selectFrom('agents').select('id').where('id', '=', foreign.main.agentId).executeTakeFirst(),
    ).toBeDefined();
  });

  it('of a board: agents of the gateway go, agents without one only lose the board', async () => {
    const { agentId } = await makeProcess(app, `ext-${newId()}`.slice(0, 60));
    await call('PATCH', `/agents/${agentId}`, { board_id: boardId });
    await inTransaction(ctx(), (tx) => removeBoardAgents(tx, boardId));
    expect((await call('GET', `/agents/${agentId}`)).json()).toMatchObject({ board_id: null, kind: 'external' });
    expect(outcome(await call('GET', `/agents/${lead.agentId}`))).toEqual([404, 'agent.not_found']);
    expect((await listCleanups('board_deleted')).map((row) => row.gateway_agent_id)).toContain(`lead-${boardId}`);
  });
});

describe('leads and main agents', () => {
  it('157: are one per board and one per gateway, also when many ask at once', async () => {
    const board = await makeBoard(app, orgId, { gatewayId });
    const leads = await Promise.all(
      Array.from({ length: 8 }, () => inTransaction(ctx(), (tx) => ensureLead(tx, { boardId: board }))),
    );
    expect(new Set(leads.map(({ agent }) => agent.id)).size).toBe(1);
    expect(leads.filter(({ created }) => created)).toHaveLength(1);
    await db().deleteFrom('agents').where('id', '=', main.agentId).execute();
    const mains = await Promise.all(
      Array.from({ length: 8 }, () => inTransaction(ctx(), (tx) => ensureMain(tx, gatewayId))),
    );
    expect(new Set(mains.map(({ id }) => id)).size).toBe(1);
    expect(mains[0]).toMatchObject({ kind: 'main', board_id: null, identity_profile: { emoji: ':compass:' } });
  });

  it('a lead gets a free name and the identity of a lead, and is corrected when it stands', async () => {
    const board = await makeBoard(app, orgId, { gatewayId });
    const other = await makeBoard(app, orgId, { gatewayId });
    const ensure = (to: string, more = {}) => inTransaction(ctx(), (tx) => ensureLead(tx, { boardId: to, ...more }));
    const first = await ensure(board);
    expect(first.agent).toMatchObject({
      name: 'Lead Agent',
      is_board_lead: true,
      gateway_agent_id: `lead-${board}`,
      identity_profile: { role: 'Board Lead', communication_style: 'direct, concise, practical', emoji: ':gear:' },
    });
    expect((await ensure(other)).agent.name).toBe('Lead Agent 2');
    expect((await ensure(board)).agent.version).toBe(first.agent.version);
    const corrected = await ensure(board, { name: 'Captain', identity_profile: { verbosity: 'concise' } });
    expect(corrected).toMatchObject({
      created: false,
      agent: {
        name: 'Captain',
        identity_profile: { role: 'Board Lead', verbosity: 'concise' },
        lifecycle_generation: 2,
      },
    });
    await db().updateTable('agents').set({ lifecycle_state: 'failed' }).where('id', '=', first.agent.id).execute();
    expect((await ensure(board)).agent).toMatchObject({ lifecycle_state: 'pending', lifecycle_generation: 3 });
  });

  it('move with their board to another gateway', async () => {
    const there = await makeGateway(app, orgId);
    await inTransaction(ctx(), (tx) => moveBoardAgents(tx, boardId, there.gatewayId));
    expect((await call('GET', `/agents/${lead.agentId}`)).json()).toMatchObject({
      gateway_id: there.gatewayId,
      lifecycle_state: 'pending',
    });
    expect(await listJobs('agent.reconcile', lead.agentId)).toMatchObject([
      { waits_for: `gateway:${there.gatewayId}` },
    ]);
  });
});
