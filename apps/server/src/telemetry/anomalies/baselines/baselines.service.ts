import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { quantile } from '#server/platform/histograms/histogram.rules.ts';
import { notFound } from '#server/platform/problem.ts';
import { MIN_RUNS } from '../detectors/usual.rules.ts';
import { baselineReset } from './baselines.events.ts';
import type { BaselineState } from './baselines.schema.ts';
import { findBaseline, removeBaselines } from './baselines.store.ts';

const DAY_MINUTES = 24 * 60;

/** What is known of an agent's usual behaviour. Throws `agent.not_found`. */
export async function getBaseline(ctx: Context, agentId: string): Promise<BaselineState> {
  const row = await findBaseline(ctx, agentId);
  if (!row) throw notFound('agent', agentId);
  const { sums, updated_at } = row;
  const n = Math.round(sums?.n ?? 0);
  const p50Ms = quantile(sums?.ms ?? null, 0.5);
  return {
    ...{ agent_id: agentId, runs: n, days: (sums?.minutes ?? 0) / DAY_MINUTES, is_learning: n < MIN_RUNS, updated_at },
    ...{ p50_ms: p50Ms, p50_tokens: quantile(sums?.tokens ?? null, 0.5) },
    error_rate: sums && sums.n > 0 ? sums.errors / sums.n : null,
  };
}

/** Forgets what was usual for an agent; it is learned anew from now on. Throws `agent.not_found`. */
export function resetBaseline(ctx: Context, agentId: string): Promise<BaselineState> {
  return inTransaction(ctx, async (tx) => {
    const before = await getBaseline(tx, agentId);
    await removeBaselines(tx, agentId);
    await publish(tx, baselineReset, { subjectId: agentId, data: { agent_id: agentId, runs: before.runs } });
    return getBaseline(tx, agentId);
  });
}
