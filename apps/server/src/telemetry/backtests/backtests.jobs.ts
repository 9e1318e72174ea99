import { type Context, inTransaction } from '#server/platform/context.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import type { BacktestReport, BacktestRow } from './backtests.schema.ts';
import { settleBacktest, toTask } from './backtests.service.ts';
import { findBacktest, findNames, saveProgress } from './backtests.store.ts';
import type { BacktestReport as Found } from './simulation/report.rules.ts';
import { runBacktest } from './worker/run-worker.ts';

/** So many rows are kept for lists; an export has all. */
const MAX_ROWS = 1_000;
const SAVE_EVERY_MS = 500;

/** Runs a back-test to its end, or until it is canceled or the server stops. */
export const backtestWork: WorkKind = {
  async run(ctx, { payload }) {
    const id = String(payload.id);
    const backtest = await findBacktest(ctx, id);
    if (!backtest) throw notFound('backtest', id);
    if (!(await saveProgress(ctx, id, { done: 0, total: 0 }))) return { canceled: true };
    const found = await runToEnd(ctx, id, await toTask(ctx, backtest, MAX_ROWS));
    if (!found) return { canceled: true };
    const report = await toNamed(ctx, found.report);
    await inTransaction(ctx, (tx) => settleBacktest(tx, id, { state: 'succeeded', report, rows: found.rows }));
    return { calls: report.calls };
  },
  retryAfterMs: () => 1_000,
  whenGivenUp: async (tx, { payload }, error) => {
    await settleBacktest(tx, String(payload.id), { state: 'failed', error });
  },
};

/** What it found; undefined when it was canceled meanwhile. */
async function runToEnd(
  ctx: Context,
  id: string,
  task: Parameters<typeof runBacktest>[0],
): Promise<{ report: Found; rows: BacktestRow[] } | undefined> {
  const rows: BacktestRow[] = [];
  let savedAt = 0;
  for await (const message of runBacktest(task, ctx.stopping)) {
    if (message.kind === 'report') return { report: message.report, rows };
    rows.push(...message.rows);
    if (performance.now() - savedAt < SAVE_EVERY_MS) continue;
    savedAt = performance.now();
    if (!(await saveProgress(ctx, id, message))) return undefined;
  }
  throw new Problem('backtest.interrupted', 503, 'The back-test was interrupted.');
}

async function toNamed(ctx: Context, report: Found): Promise<BacktestReport> {
  const names = await findNames(
    ctx,
    report.per_agent.map(({ agent_id }) => agent_id),
  );
  const per_agent = report.per_agent.map((tally) => {
    const { name = null, slug = null } = names.get(tally.agent_id) ?? {};
    return { ...tally, agent_name: name, agent_slug: slug };
  });
  return { ...report, per_agent };
}
