import { Readable } from 'node:stream';
import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { Backtest, BacktestCreate, BacktestQuery, BacktestRow, BacktestRowQuery } from './backtests.schema.ts';
import { cancelBacktest, createBacktest, getBacktest, toTask } from './backtests.service.ts';
import { listBacktests, listRows } from './backtests.store.ts';
import { exportRows } from './export.ts';

const tags = ['policies'];
const params = z.object({ backtest_id: z.uuid() });

export function backtestsRoutes(router: Router): void {
  router.post(
    '/policies/backtest',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'createBacktest',
        tags,
        summary: 'Try a draft or a version of a policy on recorded calls, as if it had been enforced.',
        body: BacktestCreate,
        response: { 202: Backtest, ...problems(404, 422, 429) },
      },
    },
    async ({ ctx, body }, reply) => reply.code(202).send(await createBacktest(ctx, body)),
  );

  router.get(
    '/policies/backtests',
    {
      config: { access: 'telemetry:read' },
      schema: {
        operationId: 'listBacktests',
        tags,
        summary: 'Back-tests, newest first.',
        querystring: BacktestQuery,
        response: { 200: cursorPage(Backtest) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listBacktests(ctx, query, after), query.limit, ({ created_at, id }) => [created_at, id]);
    },
  );

  router.get(
    '/policies/backtests/:backtest_id',
    {
      config: { access: 'telemetry:read' },
      schema: {
        operationId: 'getBacktest',
        tags,
        summary: 'A back-test with its progress, and its report once it has ended.',
        params,
        response: { 200: Backtest, ...problems(404) },
      },
    },
    ({ ctx, params: { backtest_id } }) => getBacktest(ctx, backtest_id),
  );

  router.post(
    '/policies/backtests/:backtest_id/cancel',
    {
      config: { access: 'policies:write' },
      schema: {
        operationId: 'cancelBacktest',
        tags,
        summary: 'End a back-test that has not ended.',
        params,
        response: { 200: Backtest, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { backtest_id } }) => cancelBacktest(ctx, backtest_id),
  );

  addRows(router);
}

function addRows(router: Router): void {
  const config = { access: 'payload:read' };

  router.get(
    '/policies/backtests/:backtest_id/rows',
    {
      config,
      schema: {
        operationId: 'listBacktestRows',
        tags,
        summary: 'What the policy would have done something about, in the order of the runs; the first 1,000 rows.',
        params,
        querystring: BacktestRowQuery,
        response: { 200: cursorPage(BacktestRow), ...problems(404) },
      },
    },
    async ({ ctx, params: { backtest_id }, query }) => {
      const [after] = parseCursor(query.cursor, [z.int()]) ?? [0];
      await getBacktest(ctx, backtest_id);
      const rows = await listRows(ctx, backtest_id, { ...query, after });
      const { items, next_cursor } = toPage(rows, query.limit, ({ n }) => [n]);
      return { items: items.map(({ row }) => row), next_cursor };
    },
  );

  router.get(
    '/policies/backtests/:backtest_id/export',
    {
      config: { ...config, perMinute: 4 },
      schema: {
        operationId: 'exportBacktest',
        tags,
        summary: 'All rows as NDJSON, computed again over what is stored now.',
        params,
        response: { 200: z.unknown(), ...problems(404) },
      },
    },
    async ({ ctx, params: { backtest_id } }, reply) => {
      const task = await toTask(ctx, await getBacktest(ctx, backtest_id), null);
      return reply
        .header('content-type', 'application/x-ndjson')
        .header('content-disposition', `attachment; filename="backtest-${backtest_id}.ndjson"`)
        .send(Readable.from(exportRows(task, ctx.stopping)));
    },
  );
}
