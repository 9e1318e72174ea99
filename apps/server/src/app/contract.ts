import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { policyJsonSchema } from '@mission-control/policy/language';
import type { Router } from '#server/platform/http/route.ts';

/** The contract beside the code: from `src/app` in tests and from `dist` in production the way up has another length. */
const OPENAPI = ['../../../openapi.json', '../../../../openapi.json']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

const POLICY_SCHEMA = JSON.stringify({ $id: 'policy-v1.json', ...policyJsonSchema });

/**
 * `GET /openapi.json`: what this API is, for clients that generate themselves. `GET /schemas/policy-v1.json`: how policies
 * are written, for editors.
 */
export function contractRoutes(router: Router): void {
  router.get('/schemas/policy-v1.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('application/schema+json; charset=utf-8').serializer(String).send(POLICY_SCHEMA),
  );
  if (OPENAPI === undefined) return;
  const text = readFileSync(OPENAPI, 'utf8');
  router.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').serializer(String).send(text),
  );
}
