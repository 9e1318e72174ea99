import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Context, type Platform, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestDatabase, makePlatform, type TestDatabase } from '../../../test/database.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';
import { getDevice } from '../devices/devices.service.ts';
import { writeConfig } from './config-writes.ts';
import { endVisits, getConnection } from './connections.ts';
import { getPool } from './pool.ts';

// No application: its supervisor would take these gateways.
let database: TestDatabase;
let platform: Platform;
let gateway: ScriptedGateway;
let ctx: Context;
let id: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  platform = makePlatform(database);
  gateway = await startScriptedGateway();
  const orgId = newId();
  ctx = systemContext(platform, orgId);
  id = newId();
  await database.db.insertInto('organizations').values({ id: orgId, name: 'Gateways' }).execute();
  const token_enc = platform.secrets.encrypt(gateway.token, `gateways.token_enc:${id}`);
  const row = { id, org_id: orgId, name: 'one', url: gateway.url, token_enc, workspace_root: '~' };
  await database.db.insertInto('gateways').values(row).execute();
});
afterEach(async () => {
  await endVisits(getPool(platform));
  await gateway.close();
});
afterAll(() => database.drop());

describe('a process that does not keep the connection', () => {
  it('opens one of its own for its calls, without caps, until the way is another', async () => {
    const [one, two] = await Promise.all([getConnection(ctx, id), getConnection(ctx, id)]);
    expect(await one.call('agents.list')).toEqual(await two.call('agents.list'));
    expect([...gateway.world.connections].map(({ caps }) => caps.size)).toEqual([0]);
    await database.db
      .updateTable('gateways')
      .set({ url: `${gateway.url}/path` })
      .where('id', '=', id)
      .execute();
    await (await getConnection(ctx, id)).call('agents.list');
    await expect.poll(() => gateway.world.connections.size).toBe(1);
  });

  it('opens another when that was lost', async () => {
    await getConnection(ctx, id);
    gateway.dropConnections();
    await expect
      .poll(async () => (await getConnection(ctx, id)).call('agents.list').catch(() => undefined))
      .toMatchObject({ defaultId: 'main' });
  });

  it('learns why it cannot, and finds no gateway of others', async () => {
    await database.db.updateTable('gateways').set({ token_enc: null }).where('id', '=', id).execute();
    await expect(getConnection(ctx, id)).rejects.toMatchObject({ code: 'gateway.auth_failed', isTransient: false });
    await expect(getConnection(systemContext(platform, newId()), id)).rejects.toMatchObject({
      code: 'gateway.not_found',
    });
  });
});

describe('189: the identity of an organization', () => {
  it('is made once, however many ask for it first, and is the same after a restart', async () => {
    const devices = await Promise.all(Array.from({ length: 8 }, () => getDevice(ctx)));
    expect(new Set(devices.map((device) => device.id)).size).toBe(1);
    expect(await getDevice(systemContext(makePlatform(database), ctx.orgId))).toEqual(devices[0]);
    const rows = await database.db.selectFrom('gateway_devices').selectAll().where('org_id', '=', ctx.orgId).execute();
    expect(JSON.stringify(rows)).not.toContain('PRIVATE KEY');
  });
});

describe('writing the configuration', () => {
  const create = (context: Context, name: string) =>
    writeConfig(context, id, (connection) => connection.call('agents.create', { name, workspace: `/w/${name}` }));

  it('is done alone over all instances, and waited for until it is applied', async () => {
    const other = systemContext(makePlatform(database), ctx.orgId);
    const { bootId } = gateway.world;
    await Promise.all(['a', 'b', 'c', 'd'].map((name, index) => create(index % 2 ? ctx : other, name)));
    expect(['a', 'b', 'c', 'd'].every((name) => gateway.world.agents.get(name)?.isLive)).toBe(true);
    expect(gateway.world.bootId).toBe(bootId); // writes that overlap make a gateway restart
    await endVisits(getPool(other));
  });

  it('is waited for through a restart of the gateway', async () => {
    const written = writeConfig(ctx, id, async (connection) => {
      await connection.call('agents.create', { name: 'e', workspace: '/w/e' });
      gateway.restart({ downMs: 300 });
    });
    await written;
    expect(gateway.world.appliedRevision).toBe(gateway.world.revision);
  });

  it('lets the next one go when it fails', async () => {
    await expect(writeConfig(ctx, id, () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    await create(ctx, 'f'); // the lease alone would hold longer than a test may take
    expect(await database.db.selectFrom('gateway_leases').selectAll().where('gateway_id', '=', id).execute()).toEqual(
      [],
    );
  });
});
