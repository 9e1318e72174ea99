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
