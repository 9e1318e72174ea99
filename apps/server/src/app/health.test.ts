import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test/app.ts';

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

async function readyz(breakIt: (app: TestApp) => Promise<unknown>) {
  const broken = await createTestApp();
  try {
    await breakIt(broken);
    const [ready, alive] = await Promise.all(['/readyz', '/healthz'].map((url) => broken.router.inject({ url })));
    expect(alive?.statusCode).toBe(200);
    return { status: ready?.statusCode, ...ready?.json() };
  } finally {
    await broken.close();
  }
}

it('230: is not ready while a migration is missing', async () => {
  const answer = await readyz(({ platform }) =>
    sql`delete from schema_migrations where name = (select max(name) from schema_migrations)`.execute(platform.db),
  );
  expect(answer).toMatchObject({ status: 503, ok: false, checks: { database: 'ok', migrations: 'failed' } });
});

it('230: is not ready while the database is away', async () => {
  const answer = await readyz(({ platform }) => platform.db.destroy());
  expect(answer).toMatchObject({ status: 503, ok: false, checks: { database: 'failed' } });
});
