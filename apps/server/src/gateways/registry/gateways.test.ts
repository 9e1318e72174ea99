import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember, makeOrganization } from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  ({ gatewayId } = await makeGateway(app, orgId));
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
  headers: Headers = app.owner.headers,
) => app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const outcome = (answer: Awaited<ReturnType<typeof call>>) => [answer.statusCode, answer.json().code];
const patch = (payload: object) => call('PATCH', `/gateways/${gatewayId}`, payload);
const db = () => app.platform.db;
const readToken = async () => {
  const row = await db()
    .selectFrom('gateways')
    .select('token_enc')
    .where('id', '=', gatewayId)
    .executeTakeFirstOrThrow();
  return row.token_enc && app.platform.secrets.decrypt(row.token_enc, `gateways.token_enc:${gatewayId}`);
};
const listFacts = (id = gatewayId) =>
  db().selectFrom('events').select(['type', 'actor', 'data']).where('subject_id', '=', id).orderBy('id').execute();
const countGateways = async () => (await db().selectFrom('gateways').select('id').execute()).length;

describe('gateways', () => {
  it('are read by admins of the organization, newest first, never with their token', async () => {
    await patch({ token: 'canary-gateway-token' });
    const list = (await call('GET', '/gateways?limit=1')).json();
    expect(list).toMatchObject({ limit: 1, offset: 0, total: expect.any(Number) });
    expect(list.items).toEqual([
      {
        id: gatewayId,
        organization_id: orgId,
        name: expect.any(String),
        url: 'ws://127.0.0.1:1',
        workspace_root: '~/.openclaw',
        allow_insecure_tls: false,
        disable_device_pairing: false,
        token: null,
        has_token: true,
        credential_delivery: 'file',
        status: 'unknown',
        server_version: null,
        protocol: null,
        last_connected_at: null,
        last_error: null,
        device_id: null,
        agents_count: 1,
        boards_count: 0,
        version: 2,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    const one = await call('GET', `/gateways/${gatewayId}`);
    expect([one.json(), one.headers.etag]).toEqual([list.items[0], '"2"']);
    const member = await makeMember(app, orgId, { all_boards_write: true });
    expect(outcome(await call('GET', '/gateways', undefined, member.headers))).toEqual([403, 'auth.forbidden']);
    const facts = JSON.stringify(await db().selectFrom('events').selectAll().execute());
    expect(facts).not.toContain('canary-gateway-token');
  });

  it('of another organization do not exist', async () => {
    const foreign = await makeGateway(app, await makeOrganization(app));
    for (const id of [foreign.gatewayId, newId()]) {
      const url = `/gateways/${id}`;
      for (const answer of [
        await call('GET', url),
        await call('PATCH', url, { name: 'mine' }),
        await call('DELETE', url),
        await call('POST', `${url}/templates/sync`),
        await call('GET', `${url}/agents`),
        await call('POST', `${url}/adopt`, { gateway_agent_id: 'x' }),
        await call('GET', `/gateways/commands?gateway_id=${id}`),
        await call('GET', `/agents?gateway_id=${id}`),
      ])
        expect(outcome(answer)).toEqual([404, 'gateway.not_found']);
    }
    expect(outcome(await call('GET', '/gateways/not-a-uuid'))).toEqual([422, 'request.invalid']);
  });
});

describe('changing a gateway', () => {
  it('keeps a token that is null or absent, takes a new one, and clears it when blank', async () => {
    await patch({ token: ' first ' });
    expect(await readToken()).toBe('first');
    const same = (await patch({ token: null })).json();
    expect([same.has_token, same.version]).toEqual([true, 2]);
    expect((await patch({ token: 'first' })).json().version).toBe(2);
    await patch({ name: `named ${newId()}` });
    expect(await readToken()).toBe('first');
    expect((await patch({ token: '' })).json()).toMatchObject({ has_token: false, version: 4 });
    expect(await readToken()).toBeNull();
  });

  it('moves a token that old clients wrote into the URL', async () => {
    const answer = (await patch({ url: 'wss://gateway.test/path?token=in-url&x=1' })).json();
    expect([answer.url, answer.has_token]).toEqual(['wss://gateway.test/path?x=1', true]);
    expect(await readToken()).toBe('in-url');
  });

  it('is on record by the names of the fields, asks for a new check, and provisions its main agent again', async () => {
    await db()
      .updateTable('gateways')
      .set({ status: 'connected', server_version: '2026.3.1', protocol: 4 })
      .where('id', '=', gatewayId)
      .execute();
    const before = (await call('GET', `/gateways/${gatewayId}`)).json();
    const answer = await patch({ name: `Renamed ${gatewayId}`, token: 't', url: before.url });
    expect(answer.json()).toMatchObject({ status: 'unknown', server_version: null, protocol: null });
    expect(await listFacts()).toMatchObject([
      { type: 'gateway.updated', actor: { kind: 'user', id: app.owner.userId }, data: { changed: ['name', 'token'] } },
    ]);
    const [main] = (await call('GET', `/agents?gateway_id=${gatewayId}`)).json().items;
    expect(main).toMatchObject({
      kind: 'main',
      name: `Renamed ${gatewayId} Gateway Agent`,
      lifecycle_state: 'pending',
      lifecycle_generation: 1,
    });
    const line = await db()
      .selectFrom('activity_events')
      .select('message')
      .where('event_type', '=', 'gateway.updated')
      .orderBy('id', 'desc')
      .executeTakeFirst();
    expect(line?.message).toContain('name, token');
  });

  it('without effect does nothing', async () => {
    const { name, url, workspace_root } = (await call('GET', `/gateways/${gatewayId}`)).json();
    expect((await patch({ name, url, workspace_root, token: null, allow_insecure_tls: false })).json().version).toBe(1);
    expect(await listFacts()).toEqual([]);
  });

  it('refuses an old version, a taken name, null where it cannot be, and URLs that are never dialled', async () => {
    expect(outcome(await patch({ name: 'x', version: 7 }))).toEqual([409, 'resource.version_conflict']);
    const other = await makeGateway(app, orgId, `Taken ${gatewayId}`);
    expect(other.gatewayId).not.toBe(gatewayId);
    expect(outcome(await patch({ name: `TAKEN ${gatewayId}` }))).toEqual([409, 'gateway.name_taken']);
    for (const payload of [
      { name: null },
      { url: null },
      { allow_insecure_tls: null },
      { credential_delivery: 'mail' },
    ])
      expect(outcome(await patch(payload))).toEqual([422, 'request.invalid']);
    expect(outcome(await patch({ url: 'http://gateway.test' }))).toEqual([422, 'gateway.url_forbidden']);
  });
});

describe('deleting a gateway', () => {
  it('188: with boards is refused with their ids; without boards it goes and its agents are cleaned up', async () => {
    const board = await makeBoard(app, orgId, { gatewayId });
    const worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId: board });
    const refused = await call('DELETE', `/gateways/${gatewayId}`);
    expect(outcome(refused)).toEqual([409, 'gateway.has_boards']);
    expect(refused.json().detail).toEqual({ message: expect.any(String), board_ids: [board] });
    await db().updateTable('boards').set({ gateway_id: null }).where('id', '=', board).execute();
    expect((await call('DELETE', `/gateways/${gatewayId}`)).json()).toEqual({ ok: true });
    expect(outcome(await call('GET', `/gateways/${gatewayId}`))).toEqual([404, 'gateway.not_found']);
    expect(outcome(await call('GET', '/agent/healthz', undefined, worker.headers))).toEqual([401, 'auth.unauthorized']);
    const cleanups = await db()
      .selectFrom('gateway_cleanups')
      .select(['gateway_agent_id', 'reason', 'workspace_path'])
      .where('reason', '=', 'gateway_deleted')
      .orderBy('gateway_agent_id')
      .execute();
    expect(cleanups).toEqual([
      {
        gateway_agent_id: `mc-${worker.agentId}`,
        reason: 'gateway_deleted',
        workspace_path: `~/.openclaw/workspace-mc-${worker.agentId}`,
      },
      {
        gateway_agent_id: `mc-gateway-${gatewayId}`,
        reason: 'gateway_deleted',
        workspace_path: `~/.openclaw/workspace-gateway-${gatewayId}`,
      },
    ]);
    expect(await listFacts()).toMatchObject([{ type: 'gateway.deleted' }]);
  });
});

describe('what needs a connection', () => {
  it('183: adding and checking a gateway are not available yet, and nothing is stored', async () => {
    const before = await countGateways();
    const body = { name: 'New', url: 'ws://127.0.0.1:18789', workspace_root: '~' };
    const added = await call('POST', '/gateways', body);
    expect(outcome(added)).toEqual([503, 'service.unavailable']);
    expect(added.headers['retry-after']).toBeDefined();
    expect(outcome(await call('POST', '/gateways', { ...body, url: 'ftp://x' }))).toEqual([
      422,
      'gateway.url_forbidden',
    ]);
    expect(outcome(await call('POST', '/gateways', { url: body.url }))).toEqual([422, 'request.invalid']);
    expect(outcome(await call('POST', '/gateways/check', { url: body.url }))).toEqual([503, 'service.unavailable']);
    expect(outcome(await call('POST', '/gateways/check', { url: 'ws://169.254.169.254' }))).toEqual([
      422,
      'gateway.url_forbidden',
    ]);
    expect(outcome(await call('GET', `/gateways/${gatewayId}/agents`))).toEqual([503, 'service.unavailable']);
    expect(outcome(await call('POST', `/gateways/${gatewayId}/adopt`, { gateway_agent_id: 'x' }))).toEqual([
      503,
      'service.unavailable',
    ]);
    expect(await countGateways()).toBe(before);
  });
});
