import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

it.each(['/health', '/healthz'])('answers %s without a credential', async (url) => {
  const answer = await app.router.inject({ url });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({ ok: true });
});

it('is ready while the database, its migrations, jobs and events are', async () => {
  const answer = await app.router.inject({ url: '/readyz' });
  expect(answer.json()).toEqual({ ok: true, checks: { database: 'ok', migrations: 'ok', jobs: 'ok', events: 'ok' } });
});
