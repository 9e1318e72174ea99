import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeMember } from '../../../../test/make.ts';
import { Problem } from '../../problem.ts';
import type { Router } from '../route.ts';
import { pruneIdempotencyKeys } from './idempotency.store.ts';

const DAY_MS = 86_400_000;

/** What the operations of this test do; each call counts. */
const calls: string[] = [];
let release: () => void = () => undefined;

function addOperations(router: Router): void {
  const config = { access: 'self:write' };
  const body = z.object({ do: z.string() });
  router.post('/test/echo', { config, schema: { body } }, async ({ body }, reply) => {
    calls.push(body.do);
    if (body.do === 'fail') throw new Error('a defect');
    if (body.do === 'refuse') throw new Problem('test.refused', 409, 'No.');
    if (body.do === 'limit') throw new Problem('rate_limit.exceeded', 429, 'Slowly.', { retryAfterS: 9 });
    if (body.do === 'wait')
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    if (body.do === 'nothing') return reply.code(204).send();
    return reply
      .code(201)
      .header('location', '/somewhere')
      .header('x-other', 'x')
      .send({ secret: `s3cr3t ${calls.length}` });
  });
}

let app: TestApp;
let at = Date.now();
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at), decorate: addOperations });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const post = (key: string | undefined, payload: object, { headers = app.owner.headers as Headers, query = '' } = {}) =>
  app.router.inject({
    method: 'POST',
    url: `/test/echo${query}`,
    headers: { ...headers, ...(key !== undefined && { 'idempotency-key': key }) },
    payload,
  });
const replayed = (answer: Awaited<ReturnType<typeof post>>) => answer.headers['idempotency-replayed'];

it('runs a repeated call once and answers it alike', async () => {
  const first = await post('one', { do: 'once' });
  const again = await post('one', { do: 'once' });
  expect(calls).toEqual(['once']);
  expect([first.statusCode, replayed(first)]).toEqual([201, undefined]);
  expect([again.statusCode, replayed(again)]).toEqual([201, 'true']);
  expect(again.body).toBe(first.body);
  expect(again.headers).toMatchObject({ location: '/somewhere', 'content-type': first.headers['content-type'] });
  expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  const empty = [await post('empty', { do: 'nothing' }), await post('empty', { do: 'nothing' })];
  expect(empty.map(({ statusCode, body }) => [statusCode, body])).toEqual([
    [204, ''],
    [204, ''],
  ]);
});

it('keeps no answer readable', async () => {
  const { body } = await post('secret', { do: 'secret' });
  const rows = await app.platform.db.selectFrom('idempotency_keys').selectAll().execute();
  expect(body).toContain('s3cr3t');
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.stringify(rows)).not.toContain('s3cr3t');
  expect(rows.map(({ answer }) => Buffer.from(answer ?? '', 'base64').toString('latin1')).join()).not.toContain(
    's3cr3t',
  );
});

it('refuses the key for another body or query', async () => {
  await post('body', { do: 'a' });
  for (const answer of [await post('body', { do: 'b' }), await post('body', { do: 'a' }, { query: '?x=1' })])
    expect([answer.statusCode, answer.json().code]).toEqual([409, 'idempotency.key_reused']);
  expect((await post('body', { do: 'a' })).statusCode).toBe(201);
});

it('keeps callers and paths apart', async () => {
  const before = calls.length;
  const other = await makeMember(app, app.owner.orgId);
  await post('apart', { do: 'mine' });
  expect(replayed(await post('apart', { do: 'theirs' }, { headers: other.headers }))).toBeUndefined();
  expect(calls.slice(before)).toEqual(['mine', 'theirs']);
});

it('runs every call without a key, and after a day one with it', async () => {
  const before = calls.length;
  await post(undefined, { do: 'free' });
  await post(undefined, { do: 'free' });
  await post('day', { do: 'day' });
  at += DAY_MS - 1;
  expect(replayed(await post('day', { do: 'day' }))).toBe('true');
  at += 1;
  expect(replayed(await post('day', { do: 'another day' }))).toBeUndefined();
  expect(calls.slice(before)).toEqual(['free', 'free', 'day', 'another day']);
});

it('keeps refusals, under the id of the request that they answer now, but no failure and no refusal for the rate', async () => {
  const before = calls.length;
  const [first, again] = [await post('no', { do: 'refuse' }), await post('no', { do: 'refuse' })];
  expect([again.statusCode, replayed(again), again.json().code]).toEqual([409, 'true', 'test.refused']);
  expect(again.json().request_id).toBe(again.headers['x-request-id']);
  expect(again.json().request_id).not.toBe(first.json().request_id);
  for (const what of ['fail', 'limit']) {
    expect(replayed(await post(what, { do: what }))).toBeUndefined();
    expect(replayed(await post(what, { do: what }))).toBeUndefined();
  }
  expect(calls.slice(before)).toEqual(['refuse', 'fail', 'fail', 'limit', 'limit']);
});

it('asks to come again while the first call runs, for a minute at most', async () => {
  const before = calls.length;
  const first = post('busy', { do: 'wait' });
  while (calls.length === before) await sleep(5);
  const second = await post('busy', { do: 'wait' });
  expect([second.statusCode, second.json().code, second.headers['retry-after']]).toEqual([
    409,
    'idempotency.in_progress',
    '1',
  ]);
  release();
  expect((await first).statusCode).toBe(201);
  expect(replayed(await post('busy', { do: 'wait' }))).toBe('true');
  const dead = { actor: `${app.owner.orgId} user:${app.owner.userId}`, path: '/test/echo', key: 'dead' };
  const { db } = app.platform;
  await db
    .insertInto('idempotency_keys')
    .values({ ...dead, org_id: app.owner.orgId, body_hash: Buffer.alloc(32), expires_at: new Date(at + 60_000) })
    .execute();
  at += 60_000;
  expect((await post('dead', { do: 'once more' })).statusCode).toBe(201);
});

it('gives twenty parallel calls one run', async () => {
  const before = calls.length;
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('race', { do: 'race' })));
  expect(calls.slice(before)).toEqual(['race']);
  for (const answer of answers) expect([201, 409]).toContain(answer.statusCode);
});

it('refuses a key that is no visible ASCII, or longer than 128 characters', async () => {
  for (const key of ['', 'a b', 'x'.repeat(129), 'é']) {
    const answer = await post(key, { do: 'x' });
    expect([answer.statusCode, answer.json().detail[0].loc], key).toEqual([422, ['header', 'idempotency-key']]);
  }
  expect((await post('x'.repeat(128), { do: 'x' })).statusCode).toBe(201);
});

it('leaves public operations and other methods alone', async () => {
  const sign = () =>
    app.router.inject({
      method: 'POST',
      url: '/api/v1/auth/session',
      headers: { 'idempotency-key': 'public' },
      payload: { token: app.owner.headers.authorization.replace('Bearer ', '') },
    });
  const [first, second] = [await sign(), await sign()];
  expect(second.cookies[0]?.value).not.toBe(first.cookies[0]?.value);
});

it('shows the secret of a repeated creation again, and forgets it in time', async () => {
  const create = () =>
    app.router.inject({
      method: 'POST',
      url: '/api/v1/users/me/tokens',
      headers: { ...app.owner.headers, 'idempotency-key': 'token' },
      payload: { name: 'twice' },
    });
  const [first, second] = [await create(), await create()];
  expect(second.json()).toEqual(first.json());
  at += DAY_MS;
  await pruneIdempotencyKeys(app.platform);
  expect(await app.platform.db.selectFrom('idempotency_keys').selectAll().execute()).toEqual([]);
});

it('an answer that no key opens any more is 409, and the call is not run again', async () => {
  await post('lost', { do: 'lost' });
  const before = calls.length;
  await app.platform.db
    .updateTable('idempotency_keys')
    .set({ answer: Buffer.alloc(40).toString('base64') })
    .where('key', '=', 'lost')
    .execute();
  const again = await post('lost', { do: 'lost' });
  expect([again.statusCode, again.json().code]).toEqual([409, 'idempotency.answer_lost']);
  expect(calls).toHaveLength(before);
});
