import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { findClosedPort, startFakeGateway } from '../../../test/fake-gateways.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeMember, makeOrganization } from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let gateway: ScriptedGateway;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  gateway = await startScriptedGateway();
  ({ gatewayId } = await makeGateway(app, orgId));
});
afterEach(() => gateway.close());
afterAll(() => app.close());

/** A gateway that takes any token, for those that change it; left alone by the supervisor. */
async function openToAll() {
  const open = await startFakeGateway();
  const url = `ws://127.0.0.1:${open.port}`;
  await db().updateTable('gateways').set({ url }).where('id', '=', gatewayId).execute();
  return open;
}

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
    const token_enc = app.platform.secrets.encrypt('canary-gateway-token', `gateways.token_enc:${gatewayId}`);
    await db().updateTable('gateways').set({ token_enc }).where('id', '=', gatewayId).execute();
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
        version: 1,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    const one = await call('GET', `/gateways/${gatewayId}`);
    expect([one.json(), one.headers.etag]).toEqual([list.items[0], '"1"']);
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
    const open = await openToAll();
    await patch({ token: ' first ' });
    expect(await readToken()).toBe('first');
    const same = (await patch({ token: null })).json();
    expect([same.has_token, same.version]).toEqual([true, 2]);
    expect((await patch({ token: 'first' })).json().version).toBe(2);
    await patch({ name: `named ${newId()}` });
    expect(await readToken()).toBe('first');
    expect((await patch({ token: '' })).json()).toMatchObject({ has_token: false, version: 4 });
    expect(await readToken()).toBeNull();
    await open.close();
  });

  it('moves a token that old clients wrote into the URL', async () => {
    const open = await openToAll();
    const answer = (await patch({ url: `ws://127.0.0.1:${open.port}/path?token=in-url&x=1` })).json();
    expect([answer.url, answer.has_token]).toEqual([`ws://127.0.0.1:${open.port}/path?x=1`, true]);
    expect(await readToken()).toBe('in-url');
    await open.close();
  });

  it('is on record by the names of the fields, connects anew, and provisions its main agent again', async () => {
    const learned = { status: 'connected', server_version: '2026.3.1', protocol: 3 };
    const way = { url: `${gateway.url}/`, ...learned };
    await db().updateTable('gateways').set(way).where('id', '=', gatewayId).execute();
    const answer = await patch({ name: `Renamed ${gatewayId}`, token: gateway.token, url: way.url });
    expect(answer.json()).toMatchObject({ status: 'connecting', server_version: null, protocol: null });
    expect((await listFacts()).filter(({ type }) => type === 'gateway.updated')).toMatchObject([
      { type: 'gateway.updated', actor: { kind: 'user', id: app.owner.userId }, data: { changed: ['name', 'token'] } },
    ]);
    const [main] = (await call('GET', `/agents?gateway_id=${gatewayId}`)).json().items;
    expect(main).toMatchObject({ kind: 'main', name: `Renamed ${gatewayId} Gateway Agent`, lifecycle_generation: 1 });
    const line = await db()
      .selectFrom('activity_events')
      .select('message')
      .where('event_type', '=', 'gateway.updated')
      .orderBy('id', 'desc')
      .executeTakeFirst();
    expect(line?.message).toContain('name, token');
    await expect
      .poll(async () => (await call('GET', `/gateways/${gatewayId}`)).json(), { timeout: 15_000 })
      .toMatchObject({ status: 'connected', server_version: '2026.9.6', protocol: 4 });
  });

  it('to a way that leads nowhere is refused with its diagnosis, and nothing changes', async () => {
    const url = `ws://127.0.0.1:${await findClosedPort()}`;
    expect(outcome(await patch({ url }))).toEqual([502, 'gateway.unreachable']);
    const refused = await patch({ url: gateway.url, token: 'wrong' });
    expect([...outcome(refused), refused.json().detail.diagnosis]).toEqual([
      ...[502, 'gateway.auth_failed', 'gateway.token_wrong'],
    ]);
    expect((await call('GET', `/gateways/${gatewayId}`)).json()).toMatchObject({ url: 'ws://127.0.0.1:1', version: 1 });
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

describe('adding a gateway', () => {
  const body = (extra: object = {}) => ({
    ...{ name: `New ${newId()}`, url: gateway.url, token: gateway.token, workspace_root: '~/.openclaw' },
    ...extra,
  });

  it('keeps it with its main agent once it was reached, and connects to it', async () => {
    const added = await call('POST', '/gateways', body({ token: ` ${gateway.token} ` }));
    expect([added.statusCode, added.json()]).toMatchObject([
      200,
      { status: 'connecting', server_version: '2026.9.6', protocol: 4, token: null, has_token: true, version: 1 },
    ]);
    const { id } = added.json();
    expect((await listFacts(id)).map(({ type }) => type)).toContain('gateway.created');
    expect((await call('GET', `/agents?gateway_id=${id}`)).json().items).toMatchObject([{ kind: 'main' }]);
    await expect
      .poll(async () => (await call('GET', `/gateways/${id}`)).json(), { timeout: 15_000 })
      .toMatchObject({ status: 'connected', device_id: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await call('DELETE', `/gateways/${id}`);
    await expect.poll(() => gateway.world.connections.size, { timeout: 15_000 }).toBe(0);
  });

  it('moves a token out of the URL, and makes no main agent when none is wanted', async () => {
    const url = `${gateway.url}/?token=${gateway.token}`;
    const added = await call('POST', '/gateways', body({ url, token: null, provision_main: false }));
    expect(added.json()).toMatchObject({ url: `${gateway.url}/`, has_token: true });
    const { id } = added.json();
    expect((await call('GET', `/agents?gateway_id=${id}`)).json().items).toEqual([]);
    await call('DELETE', `/gateways/${id}`);
  });

  it('183: that is not reached is 502, that is too old 422, and nothing is stored', async () => {
    const before = await countGateways();
    const old = await startScriptedGateway({ version: '2026.2.8' });
    const apart = await startScriptedGateway({ pairing: 'required' });
    const refused: [object, number, string, string][] = [
      [{ url: `ws://127.0.0.1:${await findClosedPort()}` }, 502, 'gateway.unreachable', 'gateway.refused'],
      [{ url: 'ws://nobody.test' }, 502, 'gateway.unreachable', 'gateway.dns_failed'],
      [{ token: 'wrong' }, 502, 'gateway.auth_failed', 'gateway.token_wrong'],
      [{ url: apart.url }, 502, 'gateway.pairing_required', 'gateway.pairing_required'],
      [{ url: old.url }, 422, 'gateway.version_unsupported', 'gateway.version_old'],
    ];
    for (const [extra, status, code, diagnosis] of refused) {
      const answer = await call('POST', '/gateways', body(extra));
      expect([...outcome(answer), answer.json().detail.diagnosis]).toEqual([
        status,
        code,
        expect.stringMatching(diagnosis),
      ]);
    }
    for (const url of ['ftp://x', 'ws://169.254.169.254', 'ws://u:p@x'])
      expect(outcome(await call('POST', '/gateways', body({ url })))).toEqual([422, 'gateway.url_forbidden']);
    expect(outcome(await call('POST', '/gateways', { url: gateway.url }))).toEqual([422, 'request.invalid']);
    expect(await countGateways()).toBe(before);
    await Promise.all([old.close(), apart.close()]);
  });

  it('without the right to provision is refused, unless it is only to be observed', async () => {
    const reader = await startFakeGateway({ hello: { auth: { scopes: ['operator.read'] } } });
    const at = { url: `ws://127.0.0.1:${reader.port}` };
    const refused = await call('POST', '/gateways', body(at));
    expect([...outcome(refused), refused.json().detail]).toMatchObject([
      ...[502, 'gateway.scope_missing'],
      { diagnosis: 'gateway.scope_missing', scope: 'operator.admin' },
    ]);
    const added = await call('POST', '/gateways', body({ ...at, provision_main: false }));
    expect(added.statusCode).toBe(200);
    await call('DELETE', `/gateways/${added.json().id}`);
    await reader.close();
  });

  it('under a name that is taken is a conflict', async () => {
    const { name } = (await call('GET', `/gateways/${gatewayId}`)).json();
    const answer = await call('POST', '/gateways', body({ name: name.toUpperCase() }));
    expect(outcome(answer)).toEqual([409, 'gateway.name_taken']);
  });

  it('after its pairing was approved keeps what the gateway gave our device', async () => {
    const apart = await startScriptedGateway({ pairing: 'required' });
    await call('POST', '/gateways', body({ url: apart.url, token: apart.token }));
    apart.approveDevices();
    const added = await call('POST', '/gateways', body({ url: apart.url, token: apart.token }));
    const { id } = added.json();
    const kept = await db().selectFrom('gateway_device_tokens').select('scopes').where('gateway_id', '=', id).execute();
    expect(kept).toEqual([{ scopes: expect.arrayContaining(['operator.admin']) }]);
    await call('DELETE', `/gateways/${id}`);
    await apart.close();
  });
});
