import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { Router } from '#server/platform/http/route.ts';
import { notFound } from '#server/platform/problem.ts';

const DAY_S = 86_400;

/** The built console. From `src/app` in tests and from `dist` in production the way up has another length. */
const CONSOLE_DIST = ['../../console/dist', '../../../console/dist']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'index.html')));

/** Serves the console's files; any other page address gets its index, so that links and reloads work. */
export function consoleRoutes(router: Router): void {
  if (CONSOLE_DIST === undefined) return;
  router.register(fastifyStatic, {
    root: CONSOLE_DIST,
    preCompressed: true,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders(response, path) {
      const isHashed = path.includes('/assets/');
      response.setHeader('cache-control', isHashed ? `public, max-age=${365 * DAY_S}, immutable` : 'no-cache');
    },
  });
  router.get('/*', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const isPage = !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
    if (!isPage) throw notFound('route', `${request.method} ${request.url.split('?')[0]}`);
    return reply.sendFile('index.html');
  });
}
