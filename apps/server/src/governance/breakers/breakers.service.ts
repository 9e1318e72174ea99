import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { breakerClosed, breakerOpened, breakerReleased } from './breakers.events.ts';
import type { Breaker, BreakerDetail, ProbeAnswer, ProbeRequest } from './breakers.schema.ts';
import { findBreaker, findReported, listBuckets, lockBreaker, saveBreaker } from './breakers.store.ts';
import { type JudgedRow, listRows, lockBreakers, nextBucket } from './judging/judging.store.ts';
import { listTries, takePlace } from './judging/probes.store.ts';
import { closeBreaker, halfOpenBreaker, move } from './transitions/transitions.service.ts';

/** An opened breaker's version is not active any more: it closes, for the one before did nothing wrong. */
export async function settleRolledBack(tx: TxContext, id: string): Promise<void> {
  await closeBreaker(tx, { id }, 'The agent was rolled back to the version before.');
}

/** How long to wait before asking for a place among the probes again. */
const ASK_AGAIN_MS = 5_000;

/** A breaker with what its window counted and the runs that try it. Throws `breaker.not_found`. */
export async function getBreaker(ctx: Context, id: string): Promise<BreakerDetail> {
  const breaker = await findBreaker(ctx, id);
  if (!breaker) throw notFound('breaker', id);
  const [buckets, tries] = await Promise.all([listBuckets(ctx, id, ctx.now()), listTries(ctx, id)]);
  return { ...breaker, buckets, tries };
}

async function withBreaker(
  ctx: Context,
  id: string,
  change: (tx: TxContext, row: JudgedRow) => Promise<Breaker>,
): Promise<Breaker> {
  return inTransaction(ctx, async (tx) => {
    await lockBreakers(tx);
    const row = await lockBreaker(tx, id);
    if (!row) throw notFound('breaker', id);
    return change(tx, row as JudgedRow); // rules were compiled before they were stored
  });
}

/** Opens a breaker by hand and keeps it open, also one that is in monitor. Throws `breaker.not_found`. */
export const holdOpen = (ctx: Context, id: string, reason: string): Promise<Breaker> =>
  withBreaker(ctx, id, (tx, row) =>
    move(tx, row, breakerOpened, {
      state: 'open',
      effect: row.rule.action === 'block_tool' ? 'block_tool' : 'pause',
      held_by: JSON.stringify(tx.actor),
      reason,
      opened_at: tx.now(),
      retry_at: null,
    }),
  );

/** Closes a breaker by hand and keeps it closed, whatever is measured. Throws `breaker.not_found`. */
export const holdClosed = (ctx: Context, id: string, reason: string): Promise<Breaker> =>
  withBreaker(ctx, id, (tx, row) =>
    move(tx, row, breakerClosed, {
      state: 'closed',
      effect: 'none',
      held_by: JSON.stringify(tx.actor),
      reason,
      closed_at: tx.now(),
      retry_at: null,
    }),
  );

/**
 * Lets go of a breaker that somebody holds: an open one lets probes through at once, a closed one is judged by what comes
 * from now on. Throws `breaker.not_found`, `breaker.not_held`.
 */
export const releaseBreaker = (ctx: Context, id: string, reason: string): Promise<Breaker> =>
  withBreaker(ctx, id, async (tx, row) => {
    if (row.held_by === null) throw new Problem('breaker.not_held', 409, 'Nobody holds this breaker.');
    await saveBreaker(tx, id, { held_by: null, reason, counts_from: nextBucket(tx.now().getTime()) });
    if (row.state === 'open') return halfOpenBreaker(tx, row);
    const breaker = await findBreaker(tx, id);
    if (!breaker) throw notFound('breaker', id);
    await publish(tx, breakerReleased, { subjectId: id, data: { breaker } });
    return breaker;
  });

/**
 * Asks for a place among the probes of what is half open for an agent, or for one of its tools; without anything half open
 * it is granted. A run that was let through keeps its place. Throws `agent.not_found` for one of another process.
 */
export function askToProbe(ctx: Context, { agent_id, run, tool }: ProbeRequest): Promise<ProbeAnswer> {
  return inTransaction(ctx, async (tx) => {
    const reported = await findReported(tx, agent_id);
    if (!reported) throw notFound('agent', agent_id);
    await lockBreakers(tx);
    const rows = await listRows(tx, [agent_id]);
    const isMeant = (row: JudgedRow) =>
      (row.tool === null ? tool === undefined : row.tool === tool) &&
      (row.version_id === null || row.version_id === reported.version_id);
    const asked = rows.filter((row) => row.state === 'half_open' && isEnforced(row) && isMeant(row));
    for (const row of asked) if (!(await takePlace(tx, row, run))) return DENIED;
    return { status: 'granted', retry_after_ms: null };
  });
}

const DENIED: ProbeAnswer = { status: 'denied', retry_after_ms: ASK_AGAIN_MS };

const isEnforced = ({ effect }: JudgedRow): boolean => effect !== 'none' && effect !== 'alert';
