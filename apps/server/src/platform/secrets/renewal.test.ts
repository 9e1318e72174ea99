import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeGateway } from '../../../test/make.ts';
import { renewSecrets } from './renewal.ts';
import { createSecrets } from './secrets.ts';

const [previous, current] = [randomBytes(32), randomBytes(32)];

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({
    env: { MC_SECRET_KEY: current.toString('base64'), MC_SECRET_KEY_PREVIOUS: previous.toString('base64') },
  });
});
afterAll(() => app.close());

const tokenOf = async (id: string) =>
  (await app.platform.db.selectFrom('gateways').select('token_enc').where('id', '=', id).executeTakeFirstOrThrow())
    .token_enc as Buffer;

it('puts every stored secret under the current key, without touching those that are', async () => {
  const { db, secrets } = app.platform;
  const places: [string, Buffer | null][] = [];
  for (let i = 0; i < 3; i++) {
    const { gatewayId } = await makeGateway(app, app.owner.orgId);
    const place = `gateways.token_enc:${gatewayId}`;
    const old = createSecrets(previous).encrypt(`token ${i}`, place);
    places.push([gatewayId, [old, secrets.encrypt(`token ${i}`, place), null][i] ?? null]);
  }
  for (const [id, token_enc] of places)
    await db.updateTable('gateways').set({ token_enc }).where('id', '=', id).execute();
  await renewSecrets(app.platform);
  const [[first = ''] = [], [second = '', kept] = [], [third = ''] = []] = places;
  expect(createSecrets(current).decrypt(await tokenOf(first), `gateways.token_enc:${first}`)).toBe('token 0');
  expect(await tokenOf(second)).toEqual(kept);
  expect(await tokenOf(third)).toBeNull();
  const once = await tokenOf(first);
  await renewSecrets(app.platform);
  expect(await tokenOf(first)).toEqual(once);
});

it('a secret under a key that is lost does not keep the others under the old one', async () => {
  const { db } = app.platform;
  const ids = await Promise.all([1, 2].map(async () => (await makeGateway(app, app.owner.orgId)).gatewayId));
  const [lost = '', good = ''] = ids.toSorted();
  const sealed = createSecrets(randomBytes(32)).encrypt('gone', `gateways.token_enc:${lost}`);
  const old = createSecrets(previous).encrypt('kept', `gateways.token_enc:${good}`);
  await db.updateTable('gateways').set({ token_enc: sealed }).where('id', '=', lost).execute();
  await db.updateTable('gateways').set({ token_enc: old }).where('id', '=', good).execute();
  await renewSecrets(app.platform);
  expect(await tokenOf(lost)).toEqual(sealed);
  expect(createSecrets(current).decrypt(await tokenOf(good), `gateways.token_enc:${good}`)).toBe('kept');
});
