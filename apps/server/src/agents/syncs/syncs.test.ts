import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember } from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let main: string;
let boardId: string;
let lead: string;
let worker: string;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  const gateway = await makeGateway(app, orgId);
  gatewayId = gateway.gatewayId;
  main = gateway.main.agentId;
  boardId = await makeBoard(app, orgId, { gatewayId });
  lead = (await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId, boardId })).agentId;
  worker = (await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId })).agentId;
});
afterAll(() => app.close());

const sync = (query = '', headers = app.owner.headers) =>
  app.router.inject({ method: 'POST', url: `/api/v1/gateways/${gatewayId}/templates/sync${query}`, headers });
const findJob = (id: string) =>
  app.platform.db
    .selectFrom('work_jobs')
    .select(['kind', 'payload', 'waits_for', 'state'])
    .where('id', '=', id)
    .executeTakeFirst();

it('waits for the gateway as one job that names its agents and options', async () => {
  const answer = await sync('?reset_sessions=true&overwrite=true');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    gateway_id: gatewayId,
    include_main: true,
    reset_sessions: true,
    agents_updated: 0,
    agents_skipped: 0,
    main_updated: false,
    errors: [],
    job_id: expect.any(String),
    state: 'running',
    files_unchanged: 0,
    files_written: 0,
    dry_run: false,
    agents: [main, lead, worker].map((agent_id) => expect.objectContaining({ agent_id, state: 'running', files: [] })),
  });
  expect(await findJob(answer.json().job_id)).toMatchObject({
    kind: 'templates.sync',
    state: 'queued',
    waits_for: `gateway:${gatewayId}`,
    payload: {
      agent_ids: [main, lead, worker],
      options: { reset_sessions: true, overwrite: true, rotate_tokens: false, force_bootstrap: false },
    },
  });
});

it('runs once at a time, also when asked twice at once', async () => {
  const answers = await Promise.all([sync(), sync(), sync()]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  const job = answers.find(({ statusCode }) => statusCode === 200)?.json().job_id;
  const refused = answers.find(({ statusCode }) => statusCode === 409);
  expect(refused?.json()).toMatchObject({ code: 'gateway.sync_running', detail: { job_id: job } });
});

it('takes leads, a board, or no main agent when asked, skips paused boards and adopted agents, and makes a missing main agent', async () => {
  const agentsOf = async (query: string) => {
    const result = (await sync(query)).json();
    const job = await findJob(result.job_id);
    await app.platform.db.deleteFrom('work_jobs').where('id', '=', result.job_id).execute();
    const { agent_ids } = (job?.payload ?? {}) as { agent_ids?: string[] };
    return [agent_ids, result.agents_skipped];
  };
  expect(await agentsOf('?lead_only=true')).toEqual([[main, lead], 0]);
  expect(await agentsOf('?include_main=false')).toEqual([[lead, worker], 0]);
  const other = await makeBoard(app, orgId, { gatewayId });
  expect(await agentsOf(`?board_id=${other}`)).toEqual([[main], 0]);
  await app.platform.db.updateTable('agents').set({ adopted: true }).where('id', '=', worker).execute();
  expect(await agentsOf('')).toEqual([[main, lead], 1]);
  await app.platform.db.updateTable('boards').set({ paused_at: new Date() }).where('id', '=', boardId).execute();
  expect(await agentsOf('')).toEqual([[main], 2]);
  await app.platform.db.deleteFrom('agents').where('id', '=', main).execute();
  const [[made]] = (await agentsOf('')) as [[string], number];
  const { kind } = await app.platform.db
    .selectFrom('agents')
    .select('kind')
    .where('id', '=', made)
    .executeTakeFirstOrThrow();
  expect(kind).toBe('main');
});

it('reports a board of another gateway and is for admins', async () => {
  const elsewhere = await makeBoard(app, orgId, { gatewayId: (await makeGateway(app, orgId)).gatewayId });
  expect((await sync(`?board_id=${elsewhere}`)).json().errors).toEqual([
    { agent_id: null, agent_name: null, board_id: elsewhere, message: expect.any(String), code: 'board.other_gateway' },
  ]);
  const member = await makeMember(app, orgId, { all_boards_write: true });
  expect((await sync('', member.headers)).json().code).toBe('auth.forbidden');
});
