import { assertBoardAccess } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { Answers } from './answers.ts';
import type { DashboardMetrics, DashboardQuery } from './dashboard.schema.ts';
import {
  countActiveAgents,
  countTasks,
  type ErrorRow,
  findCycleTimes,
  findNewestLine,
  listErrors,
  listFlows,
  listPendingApprovals,
  listScope,
  listThroughput,
} from './dashboard.store.ts';
import { toRange } from './ranges.rules.ts';
import { toSeriesSet, toStatusCounts, toWipSet } from './series.rules.ts';

const SHOWN_APPROVALS = 10;

/**
 * How work goes on the boards that the caller may read, as of the last change of the organization (others' figures move
 * with time: they are at most seconds old). Throws `board.not_found`, `board.access_denied`.
 */
export async function getDashboard(
  ctx: Context,
  query: DashboardQuery,
  answers: Answers<DashboardMetrics>,
): Promise<DashboardMetrics> {
  if (query.board_id !== undefined) await assertBoardAccess(ctx, query.board_id, 'read');
  const { orgId, caller } = ctx;
  const seesAll = caller.kind === 'user' && (caller.allBoardsRead || caller.allBoardsWrite);
  const { range_key, board_id, group_id } = query;
  const question = [orgId, seesAll ? 'all' : ctx.actor.id, range_key, board_id, group_id, await findNewestLine(ctx)];
  return answers(question.join(' '), () => computeDashboard(ctx, query));
}

async function computeDashboard(ctx: Context, query: DashboardQuery): Promise<DashboardMetrics> {
  const range = toRange(query.range_key, ctx.now());
  const boards = await listScope(ctx, query);
  const [tasks, flows, throughput, cycles, errors, activeAgents, pendingApprovals] = await Promise.all([
    countTasks(ctx, boards),
    listFlows(ctx, boards, range),
    listThroughput(ctx, boards, range),
    findCycleTimes(ctx, boards, range),
    listErrors(ctx, boards, range),
    countActiveAgents(ctx, boards, range.primary.from),
    listPendingApprovals(ctx, boards, SHOWN_APPROVALS),
  ]);
  const counts = toStatusCounts(tasks);
  return {
    range: range.key,
    generated_at: range.primary.to.toISOString(),
    kpis: {
      active_agents: activeAgents,
      tasks_in_progress: counts.in_progress,
      inbox_tasks: counts.inbox,
      in_progress_tasks: counts.in_progress,
      review_tasks: counts.review,
      done_tasks: counts.done,
      error_rate_pct: toErrorRate(errors.filter(({ slot }) => slot > range.comparison.buckets.length)),
      median_cycle_time_hours_7d: cycles.median7d,
      median_cycle_time_hours: cycles.median,
    },
    throughput: toSeriesSet(range, throughput, ({ n }) => n),
    cycle_time: toSeriesSet(range, cycles.means, ({ hours }) => hours),
    error_rate: toSeriesSet(range, errors, (row) => toErrorRate([row])),
    wip: toWipSet(range, counts, flows),
    pending_approvals: pendingApprovals,
  };
}

/** Percent. */
function toErrorRate(rows: Pick<ErrorRow, 'total' | 'failed'>[]): number {
  const sum = (of: (row: Pick<ErrorRow, 'total' | 'failed'>) => number) => rows.reduce((all, row) => all + of(row), 0);
  const total = sum((row) => row.total);
  return total === 0 ? 0 : (sum((row) => row.failed) / total) * 100;
}
