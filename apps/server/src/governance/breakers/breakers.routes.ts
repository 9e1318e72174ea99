import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { Breaker, BreakerDetail, BreakerQuery, ProbeAnswer, ProbeRequest } from './breakers.schema.ts';
import { askToProbe, getBreaker, holdClosed, holdOpen, releaseBreaker } from './breakers.service.ts';
import { listBreakers } from './breakers.store.ts';

const tags = ['breakers'];
const params = z.object({ id: z.uuid() });

const ACTIONS = [
  ['open', 'Open a breaker by hand; it stays open until it is released.', holdOpen],
  ['close', 'Close a breaker by hand; it stays closed until it is released.', holdClosed],
  ['release', 'Let go of a breaker that somebody holds; an open one lets probes through at once.', releaseBreaker],
] as const;

export function breakersRoutes(router: Router): void {
  router.get(
    '/breakers',
    {
      config: { access: 'breakers:read' },
      schema: {
        operationId: 'listBreakers',
        tags,
        summary: 'The circuit breakers of agents, versions and tools, what changed last first.',
        querystring: BreakerQuery,
        response: { 200: cursorPage(Breaker) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listBreakers(ctx, query, after), query.limit, ({ updated_at, id }) => [updated_at, id]);
    },
  );

  router.get(
    '/breakers/:id',
    {
      config: { access: 'breakers:read' },
      schema: {
        operationId: 'getBreaker',
        tags,
        summary: 'A breaker with what its window counted and the runs that try it.',
        params,
        response: { 200: BreakerDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getBreaker(ctx, id),
  );

  router.post(
    '/breakers/probes',
    {
      config: { access: 'leases:use' },
      schema: {
        operationId: 'askToProbe',
        tags,
        summary: 'Ask for a place among the runs that try whether what is half open may close.',
        body: ProbeRequest,
        response: { 200: ProbeAnswer, ...problems(404) },
      },
    },
    ({ ctx, body }) => askToProbe(ctx, body),
  );

  for (const [action, summary, act] of ACTIONS)
    router.post(
      `/breakers/:id/${action}`,
      {
        config: { access: 'breakers:write' },
        schema: {
          operationId: `${action}Breaker`,
          tags,
          summary,
          params,
          body: z.object({ reason: z.string().trim().min(1).max(2000) }),
          response: { 200: Breaker, ...problems(404, 409) },
        },
      },
      ({ ctx, params: { id }, body: { reason } }) => act(ctx, id, reason),
    );
}
