import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Router } from '#server/platform/http/route.ts';
import { notFound } from '#server/platform/problem.ts';

const YEAR_MS = 365 * 86_400_000;

/** The built console. From `src/app` in tests and from `dist` in production the way up has another length. */
const CONSOLE_DIST = ['../../console/dist', '../../../console/dist']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'index.html')));

/** Serves the console's files; any other page address gets its index, so that links and reloads work. */
export function consoleRoutes(router: Router): void {
  if (CONSOLE_DIST === undefined) return;
  const files = new Set(readdirSync(CONSOLE_DIST));
  router.register(fastifyStatic, { root: CONSOLE_DIST, serve: false, preCompressed: true, cacheControl: false });
  router.get('/*', { config: { access: 'public' }, schema: { hide: true } }, (request, reply) => {
    const path = (request.url.split('?')[0] ?? '').slice(1);
    if (path.startsWith('assets/'))
      return reply.sendFile(path, { maxAge: YEAR_MS, immutable: true, cacheControl: true }); // the name is a hash
    if (files.has(path)) return reply.header('cache-control', 'no-cache').sendFile(path);
    const isPage = !path.startsWith('api/') && (request.headers.accept ?? '').includes('text/html');
    if (!isPage) throw notFound('route', `${request.method} /${path}`);
    return reply.header('cache-control', 'no-cache').sendFile('index.html');
  });
}
