import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { makeBoard, makeGateway } from '../../../test/make.ts';
import { toDiff } from './diff.rules.ts';

let app: TestApp;
let place: AgentsOnGateway;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  const { world } = place.gateway;
  const workspace = '/home/pat/workspace-scout';
  world.agents.set('scout', { id: 'scout', name: 'Scout', workspace, createdAt: 1, isLive: true });
  world.workspaces.set(workspace, new Map([['AGENTS.md', '# Scout\nMy own rules.\n']]));
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const adopt = (more: object = {}) =>
  place.call('POST', `/gateways/${place.gatewayId}/adopt`, {
    ...{ gateway_agent_id: 'scout', board_id: place.boardId, dry_run: false },
    ...more,
  });
const files = () => place.gateway.world.workspaces.get('/home/pat/workspace-scout') ?? new Map<string, string>();
const WRITES =
  /^(agents\.(create|update|delete|files\.set)|config\.patch|sessions\.(create|patch|files\.set)|cron\.|secrets\.)/;
const writes = () => place.gateway.calls.filter(({ method }) => WRITES.test(method));

it('lists what stands on a gateway, with what is ours', async () => {
  const { id } = await place.create();
  await place.settled(id);
  const { items, next_cursor } = (await place.call('GET', `/gateways/${place.gatewayId}/agents`)).json();
  expect(next_cursor).toBeNull();
  expect(items).toContainEqual({
    ...{ gateway_agent_id: 'scout', name: 'Scout', managed: false, agent_id: null, conflicts: [] },
  });
  expect(items).toContainEqual(expect.objectContaining({ agent_id: id, managed: true }));
});

it('182: a dry run writes nothing and shows every file change; adopting then changes exactly that', async () => {
  const before = files().get('AGENTS.md') ?? '';
  const plan = (await adopt({ manage: true, dry_run: true })).json();
  expect(plan).toMatchObject({
    name: 'Scout',
    workspace: '/home/pat/workspace-scout',
    session_key: 'agent:scout:main',
  });
  expect(plan.files.map(({ name, action }: Record<string, string>) => [name, action])).toEqual([
    ['AGENTS.md', 'append'],
    ['.mission-control/auth', 'create'],
  ]);
  expect([writes(), files().size]).toEqual([[], 1]);
  const agent = (await adopt({ manage: true })).json();
  expect(await place.settled(agent.id)).toMatchObject({ status: 'online', last_error: null, managed: true });
  expect([...files().keys()].sort()).toEqual(['.mission-control/auth', 'AGENTS.md']);
  const after = files().get('AGENTS.md') ?? '';
  expect(after.startsWith(before)).toBe(true);
  expect(toDiff(before, after)).toBe(plan.files[0].diff);
  expect(place.gateway.world.agents.get('scout')).toMatchObject({ name: 'Scout' });
});

it('adopts without writing anything, keeps its ids, and manages it as a second step', async () => {
  const answer = await adopt();
  expect([answer.statusCode, writes()]).toEqual([200, []]);
  const agent = answer.json();
  expect(agent).toMatchObject({
    ...{ name: 'Scout', kind: 'worker', managed: false, board_id: place.boardId, status: 'online' },
    ...{ gateway_agent_id: 'scout', openclaw_session_id: 'agent:scout:main' },
  });
  expect((await adopt()).json().code).toBe('agent.already_adopted');
  const plan = (await place.call('POST', `/agents/${agent.id}/manage`, {})).json();
  expect([plan.files[0].action, writes()]).toEqual(['append', []]);
  await place.call('POST', `/agents/${agent.id}/manage`, { dry_run: false });
  expect(await place.settled(agent.id)).toMatchObject({ managed: true, last_error: null });
  expect(files().get('AGENTS.md')).toContain('mission-control:begin');
  const lines = await app.platform.db
    .selectFrom('activity_events')
    .select('event_type')
    .where('agent_id', '=', agent.id)
    .execute();
  expect(lines.map(({ event_type }) => event_type)).toContain('agent.adopted');
});

it('adopts without a board, only to watch, and manages it no sooner than it has one', async () => {
  const ofNone = { board_id: null };
  const plan = (await adopt({ ...ofNone, dry_run: true })).json();
  expect(plan.warnings).toContainEqual(expect.stringContaining('no board'));
  expect((await adopt({ ...ofNone, manage: true })).json().code).toBe('agent.board_required');
  const agent = (await adopt(ofNone)).json();
  expect(agent).toMatchObject({ kind: 'worker', board_id: null, managed: false, control_state: 'active' });
  expect((await place.call('POST', `/agents/${agent.id}/manage`, {})).json().code).toBe('agent.board_required');
  expect((await place.call('PATCH', `/agents/${agent.id}`, { description: 'Scouts' })).json().board_id).toBeNull();
  const elsewhere = await makeBoard(app, app.owner.orgId, {
    gatewayId: (await makeGateway(app, app.owner.orgId)).gatewayId,
  });
  const moved = await place.call('PATCH', `/agents/${agent.id}`, { board_id: elsewhere });
  expect(moved.json().code).toBe('board.other_gateway');
  const placed = (await place.call('PATCH', `/agents/${agent.id}`, { board_id: place.boardId })).json();
  expect(placed).toMatchObject({ board_id: place.boardId, lifecycle_state: 'steady', gateway_agent_id: 'scout' });
  expect(writes()).toEqual([]);
  await place.call('POST', `/agents/${agent.id}/manage`, { dry_run: false });
  expect(await place.settled(agent.id)).toMatchObject({ managed: true, last_error: null });
  // Its board moves on; what was adopted stays where it stands, without what was ours.
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  expect((await place.call('PATCH', `/boards/${place.boardId}`, { gateway_id: gatewayId })).statusCode).toBe(200);
  const left = (await place.call('GET', `/agents/${agent.id}`)).json();
  expect(left).toMatchObject({ board_id: null, managed: false, gateway_id: place.gatewayId, has_token: false });
  await expect.poll(() => files().get('AGENTS.md'), { timeout: 20_000 }).toBe('# Scout\nMy own rules.\n');
});

it('takes over the row of one that was only seen', async () => {
  const seen = { org_id: app.owner.orgId, slug: 'scout-seen', name: 'scout', origin: 'openclaw', kind: 'external' };
  const id = '01900000-0000-7000-8000-000000000001';
  await app.platform.db
    .insertInto('agents')
    .values({
      ...seen,
      id,
      agent_type: 'openclaw',
      gateway_id: place.gatewayId,
      gateway_agent_id: 'scout',
      managed: false,
      control_state: 'discovered',
    })
    .execute();
  expect((await adopt()).json()).toMatchObject({ id, name: 'Scout', kind: 'worker', control_state: 'active' });
});

it('when it goes, is only released: our block and its credential', async () => {
  const agent = (await adopt({ manage: true })).json();
  await place.settled(agent.id);
  await place.call('DELETE', `/agents/${agent.id}`);
  await expect
    .poll(async () => (await place.findJob(agent.id, 'agent.release')).state, { timeout: 20_000 })
    .toBe('succeeded');
  expect(files().get('AGENTS.md')).toBe('# Scout\nMy own rules.\n');
  expect(files().get('.mission-control/auth')).not.toContain('mca_');
  expect(place.gateway.world.agents.has('scout')).toBe(true);
  expect(place.callsOf('agents.delete')).toEqual([]);
  expect([...place.gateway.world.secrets.keys()].filter((name) => name.startsWith('MC_AGENT_'))).toEqual([]);
});

it('names what is wrong', async () => {
  const elsewhere = await makeBoard(app, app.owner.orgId, {
    gatewayId: (await makeGateway(app, app.owner.orgId)).gatewayId,
  });
  expect((await adopt({ gateway_agent_id: 'nobody' })).json().code).toBe('gateway_agent.not_found');
  expect((await adopt({ board_id: elsewhere })).json().code).toBe('board.other_gateway');
  place.gateway.dropConnections();
  await place.gateway.close();
  expect((await place.call('GET', `/gateways/${place.gatewayId}/agents`)).statusCode).toBe(502);
});
