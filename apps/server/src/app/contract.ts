import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Router } from '#server/platform/http/route.ts';

/** The contract beside the code: from `src/app` in tests and from `dist` in production the way up has another length. */
const OPENAPI = ['../../../openapi.json', '../../../../openapi.json']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

/** `GET /openapi.json`: what this API is, for clients that generate themselves. */
export function contractRoutes(router: Router): void {
  if (OPENAPI === undefined) return;
  const text = readFileSync(OPENAPI, 'utf8');
  router.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').serializer(String).send(text),
  );
}
