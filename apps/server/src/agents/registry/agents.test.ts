import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  makeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeProcess,
} from '../../../test/make.ts';
import { CONTROL_ACTIONS, nextState } from '../control/control.rules.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const get = (url: string) => app.router.inject({ url: `/api/v1${url}`, headers: app.owner.headers });
const send = (method: 'POST' | 'PATCH', url: string, payload: Record<string, unknown>) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, payload });
const factsOf = async (id: string) =>
  (await app.platform.db.selectFrom('events').select('type').where('subject_id', '=', id).orderBy('id').execute()).map(
    ({ type }) => type,
  );

describe('the registry', () => {
  it('lists only OpenClaw agents unless asked for others', async () => {
    await makeProcess(app, 'listed');
    expect((await get('/agents')).json()).toMatchObject({ items: [], total: 0, limit: 200, offset: 0 });
    expect((await get('/agents?origin=all')).json().total).toBeGreaterThan(0);
  });

  it('filters by text, state and health, and treats wildcards as text', async () => {
    const { agentId } = await makeProcess(app, 'needle');
    const slugs = async (query: string) =>
      (await get(`/agents?origin=all&${query}`)).json().items.map(({ slug }: { slug: string }) => slug);
    expect(await slugs('q=eedl')).toEqual(['needle']);
    expect(await slugs('q=%25')).toEqual([]);
    expect(await slugs('q=needle&health=grey')).toEqual(['needle']);
    expect(await slugs('q=needle&health=red')).toEqual([]);
    await send('POST', `/agents/${agentId}/pause`, { reason: 'x' });
    expect(await slugs('control_state=paused')).toContain('needle');
  });

  it('shows an agent with its manifest, processes and holds', async () => {
    const { agentId, versionId, producer } = await makeProcess(app, 'detailed');
    const detail = (await get(`/agents/${agentId}`)).json();
    expect(detail).toMatchObject({
      slug: 'detailed',
      origin: 'sdk',
      kind: 'external',
      status: 'online',
      tier: 1,
      active_version: { id: versionId, number: 1, manifest: { tools: [{ name: 'docs/read' }] } },
      producers: [{ id: producer, online: true }],
      holds: [],
    });
  });

  it('changes what people may change and tells processes and listeners', async () => {
    const { agentId } = await makeProcess(app, 'edited');
    const changed = await send('PATCH', `/agents/${agentId}`, {
      name: 'Edited',
      labels: { team: 'a' },
      enforce_capabilities: 'monitor',
    });
    expect(changed.json()).toMatchObject({
      name: 'Edited',
      labels: { team: 'a' },
      enforce_capabilities: 'monitor',
      version: expect.any(Number),
    });
    expect(await factsOf(agentId)).toContain('agent.updated');
    const tooMany = Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v']));
    expect((await send('PATCH', `/agents/${agentId}`, { labels: tooMany })).statusCode).toBe(422);
  });

  it('hides another organization’s agents behind the same 404 as absent ones', async () => {
    const foreign = await makeAgent(app, await makeOrganization(app));
    for (const id of [foreign, newId()]) {
      for (const url of [`/agents/${id}`, `/agents/${id}/versions`, `/agents/${id}/versions/${newId()}`])
        expect((await get(url)).json().code, url).toBe('agent.not_found');
      expect((await send('PATCH', `/agents/${id}`, { name: 'mine' })).json().code).toBe('agent.not_found');
      expect((await send('POST', `/agents/${id}/pause`, { reason: 'x' })).json().code).toBe('agent.not_found');
      expect((await send('POST', `/agents/${id}/versions`, { manifest: {} })).json().code).toBe('agent.not_found');
    }
    expect((await get('/agents?origin=all')).body).not.toContain(foreign);
  });
});

describe('who sees which agents', () => {
  const read = (url: string, headers: Record<string, string>) => app.router.inject({ url: `/api/v1${url}`, headers });
  const outcome = (answer: Awaited<ReturnType<typeof read>>) => [answer.statusCode, answer.json().code];

  it('an admin lists agents of readable boards and main agents; members ask for an origin and see their boards’', async () => {
    const { orgId } = app.owner;
    const { gatewayId, main } = await makeGateway(app, orgId);
    const [open, closed] = [await makeBoard(app, orgId, { gatewayId }), await makeBoard(app, orgId, { gatewayId })];
    const seen = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: open });
    const hidden = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: closed });
    const admin = await makeMember(app, orgId, { role: 'admin', boards: { [open]: 'read' } });
    const member = await makeMember(app, orgId, { boards: { [open]: 'read' } });
    const list = async (query: string, headers: Record<string, string>) => {
      const answer = await read(`/agents?gateway_id=${gatewayId}${query}`, headers);
      return answer.statusCode === 200 ? answer.json().items.map(({ id }: { id: string }) => id) : outcome(answer);
    };
    expect(await list('', app.owner.headers)).toEqual([hidden.agentId, seen.agentId, main.agentId]);
    expect(await list('', admin.headers)).toEqual([seen.agentId, main.agentId]);
    expect(await list('', member.headers)).toEqual([403, 'auth.forbidden']);
    expect(await list('&origin=all', member.headers)).toEqual([seen.agentId]);
    expect(await list(`&board_id=${closed}`, admin.headers)).toEqual([403, 'board.access_denied']);
    expect(await list(`&board_id=${open}`, admin.headers)).toEqual([seen.agentId]);
    // D113: members who read the board open its agents.
    expect((await read(`/agents/${seen.agentId}`, member.headers)).statusCode).toBe(200);
    expect(outcome(await read(`/agents/${hidden.agentId}`, member.headers))).toEqual([403, 'board.access_denied']);
    expect(outcome(await read(`/agents/${main.agentId}`, member.headers))).toEqual([403, 'auth.forbidden']);
    expect((await read(`/agents/${main.agentId}`, admin.headers)).statusCode).toBe(200);
  });

  it('no answer holds a token or its hash', async () => {
    const { gatewayId, main } = await makeGateway(app, app.owner.orgId);
    const { body } = await read(`/agents?gateway_id=${gatewayId}`, app.owner.headers);
    expect(JSON.parse(body).items[0]).toMatchObject({ id: main.agentId, has_token: true });
    expect(body).not.toContain(main.headers['x-agent-token']);
  });
});

describe('control', () => {
  it('follows the diagram and refuses the rest with 409', async () => {
    const { agentId } = await makeProcess(app, 'steered');
    const act = async (action: string) => {
      const answer = await send('POST', `/agents/${agentId}/${action}`, { reason: 'because' });
      return answer.statusCode === 200 ? answer.json().control_state : answer.json().code;
    };
    expect(await act('resume')).toBe('agent.state');
    expect(await act('drain')).toBe('draining');
    expect(await act('resume')).toBe('active');
    expect(await act('pause')).toBe('paused');
    expect(await act('drain')).toBe('agent.state');
    expect(await act('retire')).toBe('retired');
    expect(await act('pause')).toBe('agent.state');
    expect(await act('restore')).toBe('paused');
    expect(await act('resume')).toBe('active');
  });

  it('stays paused while another holder holds', async () => {
    const { agentId } = await makeProcess(app, 'held');
    await send('POST', `/agents/${agentId}/pause`, { reason: 'by hand' });
    await app.platform.db
      .insertInto('agent_holds')
      .values({
        id: newId(),
        org_id: app.owner.orgId,
        agent_id: agentId,
        holder: 'breaker:1',
        reason: 'errors',
        by: JSON.stringify({ kind: 'system', id: 'breaker' }),
      })
      .execute();
    const resumed = (await send('POST', `/agents/${agentId}/resume`, { reason: 'go' })).json();
    expect(resumed).toMatchObject({ control_state: 'paused', control_reason: 'errors' });
  });

  it('asks for a reason', async () => {
    const { agentId } = await makeProcess(app, 'silent');
    expect((await send('POST', `/agents/${agentId}/pause`, { reason: ' ' })).statusCode).toBe(422);
  });

  it('never leads from a state to itself', () => {
    for (const state of ['discovered', 'active', 'paused', 'draining', 'retired'] as const)
      for (const action of CONTROL_ACTIONS) expect(nextState(state, action)).not.toBe(state);
  });
});

describe('versions', () => {
  it('are added by hand, once per content, and shown with what changed', async () => {
    const { agentId, versionId } = await makeProcess(app, 'versioned');
    const manifest = { tools: [{ name: 'docs/read', side_effect: 'read' }, { name: 'mail/send' }], max_concurrency: 3 };
    const created = await send('POST', `/agents/${agentId}/versions`, { manifest, label: 'ci' });
    expect([created.statusCode, created.json().number]).toEqual([201, 2]);
    const again = await send('POST', `/agents/${agentId}/versions`, { manifest });
    expect([again.statusCode, again.json().id]).toEqual([200, created.json().id]);
    const diff = (await get(`/agents/${agentId}/versions/diff?from=${versionId}&to=${created.json().id}`)).json();
    expect(diff.changes).toMatchObject([
      { op: 'change', path: 'tools/docs~1read/side_effect', before: 'non_idempotent', after: 'read', risk: 'narrows' },
      { op: 'add', path: 'tools/mail~1send', risk: 'widens' },
      { op: 'add', path: 'max_concurrency', risk: 'narrows' },
    ]);
    const list = (await get(`/agents/${agentId}/versions?limit=1`)).json();
    expect(list.items).toMatchObject([{ number: 2, state: 'active', tools: 2 }]);
    const next = (await get(`/agents/${agentId}/versions?limit=1&cursor=${list.next_cursor}`)).json();
    expect(next).toMatchObject({ items: [{ number: 1, state: 'superseded' }], next_cursor: null });
  });

  it('cannot be rewritten or deleted, even in the database', async () => {
    const { versionId } = await makeProcess(app, 'immutable');
    const { db } = app.platform;
    await expect(
      db.updateTable('agent_versions').set({ label: 'x' }).where('id', '=', versionId).execute(),
    ).rejects.toThrow(/immutable/);
    await expect(db.deleteFrom('agent_versions').where('id', '=', versionId).execute()).rejects.toThrow(/immutable/);
  });

  it('answer a wrong manifest and an unknown version', async () => {
    const { agentId } = await makeProcess(app, 'strict');
    expect((await send('POST', `/agents/${agentId}/versions`, { manifest: { tools: 5 } })).json().code).toBe(
      'manifest.invalid',
    );
    expect((await get(`/agents/${agentId}/versions/${newId()}`)).json().code).toBe('version.not_found');
  });
});
