import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';

let app: TestApp;
let groupId: string;
let gateways: [string, string];
let agents: { lead: MadeAgent; worker: MadeAgent; other: MadeAgent; adopted: MadeAgent; stranger: MadeAgent };
beforeAll(async () => {
  app = await createTestApp();
  const { orgId } = app.owner;
  groupId = await makeBoardGroup(app, orgId);
  gateways = [(await makeGateway(app, orgId)).gatewayId, (await makeGateway(app, orgId)).gatewayId];
  const [a, b] = gateways;
  const first = await makeBoard(app, orgId, { gatewayId: a, groupId });
  const second = await makeBoard(app, orgId, { gatewayId: b, groupId });
  const outside = await makeBoard(app, orgId, { gatewayId: a });
  agents = {
    lead: await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId: a, boardId: first }),
    worker: await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId: a, boardId: first }),
    other: await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId: b, boardId: second }),
    adopted: await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId: b, boardId: second }),
    stranger: await makeGatewayAgent(app, orgId, { kind: 'lead', gatewayId: a, boardId: outside }),
  };
  await app.platform.db
    .updateTable('agents')
    .set({ managed: false })
    .where('id', '=', agents.adopted.agentId)
    .execute();
});
afterAll(() => app.close());

const apply = (payload: object, headers: Record<string, string> = app.owner.headers, id = groupId) =>
  app.router.inject({ method: 'POST', url: `/api/v1/board-groups/${id}/heartbeat`, headers, payload });
const configOf = async ({ agentId }: MadeAgent) =>
  (
    await app.platform.db
      .selectFrom('agents')
      .select('heartbeat_config')
      .where('id', '=', agentId)
      .executeTakeFirstOrThrow()
  ).heartbeat_config;
const listJobs = () =>
  app.platform.db
    .selectFrom('work_jobs')
    .select(['waits_for', 'payload', 'state'])
    .where('kind', '=', 'gateway.config')
    .orderBy('created_at')
    .execute();

it('sets the pace of the workers, with one job per gateway that waits for it; observed agents fail', async () => {
  const { worker, other, adopted, lead } = agents;
  const answer = await apply({ every: '10m' });
  expect(answer.json()).toEqual({
    board_group_id: groupId,
    requested: { every: '10m', target: 'last' },
    updated_agent_ids: [worker.agentId, other.agentId].sort(),
    failed_agent_ids: [adopted.agentId],
  });
  expect(await configOf(worker)).toEqual({ every: '10m', target: 'last', includeReasoning: false });
  expect(await configOf(lead)).toBeNull();
  expect(await configOf(adopted)).toBeNull();
  const jobs = await listJobs();
  expect(jobs).toHaveLength(2);
  expect(jobs).toEqual(
    expect.arrayContaining([
      {
        waits_for: `gateway:${gateways[0]}`,
        state: 'queued',
        payload: { gateway_id: gateways[0], agent_ids: [worker.agentId] },
      },
      {
        waits_for: `gateway:${gateways[1]}`,
        state: 'queued',
        payload: { gateway_id: gateways[1], agent_ids: [other.agentId] },
      },
    ]),
  );
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor'])
    .where('subject_id', '=', worker.agentId)
    .execute();
  expect(facts).toMatchObject([{ type: 'agent.updated', actor: { kind: 'user', id: app.owner.userId } }]);
});

it('reaches leads when asked, turns off by off or 0 and keeps other settings', async () => {
  const { worker, lead } = agents;
  await app.platform.db
    .updateTable('agents')
    .set({ heartbeat_config: JSON.stringify({ every: '5m', target: 'last', includeReasoning: true, prompt: 'hi' }) })
    .where('id', '=', worker.agentId)
    .execute();
  for (const every of ['off', '0']) {
    const { requested, updated_agent_ids } = (await apply({ every, include_board_leads: true })).json();
    expect(requested).toEqual({ every: '0m', target: 'last' });
    expect(updated_agent_ids).toContain(lead.agentId);
  }
  expect(await configOf(worker)).toEqual({ every: '0m', target: 'last', includeReasoning: true, prompt: 'hi' });
});

it.each(['', '10', '29s', '8d', '0.5h', '1000000s', '-5m', '1w', ' '])('refuses the interval %j', async (every) => {
  expect((await apply({ every })).json().code).toBe('request.invalid');
});

it('is for admins who write a board of the group and for leads of its boards', async () => {
  const { orgId } = app.owner;
  const writer = await makeMember(app, orgId, { all_boards_write: true });
  const admin = await makeMember(app, orgId, { role: 'admin' });
  const every = { every: '1h' };
  expect((await apply(every, writer.headers)).json().code).toBe('auth.forbidden');
  expect((await apply(every, admin.headers)).json().code).toBe('board.access_denied');
  expect((await apply(every, agents.worker.headers)).json().code).toBe('agent.lead_required');
  expect((await apply(every, agents.stranger.headers)).json().code).toBe('agent.lead_required');
  expect((await apply(every, agents.lead.headers)).statusCode).toBe(200);
  const foreign = await makeBoardGroup(app, await makeOrganization(app));
  expect((await apply(every, app.owner.headers, foreign)).json().code).toBe('board_group.not_found');
  expect((await apply(every, agents.lead.headers, foreign)).json().code).toBe('board_group.not_found');
});
