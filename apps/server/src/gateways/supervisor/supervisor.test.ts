import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventPartitions } from '#server/app/event-partitions.ts';
import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { createTestDatabase, makePlatform, type TestDatabase } from '../../../test/database.ts';
import { startFakeGateway } from '../../../test/fake-gateways.ts';
import {
  type ScriptedGateway,
  type ScriptedGatewayOptions,
  startScriptedGateway,
} from '../../../test/gateway/scripted-gateway.ts';
import { gatewayWait, getConnection } from '../connections/connections.ts';
import { toRetryMs } from './backoff.rules.ts';
import type { Listeners } from './hold.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { judgeVersion } from './version.rules.ts';

// No application: its supervisor would take these gateways.
let database: TestDatabase;
let basis: Platform;
let orgId: string;
let gateway: ScriptedGateway;
let instances: { platform: Platform; listeners: Listeners; supervisor: Supervisor }[];
beforeAll(async () => {
  database = await createTestDatabase();
  basis = makePlatform(database);
  await eventPartitions(basis);
  orgId = newId();
  await db().insertInto('organizations').values({ id: orgId, name: 'Gateways' }).execute();
});
beforeEach(() => {
  instances = [];
});
afterEach(async () => {
  for (const { supervisor } of instances) await supervisor.close();
  await gateway.close();
  await db().deleteFrom('gateways').execute();
});
afterAll(() => database.drop());

const db = () => database.db;

/** Another instance of the server on the same database. */
function startInstance() {
  const platform: Platform = { ...basis, reactions: new Map() };
  const listeners: Listeners = { frame: [], connected: [] };
  const supervisor = createSupervisor(platform, listeners);
  const instance = { platform, listeners, supervisor };
  instances.push(instance);
  return instance;
}

async function insert(options: ScriptedGatewayOptions = {}): Promise<string> {
  gateway = await startScriptedGateway(options);
  return insertAt(gateway.url, gateway.token);
}

async function insertAt(url: string, token: string): Promise<string> {
  const id = newId();
  const token_enc = basis.secrets.encrypt(token, `gateways.token_enc:${id}`);
  const row = { id, org_id: orgId, name: id, url, token_enc, workspace_root: '~', status: 'connecting' };
  await db().insertInto('gateways').values(row).execute();
  return id;
}

const read = (id: string) => db().selectFrom('gateways').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const until = (look: () => Promise<unknown> | unknown) => expect.poll(look, { timeout: 15_000 });
/** Right after a failure that failure is the answer. */
const untilLetIn = (platform: Platform, id: string) =>
  until(() => getConnection(systemContext(platform, orgId), id).then(Boolean, () => false)).toBe(true);
const isConnected = (id: string) => until(async () => (await read(id)).status).toBe('connected');
const listFacts = async (id: string) =>
  (await db().selectFrom('events').select('type').where('subject_id', '=', id).orderBy('id').execute()).map(
    ({ type }) => type,
  );
const callsOf = (method: string) => gateway.calls.filter((call) => call.method === method);

describe('a gateway', () => {
  it('is connected to, and what was learned of it is kept', async () => {
    const id = await insert();
    startInstance().supervisor.start();
    await isConnected(id);
    expect(await read(id)).toMatchObject({
      ...{ server_version: '2026.9.6', protocol: 4, boot_id: gateway.world.bootId, last_error: null, version: 1 },
      last_connected_at: expect.any(String),
    });
    expect(await listFacts(id)).toEqual(['gateway.connected']);
    expect(callsOf('sessions.subscribe')).toHaveLength(1);
  });

  it('lets its listeners catch up before frames flow, and gives them every frame in order', async () => {
    const id = await insert();
    const { listeners, supervisor } = startInstance();
    const seen: unknown[] = [];
    listeners.connected.push(async ({ connection }) => {
      for (let n = 0; n < 20; n++) gateway.emit('presence', { n });
      await connection.call('sessions.list', {});
      seen.push('caught up');
    });
    listeners.frame.push(({ gatewayId, orgId: org }, { event, payload, seq }) => {
      if (event === 'presence') seen.push([gatewayId, org, (payload as { n: number }).n, seq !== null]);
    });
    supervisor.start();
    await until(() => seen.length).toBe(21);
    expect(seen).toEqual(['caught up', ...Array.from({ length: 20 }, (_, n) => [id, orgId, n, true])]);
  });

  it('is connected to even when a listener fails', async () => {
    const id = await insert();
    const { listeners, supervisor } = startInstance();
    listeners.connected.push(() => Promise.reject(new Error('cannot')));
    supervisor.start();
    await isConnected(id);
  });

  it('lets go, with the connection, what waits for it', async () => {
    const id = await insert();
    const ctx = systemContext(basis, orgId);
    const job = await inTransaction(ctx, async (tx) => {
      const waitsFor = await gatewayWait(tx, id);
      expect(waitsFor).toBe(`gateway:${id}`);
      return enqueueWork(tx, { kind: 'test.none', payload: {}, waitsFor: waitsFor ?? '' });
    });
    startInstance().supervisor.start();
    await isConnected(id);
    const row = await db().selectFrom('work_jobs').select('waits_for').where('id', '=', job).executeTakeFirst();
    expect(row?.waits_for).toBeNull();
    expect(await inTransaction(ctx, (tx) => gatewayWait(tx, id))).toBeUndefined();
  });

  it('is connected to again after the network broke, and after it restarted', async () => {
    const id = await insert();
    startInstance().supervisor.start();
    await isConnected(id);
    gateway.dropConnections();
    await until(() => callsOf('sessions.subscribe').length).toBe(2);
    await isConnected(id);
    const before = (await read(id)).boot_id;
    gateway.restart();
    await until(async () => (await read(id)).boot_id).not.toBe(before);
    await isConnected(id);
    expect(await listFacts(id)).toEqual([
      ...['gateway.connected', 'gateway.disconnected', 'gateway.connected'],
      ...['gateway.disconnected', 'gateway.connected'],
    ]);
  });

  it('that falls silent is left and connected to again', async () => {
    const id = await insert({ tickIntervalMs: 1_000 });
    startInstance().supervisor.start();
    await isConnected(id);
    gateway.silence();
    await until(async () => (await read(id)).status).toBe('disconnected');
    gateway.speak();
    await isConnected(id);
  });

  it('that refuses us for good needs attention, says why, and is tried again when it is asked for', async () => {
    const id = await insert({ pairing: 'required' });
    const { supervisor, platform } = startInstance();
    supervisor.start();
    await until(async () => (await read(id)).status).toBe('needs_attention');
    expect(await read(id)).toMatchObject({ last_error: { code: 'gateway.pairing_required' } });
    expect(await listFacts(id)).toEqual(['gateway.needs_attention']);
    gateway.approveDevices();
    await untilLetIn(platform, id);
    const connection = await getConnection(systemContext(platform, orgId), id);
    expect(connection.hello.scopes).toContain('operator.admin');
    await isConnected(id);
    const kept = await db().selectFrom('gateway_device_tokens').selectAll().where('gateway_id', '=', id).execute();
    const [paired] = gateway.world.pairedDevices.values();
    expect(
      kept.map(({ id: place, token_enc }) =>
        basis.secrets.decrypt(token_enc, `gateway_device_tokens.token_enc:${place}`),
      ),
    ).toEqual([paired?.deviceToken]);
  });

  it('that gives no rights, or is too old, needs attention', async () => {
    gateway = await startScriptedGateway({ version: '2025.1.1' });
    const fake = await startFakeGateway({ hello: { auth: { scopes: [] } } });
    const old = await insertAt(gateway.url, gateway.token);
    const mute = await insertAt(`ws://127.0.0.1:${fake.port}`, 't');
    startInstance().supervisor.start();
    const codes = async () => [(await read(old)).last_error, (await read(mute)).last_error];
    await until(codes).toMatchObject([{ code: 'gateway.version_old' }, { code: 'gateway.scopes_empty' }]);
    await fake.close();
  });

  it('that was never checked is left alone, and one that is deleted is left', async () => {
    const id = await insert();
    await db().updateTable('gateways').set({ status: 'unknown' }).where('id', '=', id).execute();
    const other = await insertAt(gateway.url, gateway.token);
    const { platform, supervisor } = startInstance();
    supervisor.start();
    await isConnected(other);
    expect(gateway.world.connections.size).toBe(1);
    await db().deleteFrom('gateways').where('id', '=', other).execute();
    supervisor.start(); // looks at once
    await until(() => gateway.world.connections.size).toBe(0);
    await expect(getConnection(systemContext(platform, orgId), other)).rejects.toThrow('No gateway');
  });
});

describe('189: two instances', () => {
  it('hold one connection, present one device, and the other takes over when the first closes', async () => {
    const id = await insert({ pairing: 'required' });
    const [first, second] = [startInstance(), startInstance()];
    first.supervisor.start();
    await until(async () => (await read(id)).status).toBe('needs_attention');
    gateway.approveDevices();
    await untilLetIn(first.platform, id);
    await isConnected(id);
    second.supervisor.start();
    const visited = await getConnection(systemContext(second.platform, orgId), id);
    expect(await visited.call('agents.list')).toMatchObject({ defaultId: 'main' });
    const connections = [...gateway.world.connections];
    expect(connections.map(({ caps }) => caps.size)).toEqual([2, 0]);
    expect(new Set(connections.map(({ deviceId }) => deviceId)).size).toBe(1);
    await first.supervisor.close();
    await until(async () => {
      second.supervisor.start(); // looks at once, where it would after a while
      return [...gateway.world.connections].filter(({ caps }) => caps.size > 0).length;
    }).toBe(1);
    await until(async () => (await db().selectFrom('gateway_leases').select('gateway_id').execute()).length).toBe(1);
  });
});

describe('waiting between tries', () => {
  const ending = { failures: 1, isTransient: true, code: 'gateway.refused' };

  it('doubles from half a second to half a minute, give or take a fifth', () => {
    expect([1, 2, 3, 7, 50].map((failures) => toRetryMs({ ...ending, failures }, 0.5))).toEqual([
      500, 1000, 2000, 30_000, 30_000,
    ]);
    expect([toRetryMs(ending, 0), toRetryMs(ending, 1)].map(Math.round)).toEqual([400, 600]);
  });

  it('is what the gateway says when it restarts, once', () => {
    expect(toRetryMs({ ...ending, restartMs: 1500 }, 0.5)).toBe(1500);
    expect(toRetryMs({ ...ending, failures: 3, restartMs: 1500 }, 0.5)).toBe(2000);
  });

  it('is long where waiting does not heal, but for a pairing', () => {
    const lasting = { ...ending, isTransient: false };
    expect(toRetryMs({ ...lasting, code: 'gateway.token_wrong' }, 0.5)).toBe(600_000);
    expect(toRetryMs({ ...lasting, code: 'gateway.pairing_required' }, 0.5)).toBe(30_000);
  });
});

it.each([
  ['2026.9.6', 'ok'],
  ['v2026.02.9', 'ok'],
  ['2026.2.10-3', 'ok'],
  ['2027.1.1', 'ok'],
  ['2026.2.8', 'old'],
  ['2025.12.31', 'old'],
  ['latest', 'unknown'],
  ['2026.9', 'unknown'],
  [null, 'unknown'],
])('a gateway of version %s is %s', (version, verdict) => expect(judgeVersion(version)).toBe(verdict));
