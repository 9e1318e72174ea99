import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settleAllKills } from '#server/agents/kills/kills.service.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeBoardGroup, makeGateway, makeGatewayAgent, makeProcess } from '../../../test/make.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: object, headers = app.owner.headers) => {
  const answer = await app.router.inject({ method, url: `/api/v1${path}`, headers, ...(payload ? { payload } : {}) });
  return { status: answer.statusCode, body: answer.json() };
};
const kill = async (scope: object, abort = false) =>
  (await call('POST', '/kill', { scope, abort, reason: 'it spends too much' })).body;
const agentOf = async (id: string) => (await call('GET', `/agents/${id}`)).body;
const bundleOf = async ({ agentId, headers }: { agentId: string; headers: { authorization: string } }) =>
  (await call('GET', `/agents/${agentId}/bundle`, undefined, headers)).body;

describe('a kill', () => {
  it('stops the agents of its scope and tells their processes; released, they go on', async () => {
    const [hit, spared] = [await makeProcess(app, 'spender'), await makeProcess(app, 'saver')];
    const set = await kill({ agent: 'spender' }, true);
    expect(set).toMatchObject({ scope_kind: 'agent', scope_id: hit.agentId, agents: 1, released_percent: 0 });
    expect(await agentOf(hit.agentId)).toMatchObject({
      control_state: 'paused',
      control_reason: 'it spends too much',
      holds: [{ holder: `kill:${set.id}` }],
    });
    expect((await bundleOf(hit)).control).toMatchObject({ kill: { id: set.id, abort: true } });
    expect((await agentOf(spared.agentId)).control_state).toBe('active');
    expect((await call('POST', '/commands/poll', {}, hit.headers)).body.commands).toMatchObject([
      { type: 'kill', body: { agent_id: hit.agentId, kill_id: set.id, abort: true } },
    ]);
    expect((await call('GET', '/kill')).body.items.map(({ id }: { id: string }) => id)).toEqual([set.id]);
    const resumed = await call('POST', `/agents/${hit.agentId}/resume`, { reason: 'try' });
    expect(resumed.body.control_state).toBe('paused');
    expect((await call('DELETE', `/kill/${set.id}`)).body).toMatchObject({ released_percent: 100, agents: 0 });
    expect(await agentOf(hit.agentId)).toMatchObject({ control_state: 'active', holds: [] });
    expect((await bundleOf(hit)).control.kill).toBeNull();
    expect((await call('GET', '/kill')).body.items).toEqual([]);
    expect((await call('GET', '/kill?state=all')).body.items).toHaveLength(1);
    const { rows } = { rows: await app.platform.db.selectFrom('events').select('type').execute() };
    expect(rows.map(({ type }) => type)).toEqual(expect.arrayContaining(['kill.set', 'kill.released']));
  });

  it('of a type also stops its agents that come later, and lets a pause by people be', async () => {
    const first = await makeProcess(app, 'first-typed');
    await app.platform.db.updateTable('agents').set({ agent_type: 'typed' }).where('id', '=', first.agentId).execute();
    await call('POST', `/agents/${first.agentId}/pause`, { reason: 'by hand' });
    const set = await kill({ agent_type: 'typed' });
    const later = await makeProcess(app, 'later-typed');
    await app.platform.db.updateTable('agents').set({ agent_type: 'typed' }).where('id', '=', later.agentId).execute();
    expect((await bundleOf(later)).control.kill).toMatchObject({ id: set.id });
    await settleAllKills(app.platform);
    expect((await agentOf(later.agentId)).control_state).toBe('paused');
    await call('DELETE', `/kill/${set.id}`);
    expect((await agentOf(later.agentId)).control_state).toBe('active');
    expect(await agentOf(first.agentId)).toMatchObject({ control_state: 'paused', control_reason: 'by hand' });
  });

  it('of the organization is released step by step, the same agents first', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => makeProcess(app, `crew-${i}`)));
    const total = (await call('GET', '/agents?origin=all&limit=1')).body.total;
    const set = await kill({ org: true });
    expect(set.agents).toBe(total);
    const isFree = async () =>
      (await call('GET', '/agents?origin=all&control_state=active')).body.items.map(({ id }: { id: string }) => id);
    const tenth = (await call('DELETE', `/kill/${set.id}`, { percent: 10 })).body;
    const freed = await isFree();
    expect(freed.length).toBe(total - tenth.agents);
    expect((await call('DELETE', `/kill/${set.id}`, { percent: 10 })).status).toBe(409);
    const half = (await call('DELETE', `/kill/${set.id}`, { percent: 50 })).body;
    expect(half.agents).toBeLessThan(total);
    expect(await isFree()).toEqual(expect.arrayContaining(freed));
    await call('DELETE', `/kill/${set.id}`);
    expect((await call('GET', '/agents?origin=all&control_state=active')).body.total).toBe(total - 1); // paused by hand
  });

  it('of a board or its group ends what agents of gateways do there', async () => {
    const { orgId } = app.owner;
    const group = await makeBoardGroup(app, orgId, 'Finance');
    const { gatewayId } = await makeGateway(app, orgId);
    const board = await makeBoard(app, orgId, { name: 'Refunds', gatewayId, groupId: group });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: board });
    const hardOf = async () =>
      app.platform.db.selectFrom('agents').select('hard_paused_at').where('id', '=', worker.agentId).executeTakeFirst();
    const byGroup = await kill({ board_group: 'Finance' });
    const byBoard = await kill({ board: board });
    expect((await hardOf())?.hard_paused_at).not.toBeNull();
    await call('DELETE', `/kill/${byGroup.id}`);
    expect((await agentOf(worker.agentId)).control_state).toBe('paused');
    await call('DELETE', `/kill/${byBoard.id}`);
    expect((await agentOf(worker.agentId)).control_state).toBe('active');
    expect((await hardOf())?.hard_paused_at).toBeNull();
  });

  it('names what is not there, and is not found elsewhere', async () => {
    for (const scope of [{ agent: 'nobody' }, { board: 'nowhere' }, { board_group: 'none' }, { agent_type: 'odd' }])
      expect((await call('POST', '/kill', { scope, reason: 'x' })).body.code).toBe('kill.scope_unknown');
    expect((await call('POST', '/kill', { scope: { org: true, agent: 'a' }, reason: 'x' })).status).toBe(422);
    expect((await call('DELETE', '/kill/01890000-0000-7000-8000-000000000000')).body.code).toBe('kill.not_found');
  });
});
