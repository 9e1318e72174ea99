import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '#server/platform/postgres/database.ts';
import { createTestApp, type TestApp } from '../../test/app.ts';
import { healthRoutes } from './health.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

it.each(['/health', '/healthz'])('230: answers %s without a credential', async (url) => {
  const answer = await app.router.inject({ url });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ ok: true });
});

it('230: is ready while the database, its migrations, jobs and events are', async () => {
  const answer = await app.router.inject({ url: '/readyz' });
  expect(answer.json()).toEqual({ ok: true, checks: { database: 'ok', migrations: 'ok', jobs: 'ok', events: 'ok' } });
});

it('230: is not ready while a migration is missing', async () => {
  const broken = await createTestApp();
  await sql`delete from schema_migrations where name = (select max(name) from schema_migrations)`.execute(
    broken.platform.db,
  );
  const answers = await Promise.all(['/readyz', '/healthz'].map((url) => broken.router.inject({ url })));
  await broken.close();
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
  expect(answers[0]?.json()).toMatchObject({ ok: false, checks: { database: 'ok', migrations: 'failed' } });
});

it('230: is not ready while the database is away', async () => {
  const { db } = openDatabase('postgres://nobody@127.0.0.1:1/none', app.platform.log, { max: 1, slowMs: 10_000 });
  const probes = { jobs: () => true, events: () => true };
  const cut = await createTestApp({
    decorate: (router) =>
      router.register(async (inner) => healthRoutes({ ...app.platform, db }, probes)(inner), { prefix: '/cut' }),
  });
  const answers = await Promise.all(['/cut/readyz', '/cut/healthz'].map((url) => cut.router.inject({ url })));
  await cut.close();
  await db.destroy();
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([503, 200]);
  expect(answers[0]?.json()).toMatchObject({ ok: false, checks: { database: 'failed', migrations: 'failed' } });
});
