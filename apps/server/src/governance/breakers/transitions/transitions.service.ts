import type { TxContext } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import { breakerClosed, breakerHalfOpened, breakerOpened } from '../breakers.events.ts';
import type { Breaker } from '../breakers.schema.ts';
import { type BreakerPatch, findBreaker, saveBreaker } from '../breakers.store.ts';
import { countPaused, type JudgedRow, nextBucket } from '../judging/judging.store.ts';
import type { Measure } from '../judging/measure.rules.ts';
import { deleteProbes } from '../judging/probes.store.ts';
import { toReason } from '../judging/reasons.rules.ts';
import { mayPauseMore, type Transition } from './transitions.rules.ts';

/** Moves a breaker by itself and tells it. */
export async function applyTransition(
  tx: TxContext,
  row: JudgedRow,
  transition: Transition,
  measure: Measure,
): Promise<void> {
  switch (transition.to) {
    case 'open': {
      const isRetry = transition.because === 'probe';
      await move(tx, row, breakerOpened, {
        state: 'open',
        effect: await toEffect(tx, row),
        reason: isRetry ? 'A run that tried it failed.' : toReason(row.rule, measure),
        ...(isRetry ? {} : { value: measure.value, calls: measure.n }),
        open_count: transition.open_count,
        opened_at: tx.now(),
        retry_at: new Date(transition.retry_at),
      });
      break;
    }
    case 'half_open':
      await halfOpenBreaker(tx, row);
      break;
    case 'closed':
      await closeBreaker(tx, row, 'Its probes went well.');
  }
}

/** Lets some runs through, which will tell. */
export const halfOpenBreaker = (tx: TxContext, row: Pick<JudgedRow, 'id'>): Promise<Breaker> =>
  move(tx, row, breakerHalfOpened, { state: 'half_open', held_by: null, half_opened_at: tx.now(), retry_at: null });

/** Closes a breaker; its window begins anew. */
export const closeBreaker = (tx: TxContext, row: Pick<JudgedRow, 'id'>, reason: string): Promise<Breaker> =>
  move(tx, row, breakerClosed, {
    state: 'closed',
    effect: 'none',
    reason,
    closed_at: tx.now(),
    retry_at: null,
    counts_from: nextBucket(tx.now().getTime()),
  });

/** Writes a new state, forgets the probes of the one before, and publishes it. */
export async function move(
  tx: TxContext,
  { id }: Pick<JudgedRow, 'id'>,
  event: EventType<typeof breakerOpened.schema>,
  patch: BreakerPatch,
): Promise<Breaker> {
  await saveBreaker(tx, id, patch);
  await deleteProbes(tx, id);
  const breaker = await findBreaker(tx, id);
  if (!breaker) throw new Error(`The breaker ${id} went away while it was moved.`);
  await publish(tx, event, { subjectId: id, data: { breaker } });
  return breaker;
}

/** What was only watched stops something from now on, or the other way round. */
export async function followMode(tx: TxContext, row: JudgedRow): Promise<void> {
  if (row.state === 'closed' || row.held_by !== null) return;
  if (row.mode === 'monitor') await closeBreaker(tx, row, 'Its rule only watches now.');
  else if (row.state === 'open') await move(tx, row, breakerOpened, { effect: await toEffect(tx, row) });
}

/** What opening does: never stand still more than half of a type without a person. */
async function toEffect(tx: TxContext, { agent_id, mode, rule: { action } }: JudgedRow): Promise<Breaker['effect']> {
  if (mode === 'monitor') return 'none';
  if (action === 'block_tool') return action;
  const { agents, paused } = await countPaused(tx, agent_id);
  return mayPauseMore(agents, paused) ? action : 'alert';
}
