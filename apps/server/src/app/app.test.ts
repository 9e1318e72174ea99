import { expect, it } from 'vitest';
import { ACCESS } from '#server/identity/index.ts';
import { createTestApp } from '../../test/app.ts';

it('declares for every route who may call it', async () => {
  const routes: string[] = [];
  const undeclared: string[] = [];
  const app = await createTestApp({
    decorate: (router) =>
      router.addHook('onRoute', ({ method, url, config }) => {
        routes.push(url);
        if (!Object.hasOwn(ACCESS, config?.access ?? '')) undeclared.push(`${method} ${url}`);
      }),
  });
  await app.close();
  expect(routes.length).toBeGreaterThan(30);
  expect(undeclared).toEqual([]);
});

it('227: a failure that nobody foresaw is 500 internal and says nothing from inside', async () => {
  const lines: string[] = [];
  const app = await createTestApp({
    env: { LOG_LEVEL: 'error' },
    logTo: { write: (line: string) => lines.push(line) },
    decorate: (router) =>
      router.get('/breaks', { config: { access: 'public' } }, () => {
        throw new Error('a sentence from inside');
      }),
  });
  const answer = await app.router.inject({ url: '/breaks', headers: { 'x-request-id': 'seen-1' } });
  await app.close();
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ code: 'internal', request_id: 'seen-1' });
  expect(answer.body).not.toContain('from inside');
  expect(lines.join('')).toContain('a sentence from inside');
});
