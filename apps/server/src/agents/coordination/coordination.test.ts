import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeOrganization,
  makeProcess,
} from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let main: MadeAgent;
let boardId: string;
let lead: MadeAgent;
let worker: MadeAgent;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  ({ gatewayId, main } = await makeGateway(app, orgId));
  boardId = await makeBoard(app, orgId, { gatewayId });
  lead = await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId });
  worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH', url: string, headers: Headers, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const outcome = (answer: Awaited<ReturnType<typeof call>>) => [answer.statusCode, answer.json().code];
const db = () => app.platform.db;
const listLines = (board: string) =>
  db()
    .selectFrom('activity_events')
    .select(['event_type', 'agent_id', 'actor', 'data'])
    .where('board_id', '=', board)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

describe('the roster', () => {
  const list = async (headers: Headers, query = '') => {
    const answer = await call('GET', `/agent/agents${query}`, headers);
    return answer.statusCode === 200 ? answer.json().items.map(({ id }: { id: string }) => id) : outcome(answer);
  };

  it('159: of a main agent without a board is its gateway’s agents only', async () => {
    const other = await makeGateway(app, orgId);
    const foreign = await makeGateway(app, await makeOrganization(app));
    expect(await list(main.headers)).toEqual([worker.agentId, lead.agentId, main.agentId]);
    expect(await list(other.main.headers)).toEqual([other.main.agentId]);
    expect(await list(foreign.main.headers)).toEqual([foreign.main.agentId]);
  });

  it('of a board is open to agents whose board it is', async () => {
    const other = await makeGateway(app, orgId);
    const elsewhere = await makeBoard(app, orgId, { gatewayId: other.gatewayId });
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect(await list(worker.headers)).toEqual([worker.agentId, lead.agentId]);
    expect(await list(main.headers, `?board_id=${boardId}`)).toEqual([worker.agentId, lead.agentId]);
    expect(await list(worker.headers, `?board_id=${elsewhere}`)).toEqual([403, 'agent.board_forbidden']);
    expect(await list(main.headers, `?board_id=${elsewhere}`)).toEqual([403, 'agent.board_forbidden']);
    expect(await list(main.headers, `?board_id=${foreign}`)).toEqual([404, 'board.not_found']);
    const page = (await call('GET', '/agent/agents?limit=1&offset=1', worker.headers)).json();
    expect(page).toMatchObject({ total: 2, limit: 1, offset: 1, items: [{ id: lead.agentId }] });
  });

  it('tells an agent who it is', async () => {
    expect((await call('GET', '/agent/healthz', lead.headers)).json()).toEqual({
      ok: true,
      agent_id: lead.agentId,
      board_id: boardId,
      gateway_id: gatewayId,
      status: 'offline',
      is_board_lead: true,
    });
  });
});

describe('a nudge', () => {
  const nudge = (id: string, headers: Headers = lead.headers) =>
    call('POST', `/agent/boards/${boardId}/agents/${id}/nudge`, headers, { message: 'Go on.' });

  it('160: that the gateway does not take is 502 and on record; no session is 422', async () => {
    expect(outcome(await nudge(worker.agentId))).toEqual([502, 'gateway.send_failed']);
    expect(await listLines(boardId)).toMatchObject([
      {
        event_type: 'agent.nudge.failed',
        agent_id: worker.agentId,
        actor: { kind: 'agent', id: lead.agentId },
        data: { code: 'gateway.unreachable' },
      },
    ]);
    await db().updateTable('agents').set({ openclaw_session_id: null }).where('id', '=', worker.agentId).execute();
    expect(outcome(await nudge(worker.agentId))).toEqual([422, 'agent.session_missing']);
  });

  it('is a lead’s, to agents of its board', async () => {
    expect(outcome(await nudge(lead.agentId, worker.headers))).toEqual([403, 'agent.lead_required']);
    expect(outcome(await nudge(main.agentId))).toEqual([404, 'agent.not_found']);
    expect(outcome(await nudge(newId()))).toEqual([404, 'agent.not_found']);
    const blank = await call('POST', `/agent/boards/${boardId}/agents/${worker.agentId}/nudge`, lead.headers, {
      message: ' ',
    });
    expect(outcome(blank)).toEqual([422, 'request.invalid']);
  });
});

describe('asking the user', () => {
  const ask = (board = boardId, headers: Headers = lead.headers) =>
    call('POST', `/agent/boards/${board}/gateway/main/ask-user`, headers, {
      content: 'Which one?',
      correlation_id: 'c-1',
    });

  it('164: goes to the main agent of the board’s gateway, and a failure is on record with the correlation id', async () => {
    expect(outcome(await ask())).toEqual([502, 'gateway.unreachable']);
    expect(await listLines(boardId)).toMatchObject([
      { event_type: 'gateway.lead.ask_user.failed', agent_id: main.agentId, data: { correlation_id: 'c-1' } },
    ]);
  });

  it('is a lead’s, and needs a gateway with a main agent', async () => {
    expect(outcome(await ask(boardId, worker.headers))).toEqual([403, 'agent.lead_required']);
    await db().deleteFrom('agents').where('id', '=', main.agentId).execute();
    expect(outcome(await ask())).toEqual([422, 'board.gateway_main_missing']);
    await db().updateTable('boards').set({ gateway_id: null }).where('id', '=', boardId).execute();
    expect(outcome(await ask())).toEqual([422, 'board.gateway_missing']);
  });
});

describe('messages of a main agent', () => {
  const write = (board: string, headers: Headers = main.headers) =>
    call('POST', `/agent/gateway/boards/${board}/lead/message`, headers, { content: 'Please look.', kind: 'handoff' });
  const findLeads = (board: string) =>
    db().selectFrom('agents').select('id').where('board_id', '=', board).where('kind', '=', 'lead').execute();

  it('162: to a board without a lead make one, once, also when they come at once', async () => {
    const bare = await makeBoard(app, orgId, { gatewayId });
    const answers = await Promise.all([write(bare), write(bare), write(bare)]);
    expect(answers.map(outcome)).toEqual(new Array(3).fill([502, 'gateway.unreachable']));
    expect(await findLeads(bare)).toHaveLength(1);
    const lines = (await listLines(bare)).map(({ event_type }) => event_type);
    expect(lines.filter((type) => type === 'agent.created')).toHaveLength(1);
    expect(lines.filter((type) => type === 'gateway.main.lead_message.failed')).toHaveLength(3);
  });

  it('162: to a board of another gateway, or by another agent, are refused', async () => {
    const other = await makeGateway(app, orgId);
    const elsewhere = await makeBoard(app, orgId, { gatewayId: other.gatewayId });
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect(outcome(await write(elsewhere))).toEqual([403, 'agent.board_forbidden']);
    expect(outcome(await write(foreign))).toEqual([404, 'board.not_found']);
    expect(outcome(await write(boardId, lead.headers))).toEqual([403, 'agent.main_required']);
  });

  it('163: to all boards reach each of them, and one that fails stops none', async () => {
    const bare = await makeBoard(app, orgId, { gatewayId });
    const other = await makeGateway(app, orgId);
    const elsewhere = await makeBoard(app, orgId, { gatewayId: other.gatewayId });
    const broadcast = (payload: object, headers: Headers = main.headers) =>
      call('POST', '/agent/gateway/leads/broadcast', headers, {
        content: 'Freeze.',
        correlation_id: 'c-2',
        ...payload,
      });
    const all = (await broadcast({})).json();
    expect(all).toMatchObject({ ok: true, sent: 0, failed: 2 });
    expect(all.results).toMatchObject([
      { board_id: bare, ok: false, state: 'failed', lead_agent_name: 'Lead Agent', error: expect.any(String) },
      { board_id: boardId, ok: false, state: 'failed', lead_agent_id: lead.agentId },
    ]);
    expect(await findLeads(bare)).toHaveLength(1);
    const some = (await broadcast({ board_ids: [boardId, elsewhere, boardId] })).json();
    expect(some.results.map(({ board_id }: { board_id: string }) => board_id)).toEqual([boardId, elsewhere]);
    expect(await findLeads(elsewhere)).toEqual([]);
    expect((await broadcast({ board_ids: [] })).json()).toMatchObject({ ok: true, sent: 0, failed: 0, results: [] });
    const facts = await db()
      .selectFrom('events')
      .select('data')
      .where('type', '=', 'gateway.main.lead_broadcast.sent')
      .orderBy('id')
      .execute();
    expect(facts[0]).toMatchObject({ data: { sent: 0, failed: 2, correlation_id: 'c-2' } });
    expect(outcome(await broadcast({}, lead.headers))).toEqual([403, 'agent.main_required']);
    expect(outcome(await broadcast({ kind: 'gossip' }))).toEqual([422, 'request.invalid']);
  });
});

describe('a soul', () => {
  const url = (id: string, board = boardId) => `/agent/boards/${board}/agents/${id}/soul`;
  const put = (id: string, content: string, headers: Headers = lead.headers) =>
    call('PUT', url(id), headers, { content, source_url: 'https://souls.test/a', reason: 'clearer' });

  it('161: is read by the lead and the agent itself only, as JSON text', async () => {
    await db().updateTable('agents').set({ soul_template: 'Calm.' }).where('id', '=', worker.agentId).execute();
    for (const { headers } of [lead, worker]) {
      const answer = await call('GET', url(worker.agentId), headers);
      expect([answer.statusCode, answer.body]).toEqual([200, '"Calm."']);
      expect(answer.headers['content-type']).toContain('application/json');
    }
    const other = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    expect(outcome(await call('GET', url(worker.agentId), other.headers))).toEqual([403, 'agent.soul_forbidden']);
    expect(outcome(await call('GET', url(newId()), lead.headers))).toEqual([404, 'agent.not_found']);
    expect(outcome(await call('GET', url(other.agentId), lead.headers))).toEqual([502, 'gateway.file_read_failed']);
  });

  it('161: update keeps a version, writes SOUL.md only, and blank content is refused', async () => {
    expect(outcome(await put(worker.agentId, ' \n'))).toEqual([422, 'soul.content_required']);
    expect(outcome(await put(worker.agentId, 'First.'))).toEqual([502, 'gateway.file_write_failed']);
    expect(outcome(await put(worker.agentId, 'Second.'))).toEqual([502, 'gateway.file_write_failed']);
    expect((await call('GET', url(worker.agentId), lead.headers)).json()).toBe('Second.');
    const files = await db()
      .selectFrom('agent_files')
      .select(['name', 'version_no', 'content', 'written_at'])
      .where('agent_id', '=', worker.agentId)
      .orderBy('version_no')
      .execute();
    expect(files).toEqual([
      { name: 'SOUL.md', version_no: 1, content: 'First.', written_at: null },
      { name: 'SOUL.md', version_no: 2, content: 'Second.', written_at: null },
    ]);
    const jobs = await db()
      .selectFrom('work_jobs')
      .select(['kind', 'payload', 'waits_for'])
      .where('board_id', '=', boardId)
      .execute();
    expect(jobs).toEqual([
      {
        kind: 'agent.write_file',
        payload: { agent_id: worker.agentId, name: 'SOUL.md' },
        waits_for: `gateway:${gatewayId}`,
      },
    ]);
    const lines = await listLines(boardId);
    expect(lines.at(-1)).toMatchObject({
      event_type: 'agent.soul.updated',
      agent_id: worker.agentId,
      data: { version_no: 2, reason: 'clearer', source_url: 'https://souls.test/a' },
    });
    expect(outcome(await put(worker.agentId, 'x', worker.headers))).toEqual([403, 'agent.lead_required']);
    expect(outcome(await put(main.agentId, 'x'))).toEqual([404, 'agent.not_found']);
  });

  it('keeps the last twenty versions', async () => {
    for (let i = 1; i <= 22; i++) await put(worker.agentId, `Soul ${i}`);
    const versions = await db()
      .selectFrom('agent_files')
      .select('version_no')
      .where('agent_id', '=', worker.agentId)
      .orderBy('version_no')
      .execute();
    expect([versions.length, versions[0]?.version_no]).toEqual([20, 3]);
  });
});

describe('an agent of a process on a board', () => {
  it('acts there by the worker rules under the name that its process gives', async () => {
    const { agentId, headers } = await makeProcess(app, `hosted-${newId()}`);
    const as = { ...headers, 'mc-agent': agentId };
    expect(outcome(await call('GET', `/agent/agents?board_id=${boardId}`, as))).toEqual([403, 'agent.board_forbidden']);
    const placed = await call('PATCH', `/agents/${agentId}`, app.owner.headers, { board_id: boardId });
    expect(placed.json()).toMatchObject({ board_id: boardId, kind: 'external', gateway_id: null });
    expect((await call('GET', '/agent/agents', as)).json().items).toHaveLength(3);
    expect((await call('GET', '/agent/healthz', as)).json()).toMatchObject({
      agent_id: agentId,
      board_id: boardId,
      gateway_id: null,
    });
    expect(outcome(await call('POST', '/agent/agents', as, { name: 'x' }))).toEqual([403, 'agent.lead_required']);
    expect(
      outcome(await call('POST', `/agent/boards/${boardId}/agents/${worker.agentId}/nudge`, as, { message: 'x' })),
    ).toEqual([403, 'agent.lead_required']);
    // Its process still reports for it, with what its version declares.
    const bundle = await call('GET', `/agents/${agentId}/bundle`, headers);
    expect(bundle.json()).toMatchObject({ capability: { tools: [{ name: 'docs/read' }] } });
    const list = (await call('GET', `/agents?board_id=${boardId}`, app.owner.headers)).json();
    expect(list.items.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['lead', 'worker']);
    const all = (await call('GET', `/agents?origin=all&board_id=${boardId}`, app.owner.headers)).json();
    expect(all.total).toBe(3);
    await call('PATCH', `/agents/${agentId}`, app.owner.headers, { board_id: null });
    expect((await call('GET', '/agent/agents', as)).json().items).toEqual([]);
  });

  it('cannot take the name of an agent of a gateway', async () => {
    const slug = (await call('GET', `/agents/${lead.agentId}`, app.owner.headers)).json().slug;
    const key = await call('POST', '/service-keys', app.owner.headers, { name: 'k', scopes: ['enroll'] });
    const answer = await call(
      'POST',
      '/agents/enroll',
      { authorization: `Bearer ${key.json().key}` },
      {
        producer: newId(),
        agents: [{ slug, manifest: {} }],
      },
    );
    expect(outcome(answer)).toEqual([409, 'agent.name_taken']);
  });
});
