import { Readable } from 'node:stream';
import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { hidePayload } from '../steps/payload-view.rules.ts';
import { exportRun } from './export.ts';
import { Run, RunDetail, RunQuery } from './runs.schema.ts';
import { getRun, getRunHead } from './runs.service.ts';
import { listRuns } from './runs.store.ts';

const config = { access: 'telemetry:read' };
const tags = ['runs'];

export function runsRoutes(router: Router): void {
  router.get(
    '/runs',
    {
      config,
      schema: {
        operationId: 'listRuns',
        tags,
        summary: 'Runs, newest first.',
        querystring: RunQuery,
        response: { 200: cursorPage(Run) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listRuns(ctx, query, after), query.limit, ({ started_at, id }) => [started_at, id]);
    },
  );

  router.get(
    '/runs/:id',
    {
      config,
      schema: {
        operationId: 'getRun',
        tags,
        summary: 'One run, with the sums of its tree, its parent and its children.',
        params: z.object({ id: z.uuid() }),
        response: { 200: RunDetail, ...problems(404, 410) },
      },
    },
    async ({ ctx, params, principal }) => {
      const run = await getRun(ctx, params.id);
      if (!principal.deny('payload:read')) return run;
      const { in_payload, out_payload, config: configuration } = run;
      return {
        ...run,
        in_payload: hidePayload(in_payload),
        out_payload: hidePayload(out_payload),
        config: hidePayload(configuration),
      };
    },
  );

  router.get(
    '/runs/:id/export',
    {
      config: { access: 'payload:read' },
      schema: {
        operationId: 'exportRun',
        tags,
        summary: 'A whole run as NDJSON: the run, its steps, its events.',
        params: z.object({ id: z.uuid() }),
        response: { 200: z.unknown(), ...problems(404) },
      },
    },
    async ({ ctx, params: { id } }, reply) => {
      const [head, run] = [await getRunHead(ctx, id), await getRun(ctx, id)];
      return reply
        .header('content-type', 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="run-${id}.ndjson"`)
        .send(Readable.from(exportRun(ctx, head, run)));
    },
  );
}
