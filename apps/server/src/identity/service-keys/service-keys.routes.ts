import { z } from 'zod';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { ServiceKey, ServiceKeyCreate, ServiceKeyCreated } from './service-keys.schema.ts';
import { createServiceKey, deleteServiceKey } from './service-keys.service.ts';
import { listServiceKeys } from './service-keys.store.ts';

const config = { access: 'service-keys:manage' };
const tags = ['service-keys'];

export function serviceKeysRoutes(router: Router): void {
  router.get(
    '/service-keys',
    {
      config,
      schema: {
        operationId: 'listServiceKeys',
        tags,
        summary: 'The organization’s service keys, newest first.',
        querystring: CursorQuery,
        response: { 200: cursorPage(ServiceKey) },
      },
    },
    async ({ ctx, query: { cursor, limit } }) => {
      const after = parseCursor(cursor, [z.uuid()])?.[0];
      return toPage(await listServiceKeys(ctx, after, limit), limit, ({ id }) => [id]);
    },
  );

  router.post(
    '/service-keys',
    {
      config,
      schema: {
        operationId: 'createServiceKey',
        tags,
        summary: 'Make a service key. It is shown in this answer only.',
        body: ServiceKeyCreate,
        response: { 201: ServiceKeyCreated },
      },
    },
    async ({ ctx, body }, reply) => reply.code(201).send(await createServiceKey(ctx, body)),
  );

  router.delete(
    '/service-keys/:id',
    {
      config,
      schema: {
        operationId: 'deleteServiceKey',
        tags,
        summary: 'Revoke a service key.',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async ({ ctx, params }, reply) => {
      await deleteServiceKey(ctx, params.id);
      return reply.code(204).send(null);
    },
  );
}
