import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { ViolationSummary, ViolationSummaryQuery } from './summary/summary.schema.ts';
import { summarizeViolations } from './summary/summary.store.ts';
import { Violation, ViolationDetail, ViolationGroup, ViolationQuery, ViolationUpdate } from './violations.schema.ts';
import { getViolationDetail, updateViolation } from './violations.service.ts';
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
    '/violations/summary',
    {
      config: { access: 'violations:read' },
      schema: {
        operationId: 'summarizeViolations',
        tags,
        summary: 'How many there were by rule, agent or tool, most first, with how they came over time.',
        querystring: ViolationSummaryQuery,
        response: { 200: ViolationSummary },
      },
    },
    ({ ctx, query }) => summarizeViolations(ctx, query),
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
        response: { 200: ViolationDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getViolationDetail(ctx, id),
  );

  router.patch(
    '/violations/:id',
    {
      config: { access: 'violations:write' },
      schema: {
        operationId: 'updateViolation',
        tags,
        summary: 'Acknowledge, resolve, mark as false, or give it to somebody.',
        params,
        body: ViolationUpdate,
        response: { 200: Violation, ...problems(404, 422) },
      },
    },
    ({ ctx, params: { id }, body }) => updateViolation(ctx, id, body),
  );
}
