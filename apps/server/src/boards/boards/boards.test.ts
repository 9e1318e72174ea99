import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  listMessages,
  type MadeMember,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let app: TestApp;
let gatewayId: string;
let foreignOrg: string;
beforeAll(async () => {
  app = await createTestApp();
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
  foreignOrg = await makeOrganization(app);
});
afterAll(() => app.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const draft = (fields: object = {}) => ({
  name: 'Launch',
  slug: '',
  description: 'To the moon.',
  gateway_id: gatewayId,
  board_type: 'general',
  ...fields,
});
const create = async (fields: object = {}) => (await call('POST', '/boards', draft(fields))).json();
const factsOf = async (id: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'board_id', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
const messagesOf = async (agentId: string) =>
  (await listMessages(app, app.owner.orgId)).filter((message) => message.agent_id === agentId);

describe('making a board', () => {
  it('answers the board with its defaults, writes who made it and a line of history', async () => {
    const answer = await call('POST', '/boards', {
      name: ' Launch pad ',
      slug: 'Launch Pad!',
      description: 'd',
      gateway_id: gatewayId,
    });
    expect(answer.statusCode).toBe(200);
    const board = answer.json();
    expect(board).toMatchObject({
      name: 'Launch pad',
      slug: 'launch-pad',
      organization_id: app.owner.orgId,
      board_type: 'goal',
      goal_confirmed: false,
      require_approval_for_done: true,
      require_review_before_done: false,
      max_agents: 1,
      paused_at: null,
      version: 1,
    });
    expect(answer.headers.etag).toBe('"1"');
    expect(await factsOf(board.id)).toMatchObject([
      { type: 'board.created', board_id: board.id, actor: { kind: 'user', id: app.owner.userId } },
    ]);
    const lines = await app.platform.db
      .selectFrom('activity_events')
      .select(['event_type', 'user_id'])
      .where('board_id', '=', board.id)
      .execute();
    expect(lines).toEqual([{ event_type: 'board.created', user_id: app.owner.userId }]);
  });

  it('53: a blank description is 422 on create and PATCH; a null gateway is 422', async () => {
    expect((await call('POST', '/boards', draft({ description: '  ' }))).json().code).toBe('request.invalid');
    expect((await call('POST', '/boards', draft({ gateway_id: null }))).json().code).toBe('board.gateway_required');
    const { id } = await create();
    for (const field of ['description', 'name', 'slug', 'board_type', 'max_agents', 'goal_confirmed'])
      expect((await call('PATCH', `/boards/${id}`, { [field]: null })).json().code).toBe('request.invalid');
    expect((await call('PATCH', `/boards/${id}`, { description: ' ' })).json().code).toBe('request.invalid');
    expect((await call('PATCH', `/boards/${id}`, { gateway_id: null })).json().code).toBe('board.gateway_required');
  });

  it('without a gateway is possible when it is asked for, and later given up or taken', async () => {
    const board = await create({ gateway_id: null, without_gateway: true });
    expect(board.gateway_id).toBeNull();
    expect((await call('PATCH', `/boards/${board.id}`, { gateway_id: null, name: 'Same' })).statusCode).toBe(200);
    expect((await call('PATCH', `/boards/${board.id}`, { gateway_id: gatewayId })).json().gateway_id).toBe(gatewayId);
    expect((await call('PATCH', `/boards/${board.id}`, { without_gateway: true })).json().gateway_id).toBeNull();
    const both = { gateway_id: gatewayId, without_gateway: true };
    expect((await call('POST', '/boards', draft(both))).json().code).toBe('request.invalid');
  });

  it('54: a confirmed goal board needs objective and metrics; unconfirmed and general boards do not', async () => {
    const confirmed = { board_type: 'goal', goal_confirmed: true };
    const goal = { objective: 'Land', success_metrics: { crew: 3 } };
    expect((await call('POST', '/boards', draft(confirmed))).json().code).toBe('board.goal_incomplete');
    expect((await call('POST', '/boards', draft({ ...confirmed, ...goal, success_metrics: {} }))).json().code).toBe(
      'board.goal_incomplete',
    );
    expect(await create({ ...confirmed, ...goal })).toMatchObject(goal);
    expect((await create({ board_type: 'goal' })).goal_confirmed).toBe(false);
    const general = await create({ goal_confirmed: true });
    const patch = (payload: object) => call('PATCH', `/boards/${general.id}`, payload);
    expect((await patch({ board_type: 'goal' })).json().code).toBe('board.goal_incomplete');
    expect((await patch({ board_type: 'goal', objective: ' ', success_metrics: { a: 1 } })).json().code).toBe(
      'board.goal_incomplete',
    );
    expect((await patch({ board_type: 'goal', ...goal })).json().board_type).toBe('goal');
    expect((await patch({ objective: null })).json().code).toBe('board.goal_incomplete');
  });

  it('55: a gateway of another organization is 422, and so is one without main agent; a foreign group too', async () => {
    const foreign = await makeGateway(app, foreignOrg);
    const refused = async (fields: object) => (await call('POST', '/boards', draft(fields))).json().code;
    expect(await refused({ gateway_id: foreign.gatewayId })).toBe('board.gateway_invalid');
    expect(await refused({ gateway_id: newId() })).toBe('board.gateway_invalid');
    expect(await refused({ board_group_id: await makeBoardGroup(app, foreignOrg) })).toBe('board.group_invalid');
    const { gatewayId: headless, main } = await makeGateway(app, app.owner.orgId);
    await app.platform.db.deleteFrom('agents').where('id', '=', main.agentId).execute();
    expect(await refused({ gateway_id: headless })).toBe('board.gateway_main_missing');
  });

  it('57: a second board with the same slug gets a suffix; a PATCH to a taken slug is 409', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => create({ name: 'Twin', slug: 'twin' })));
    expect(made.map(({ slug }) => slug).sort()).toEqual(['twin', 'twin-2', 'twin-3', 'twin-4']);
    expect((await call('PATCH', `/boards/${made[0].id}`, { slug: made[1].slug })).json().code).toBe('board.slug_taken');
    expect((await call('PATCH', `/boards/${made[0].id}`, { slug: 'My Own' })).json().slug).toBe('my-own');
    expect((await create({ name: '???', slug: '' })).slug).toBe('board');
  });

  it('is for admins', async () => {
    const writer = await makeMember(app, app.owner.orgId, { all_boards_write: true });
    expect((await call('POST', '/boards', draft(), writer.headers)).json().code).toBe('auth.forbidden');
  });
});

describe('reading boards', () => {
  it('lists by name what the caller may read, filtered, with the exact total', async () => {
    const groupId = await makeBoardGroup(app, app.owner.orgId);
    const ids: string[] = [];
    for (const name of ['beta', 'Alpha', 'gamma']) ids.push(await makeBoard(app, app.owner.orgId, { name, groupId }));
    const list = async (query: string, headers?: Headers) =>
      (await call('GET', `/boards?${query}`, undefined, headers)).json();
    const page = await list(`board_group_id=${groupId}&limit=2`);
    expect(page.items.map(({ name }: { name: string }) => name)).toEqual(['Alpha', 'beta']);
    expect(page).toMatchObject({ total: 3, limit: 2, offset: 0 });
    expect(await list(`board_group_id=${groupId}&offset=3`)).toMatchObject({ items: [], total: 3 });
    expect((await list(`gateway_id=${newId()}`)).total).toBe(0);
    const reader = await makeMember(app, app.owner.orgId, { boards: { [ids[1] ?? '']: 'read' } });
    expect((await list('', reader.headers)).items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
    expect((await call('GET', `/boards/${ids[0]}`, undefined, reader.headers)).json().code).toBe('board.access_denied');
    expect((await call('GET', '/boards?gateway_id=nonsense')).statusCode).toBe(422);
  });

  it('comes with how much is on each, when that is asked for', async () => {
    const { orgId } = app.owner;
    const groupId = await makeBoardGroup(app, orgId);
    const busy = await makeBoard(app, orgId, { name: 'busy', groupId });
    await makeBoard(app, orgId, { name: 'calm', groupId });
    for (const status of ['inbox', 'review', 'done'] as const) await makeTask(app, orgId, busy, { status });
    await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: busy });
    const request = { action_type: 'ask', confidence: 50, lead_reasoning: 'Because.' };
    expect((await call('POST', `/boards/${busy}/approvals`, request)).statusCode).toBe(200);
    const { items } = (await call('GET', `/boards?board_group_id=${groupId}&with_counts=true`)).json();
    expect(items.map(({ counts }: { counts: unknown }) => counts)).toMatchObject([
      { tasks: 3, open_tasks: 2, pending_approvals: 1, agents: 1 },
      { tasks: 0, open_tasks: 0, pending_approvals: 0, agents: 0, agents_online: 0 },
    ]);
    const plain = (await call('GET', `/boards?board_group_id=${groupId}`)).json().items;
    expect(plain.map((board: object) => 'counts' in board)).toEqual([false, false]);
  });

  it('of another organization are 404, whatever is asked', async () => {
    const foreign = await makeBoard(app, foreignOrg);
    for (const id of [foreign, newId()]) {
      expect((await call('GET', `/boards/${id}`)).json().code).toBe('board.not_found');
      expect((await call('PATCH', `/boards/${id}`, { name: 'x' })).json().code).toBe('board.not_found');
      expect((await call('DELETE', `/boards/${id}`)).json().code).toBe('board.not_found');
    }
    expect((await call('GET', '/boards')).body).not.toContain(foreign);
  });

  it('is for agents within their scope, newest first', async () => {
    const { orgId } = app.owner;
    const { gatewayId: own, main } = await makeGateway(app, orgId);
    const first = await makeBoard(app, orgId, { gatewayId: own });
    const second = await makeBoard(app, orgId, { gatewayId: own });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId: own, boardId: first });
    const read = async (url: string, headers: Headers) => (await call('GET', url, undefined, headers)).json();
    const idsOf = async (headers: Headers) =>
      (await read('/agent/boards', headers)).items.map(({ id }: { id: string }) => id);
    expect(await idsOf(main.headers)).toEqual([second, first]);
    expect(await idsOf(worker.headers)).toEqual([first]);
    expect((await read(`/agent/boards/${second}`, main.headers)).id).toBe(second);
    expect((await read(`/agent/boards/${second}`, worker.headers)).code).toBe('agent.board_forbidden');
    expect((await read(`/agent/boards/${await makeBoard(app, foreignOrg)}`, main.headers)).code).toBe(
      'board.not_found',
    );
  });
});

describe('changing a board', () => {
  it('56: the gateway is checked again only when it changes', async () => {
    const { gatewayId: dying, main } = await makeGateway(app, app.owner.orgId);
    const { id } = await create({ gateway_id: dying });
    await app.platform.db.deleteFrom('agents').where('id', '=', main.agentId).execute();
    expect(
      (await call('PATCH', `/boards/${id}`, { gateway_id: dying.toUpperCase(), name: 'Renamed' })).statusCode,
    ).toBe(200);
    expect((await call('PATCH', `/boards/${id}`, { gateway_id: gatewayId })).statusCode).toBe(200);
    const back = await call('PATCH', `/boards/${id}`, { gateway_id: dying });
    expect(back.json().code).toBe('board.gateway_main_missing');
  });

  it('58: a writer who is no admin cannot delete it or change gateway, group, rules or max_agents; unchanged values are fine', async () => {
    const groupId = await makeBoardGroup(app, app.owner.orgId);
    const board = await create({ board_group_id: groupId });
    const writer: MadeMember = await makeMember(app, app.owner.orgId, { boards: { [board.id]: 'write' } });
    const patch = (payload: object) => call('PATCH', `/boards/${board.id}`, payload, writer.headers);
    const changes = {
      gateway_id: newId(),
      board_group_id: null,
      require_approval_for_done: !board.require_approval_for_done,
      require_review_before_done: true,
      comment_required_for_review: true,
      block_status_changes_with_pending_approval: true,
      only_lead_can_change_status: true,
      max_agents: 7,
    };
    for (const [field, value] of Object.entries(changes))
      expect((await patch({ [field]: value })).json().code, field).toBe('board.admin_required');
    expect((await call('DELETE', `/boards/${board.id}`, undefined, writer.headers)).json().code).toBe(
      'board.admin_required',
    );
    const resent = await patch({ ...board, name: 'By a writer' });
    expect(resent.json()).toMatchObject({ name: 'By a writer', version: 2, board_group_id: groupId });
    const reader = await makeMember(app, app.owner.orgId, { boards: { [board.id]: 'read' } });
    expect((await call('PATCH', `/boards/${board.id}`, { name: 'x' }, reader.headers)).json().code).toBe(
      'board.access_denied',
    );
  });

  it('59: a changed field tells the lead once with old and new value; no effective change tells nobody and writes no event', async () => {
    const board = await create({ objective: 'Fly', success_metrics: { a: 1, b: [2] }, target_date: '2026-05-01' });
    const lead = await makeGatewayAgent(app, app.owner.orgId, { kind: 'lead', gatewayId, boardId: board.id });
    const worker = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board.id });
    const patch = (payload: object) => call('PATCH', `/boards/${board.id}`, payload);
    const same = {
      objective: 'Fly',
      success_metrics: { b: [2], a: 1 },
      target_date: '2026-05-01T02:00:00+02:00',
      max_agents: 1,
    };
    expect((await patch(same)).json()).toMatchObject({ version: 1, target_date: '2026-05-01T00:00:00Z' });
    expect(await factsOf(board.id)).toHaveLength(1);
    expect(await messagesOf(lead.agentId)).toEqual([]);

    expect((await patch({ ...same, objective: 'Land', max_agents: 3 })).json()).toMatchObject({ version: 2 });
    const changes = [
      { field: 'max_agents', before: 1, after: 3 },
      { field: 'objective', before: 'Fly', after: 'Land' },
    ];
    expect(await factsOf(board.id)).toMatchObject([{}, { type: 'board.updated', data: { changes } }]);
    expect(await messagesOf(lead.agentId)).toMatchObject([
      {
        kind: 'board.updated',
        data: { changes },
        deliver: false,
        waits_for: `gateway:${gatewayId}`,
        events: { sent: 'board.lead_notified', failed: 'board.lead_notify_failed' },
      },
    ]);
    expect(await messagesOf(worker.agentId)).toEqual([]);
  });

  it('60: a failing gateway never fails a PATCH; notify_failed is recorded after the last attempt', async () => {
    const { db } = app.platform;
    const { id } = await create();
    const lead = await makeGatewayAgent(app, app.owner.orgId, { kind: 'lead', gatewayId, boardId: id });
    expect((await call('PATCH', `/boards/${id}`, { objective: 'Land' })).statusCode).toBe(200);
    const noticesOf = () =>
      db
        .selectFrom('activity_events')
        .select(['event_type', 'agent_id'])
        .where('board_id', '=', id)
        .where('event_type', 'like', 'board.lead%')
        .execute();
    const tryNow = async (attempts: number) => {
      const job = await db
        .updateTable('work_jobs')
        // Due for this test, not for the worker that looks for forgotten jobs; a gateway away for a day uses up tries.
        .set({
          ...{ waits_for: null, next_retry_at: new Date(Date.now() + 500), attempts },
          created_at: new Date(Date.now() - 25 * 3_600_000),
        })
        .where('board_id', '=', id)
        .where('kind', '=', 'gateway.send')
        .returning('id')
        .executeTakeFirstOrThrow();
      await app.runWork(job.id);
      return db.selectFrom('work_jobs').select('state').where('id', '=', job.id).executeTakeFirst();
    };
    expect(await tryNow(0)).toEqual({ state: 'queued' });
    expect(await noticesOf()).toEqual([]);
    expect(await tryNow(7)).toEqual({ state: 'dead' });
    expect(await noticesOf()).toEqual([{ event_type: 'board.lead_notify_failed', agent_id: lead.agentId }]);
  });

  it('tells every agent of the group that a board leaves or joins', async () => {
    const { orgId } = app.owner;
    const [left, joined] = [await makeBoardGroup(app, orgId, 'Old'), await makeBoardGroup(app, orgId, 'New')];
    const moving = await create({ name: 'Mover', board_group_id: left });
    const agentOn = async (groupId: string) => {
      const boardId = await makeBoard(app, orgId, { gatewayId, groupId });
      return (await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId })).agentId;
    };
    const [stays, waits] = [await agentOn(left), await agentOn(joined)];
    const own = (await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: moving.id })).agentId;
    expect((await call('PATCH', `/boards/${moving.id}`, { board_group_id: joined })).json().board_group_id).toBe(
      joined,
    );
    const board = { id: moving.id, name: 'Mover' };
    const leave = {
      kind: 'board.group_changed',
      data: { change: 'left', board, group_name: 'Old' },
      events: { sent: 'board.group.leave.notified', failed: 'board.group.leave.notify_failed' },
    };
    const join = {
      kind: 'board.group_changed',
      data: { change: 'joined', board, group_name: 'New' },
      events: { sent: 'board.group.join.notified', failed: 'board.group.join.notify_failed' },
    };
    expect(await messagesOf(stays)).toMatchObject([leave]);
    expect(await messagesOf(waits)).toMatchObject([join]);
    expect(await messagesOf(own)).toMatchObject([leave, join]);
  });

  it('refuses a version that is not the current one, by header or body', async () => {
    const { id } = await create();
    const patch = (payload: object, headers = {}) =>
      call('PATCH', `/boards/${id}`, payload, { ...app.owner.headers, ...headers });
    expect((await patch({ name: 'Two', version: 1 })).json().version).toBe(2);
    const stale = await patch({ name: 'Three' }, { 'if-match': '"1"' });
    expect(stale.statusCode).toBe(409);
    expect(stale.json()).toMatchObject({ code: 'resource.version_conflict', detail: { current_version: 2 } });
    const remove = await call('DELETE', `/boards/${id}`, undefined, { ...app.owner.headers, 'if-match': '"1"' });
    expect(remove.json().code).toBe('resource.version_conflict');
  });
});

describe('deleting a board', () => {
  it('61: removes everything that hangs from it at once and leaves its gateway to the clean-up', async () => {
    const { orgId } = app.owner;
    const { db } = app.platform;
    const { id } = await create({ name: 'Doomed' });
    await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId: id });
    const { agentId } = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: id });
    for (let i = 0; i < 20; i++) await makeTask(app, orgId, id, { status: 'in_progress', assignedAgentId: agentId });
    await call('POST', `/boards/${id}/memory`, { content: '@lead hello', tags: ['chat'] });
    const external = newId();
    await db
      .insertInto('agents')
      .values({ id: external, org_id: orgId, slug: 'ext', name: 'ext', origin: 'sdk', agent_type: 'x', board_id: id })
      .execute();

    const answer = await call('DELETE', `/boards/${id}`);
    expect([answer.statusCode, answer.json()]).toEqual([200, { ok: true }]);
    expect((await call('GET', `/boards/${id}`)).statusCode).toBe(404);
    for (const table of ['agents', 'tasks', 'board_memory', 'activity_events'] as const)
      expect(await db.selectFrom(table).select('id').where('board_id', '=', id).execute(), table).toEqual([]);
    const jobs = await db.selectFrom('work_jobs').select(['kind', 'state']).where('board_id', '=', id).execute();
    expect(jobs.filter(({ kind }) => kind === 'gateway.send' || kind === 'agent.reconcile')).toEqual([]);
    expect(await db.selectFrom('agents').select('board_id').where('id', '=', external).executeTakeFirst()).toEqual({
      board_id: null,
    });
    const cleanups = await db
      .selectFrom('gateway_cleanups')
      .select(['gateway_agent_id', 'done_at'])
      .where('gateway_agent_id', 'in', [`lead-${id}`, `mc-${agentId}`])
      .execute();
    expect(cleanups).toHaveLength(2);
    expect((await factsOf(id)).at(-1)).toMatchObject({ type: 'board.deleted', board_id: id });
    const lines = await db
      .selectFrom('activity_events')
      .select(['board_id', 'message'])
      .where('event_type', '=', 'board.deleted')
      .execute();
    expect(lines).toEqual([{ board_id: null, message: 'Board Doomed was deleted.' }]);
    expect((await call('DELETE', `/boards/${id}`)).json().code).toBe('board.not_found');
  });
});
