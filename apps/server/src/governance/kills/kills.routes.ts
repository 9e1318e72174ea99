import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { ApprovalRead } from '../approvals/approvals.schema.ts';
import { KillCreate, KillQuery, KillRead, KillRelease } from './kills.schema.ts';
import { getKill, releaseKill, setKill } from './kills.service.ts';
import { listKills } from './kills.store.ts';

const tags = ['kill'];
const config = { access: 'kill' };
const params = z.object({ kill_id: z.uuid() });

export function killsRoutes(router: Router): void {
  router.post(
    '/kill',
    {
      config,
      schema: {
        operationId: 'setKill',
        tags,
        summary: 'Stop every agent of a scope at once, and those to come.',
        body: KillCreate,
        response: { 201: KillRead, ...problems(422) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await setKill(ctx, body)),
  );

  router.get(
    '/kill',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listKills',
        tags,
        summary: 'What is killed, newest first.',
        querystring: KillQuery,
        response: { 200: cursorPage(KillRead) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listKills(ctx, query, after), query.limit, ({ set_at, id }) => [set_at, id]);
    },
  );

  router.get(
    '/kill/:kill_id',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getKill',
        tags,
        summary: 'One kill, with how many agents it holds now.',
        params,
        response: { 200: KillRead, ...problems(404) },
      },
    },
    ({ ctx, params: { kill_id } }) => getKill(ctx, kill_id),
  );

  router.delete(
    '/kill/:kill_id',
    {
      config,
      schema: {
        operationId: 'releaseKill',
        tags,
        summary: 'Let the agents of a kill go, all of them or a share first.',
        params,
        body: KillRelease.nullish(),
        response: {
          200: KillRead,
          202: ApprovalRead.describe('Another admin must agree first; the server releases it then.'),
          ...problems(404, 409),
        },
      },
    },
    async ({ ctx, params: { kill_id }, body }, reply) => {
      const done = await releaseKill(ctx, kill_id, body ?? { percent: 100 });
      return 'kill' in done ? done.kill : reply.code(202).send(done.approval);
    },
  );
}
