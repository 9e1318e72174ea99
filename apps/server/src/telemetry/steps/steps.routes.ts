import { z } from 'zod';
import { compressLarge } from '#server/platform/http/compress.ts';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { getRunHead } from '../runs/runs.service.ts';
import { hideEventPayloads, hideStepPayloads } from './payload-view.rules.ts';
import { listRunEvents } from './run-events.store.ts';
import { searchRun } from './search.store.ts';
import { toSkeleton } from './skeleton.rules.ts';
import { RunEvent, RunEventQuery, RunSearchHit, StepPage, StepQuery, StepSkeleton } from './steps.schema.ts';
import { listSkeletonRows, listSteps } from './steps.store.ts';

const config = { access: 'telemetry:read' };
const tags = ['runs'];
const params = z.object({ id: z.uuid() });

/** Where a list continues: after the cursor, or after what the caller has. */
const toAfterSeq = (cursor: string | undefined, afterSeq: number | undefined): number =>
  parseCursor(cursor, [z.int()])?.[0] ?? afterSeq ?? -1;

export function stepsRoutes(router: Router): void {
  router.get(
    '/runs/:id/steps',
    {
      config,
      onSend: compressLarge,
      schema: {
        operationId: 'listSteps',
        tags,
        summary: 'Steps of a run: as columns for a waterfall, or page by page in full.',
        params,
        querystring: StepQuery,
        response: { 200: z.discriminatedUnion('fields', [StepSkeleton, StepPage]), ...problems(404) },
      },
    },
    async ({ ctx, params: { id }, query, principal }) => {
      const run = await getRunHead(ctx, id);
      if (query.fields === 'skeleton') return toSkeleton(run, await listSkeletonRows(ctx, run));
      const { key, limit, cursor, after_seq } = query;
      const steps = await listSteps(ctx, run, { key, limit, afterSeq: toAfterSeq(cursor, after_seq) });
      const shown = principal.deny('payload:read') ? steps.map(hideStepPayloads) : steps;
      return { fields: 'full' as const, ...toPage(shown, limit, ({ seq }) => [seq]) };
    },
  );

  router.get(
    '/runs/:id/events',
    {
      config,
      schema: {
        operationId: 'listRunEvents',
        tags,
        summary: 'Reasoning, decisions, checkpoints, exceptions and notes of a run, in order.',
        params,
        querystring: RunEventQuery,
        response: { 200: cursorPage(RunEvent), ...problems(404) },
      },
    },
    async ({ ctx, params: { id }, query, principal }) => {
      const run = await getRunHead(ctx, id);
      const { t, limit, cursor, after_seq } = query;
      const events = await listRunEvents(ctx, run, { t, limit, afterSeq: toAfterSeq(cursor, after_seq) });
      const shown = principal.deny('payload:read') ? events.map(hideEventPayloads) : events;
      return toPage(shown, limit, ({ seq }) => [seq]);
    },
  );

  router.get(
    '/runs/:id/search',
    {
      config: { access: 'payload:read' },
      schema: {
        operationId: 'searchRun',
        tags,
        summary: 'Where a text stands in a run: names, errors, inline payloads, events; at most 100 places.',
        params,
        querystring: z.object({ q: z.string().min(1).max(200) }),
        response: { 200: z.object({ items: z.array(RunSearchHit) }), ...problems(404) },
      },
    },
    async ({ ctx, params: { id }, query: { q } }) => ({ items: await searchRun(ctx, await getRunHead(ctx, id), q) }),
  );
}
