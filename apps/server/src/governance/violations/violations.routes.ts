import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { Violation, ViolationGroup, ViolationQuery, ViolationUpdate } from './violations.schema.ts';
import { getViolation, updateViolation } from './violations.service.ts';
import { listViolationGroups, listViolations } from './violations.store.ts';

const tags = ['violations'];
const params = z.object({ id: z.uuid() });

export function violationsRoutes(router: Router): void {
  router.get(
    '/violations',
    {
      config: { access: 'violations:read' },
      schema: {
        operationId: 'listViolations',
        tags,
        summary: 'Calls that were stopped, or would have been, newest first.',
        querystring: ViolationQuery,
        response: { 200: cursorPage(ViolationGroup) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      const list = query.grouped ? listViolationGroups : listViolations;
      return toPage(await list(ctx, query, after), query.limit, ({ ts, id }) => [ts, id]);
    },
  );

  router.get(
    '/violations/:id',
    {
      config: { access: 'violations:read' },
      schema: {
        operationId: 'getViolation',
        tags,
        summary: 'One violation with its full context.',
        params,
        response: { 200: Violation, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getViolation(ctx, id),
  );

  router.patch(
    '/violations/:id',
    {
      config: { access: 'violations:write' },
      schema: {
        operationId: 'updateViolation',
        tags,
        summary: 'Acknowledge, resolve or mark as false.',
        params,
        body: ViolationUpdate,
        response: { 200: Violation, ...problems(404) },
      },
    },
    ({ ctx, params: { id }, body }) => updateViolation(ctx, id, body),
  );
}
