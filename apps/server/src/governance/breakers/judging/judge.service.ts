import { type Context, inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { addBin, type Histogram, toBin } from '#server/platform/histograms/histogram.rules.ts';
import { newId } from '#server/platform/ids.ts';
import { listPoliciesFor } from '../../policies/scopes/scopes.store.ts';
import { nextTransition, type ProbeOutcome, toProbeOutcome } from '../transitions/transitions.rules.ts';
import { applyTransition, closeBreaker, followMode } from '../transitions/transitions.service.ts';
import { type BreakerInForce, toBreakersInForce, toPlace } from './in-force.rules.ts';
import {
  deleteRows,
  insertRows,
  type JudgedRow,
  listMoving,
  listRows,
  listSeen,
  listWatched,
  lockBreakers,
  type NewBreaker,
  saveRule,
  sumWindows,
  windowStart,
} from './judging.store.ts';
import { type Sums, toMeasure } from './measure.rules.ts';
import {
  dropUnheard,
  type EndedProbe,
  listCandidates,
  listEnded,
  listTries,
  saveOutcome,
  takePlace,
} from './probes.store.ts';

/**
 * Judges the breakers of some agents by what was counted and by how probes went, and moves those that must. Rules that
 * hold no longer take their breakers with them.
 */
export function judgeAgents(platform: Platform, orgId: string, agentIds: string[]): Promise<void> {
  return inTransaction(systemContext(platform, orgId), async (tx) => {
    await lockBreakers(tx);
    const inForce = await listInForce(tx, agentIds);
    const rows = await alignRows(tx, agentIds, inForce);
    const at = tx.now().getTime();
    const judged = rows.filter(({ held_by, state }) => held_by === null && state === 'closed');
    const sumsOf = await sumWindows(tx, judged, at);
    for (const row of rows.filter(({ held_by }) => held_by === null)) await judge(tx, row, sumsOf(row.id));
  });
}

/** Judges what is on its way from one state to another, in all organizations. */
export async function judgeMoving(platform: Platform): Promise<void> {
  for (const { org_id, agent_ids } of await listMoving(platform)) await judgeAgents(platform, org_id, agent_ids);
}

/** Agents that one transaction looks at: it must not last, or it holds every stream back. */
const CHUNK = 200;

/** Looks at every agent that has a breaker: what closed goes with its rule, also when nothing is called any more. */
export async function judgeAll(platform: Platform): Promise<void> {
  for (const { org_id, agent_ids } of await listWatched(platform))
    for (let from = 0; from < agent_ids.length; from += CHUNK)
      await judgeAgents(platform, org_id, agent_ids.slice(from, from + CHUNK));
}

async function listInForce(ctx: Context, agentIds: string[]): Promise<BreakerInForce[]> {
  const policies = await listPoliciesFor(
    ctx,
    agentIds.map((id) => ({ id })),
  );
  const at = ctx.now().getTime();
  return [...policies].flatMap(([agentId, held]) => toBreakersInForce(agentId, held, at));
}

/** Makes the rows what the rules in force ask for, and gives them. */
async function alignRows(tx: TxContext, agentIds: string[], inForce: readonly BreakerInForce[]): Promise<JudgedRow[]> {
  const rows = await listRows(tx, agentIds);
  const byRule = new Map(inForce.map((breaker) => [`${breaker.agentId} ${breaker.ruleKey}`, breaker]));
  const ruleOf = (row: JudgedRow) => byRule.get(`${row.agent_id} ${row.rule_key}`);
  await dropGone(
    tx,
    rows.filter((row) => ruleOf(row) === undefined),
  );
  const isNew = await insertMissing(tx, rows, inForce);
  let isChanged = false;
  for (const row of rows) {
    const breaker = ruleOf(row);
    if (!breaker || (breaker.ref === row.rule_ref && breaker.mode === row.mode)) continue;
    await saveRule(tx, row.id, breaker);
    if (breaker.mode !== row.mode) await followMode(tx, { ...row, mode: breaker.mode });
    isChanged = true;
  }
  return isNew || isChanged ? await listRows(tx, agentIds) : rows.filter((row) => ruleOf(row) !== undefined);
}

async function dropGone(tx: TxContext, gone: JudgedRow[]): Promise<void> {
  for (const row of gone) if (row.state !== 'closed') await closeBreaker(tx, row, 'Its rule does not hold any more.');
  await deleteRows(
    tx,
    gone.map(({ id }) => id),
  );
}

/** A state machine begins with the first call that it looks at. */
async function insertMissing(
  tx: TxContext,
  rows: readonly JudgedRow[],
  inForce: readonly BreakerInForce[],
): Promise<boolean> {
  if (inForce.length === 0) return false;
  const longest = Math.max(...inForce.map(({ rule }) => rule.window_ms));
  const agentIds = [...new Set(inForce.map(({ agentId }) => agentId))];
  const seen = await listSeen(tx, agentIds, windowStart(longest, tx.now().getTime()));
  const known = new Set(rows.map(({ key }) => key));
  const missing: NewBreaker[] = [];
  for (const breaker of inForce)
    for (const call of seen) {
      const place = call.agent_id === breaker.agentId ? toPlace(breaker, call) : undefined;
      if (!place || known.has(place.key)) continue;
      known.add(place.key);
      missing.push({ id: newId(tx.now()), place, inForce: breaker });
    }
  await insertRows(tx, missing);
  return missing.length > 0;
}

async function judge(tx: TxContext, row: JudgedRow, sums: Sums): Promise<void> {
  const probes = row.state === 'half_open' ? await judgeProbes(tx, row) : [];
  const measure = toMeasure(row.rule, sums);
  const jitter = Math.random() * 2 - 1;
  const transition = nextTransition(row.rule, toMemory(row), { at: tx.now().getTime(), jitter, measure, probes });
  if (transition) await applyTransition(tx, row, transition, measure);
}

const toMs = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));

const toMemory = ({ state, opened_at, closed_at, retry_at, open_count }: JudgedRow) => ({
  state: state as 'closed' | 'open' | 'half_open', // checked by the column's constraint
  opened_at: toMs(opened_at),
  closed_at: toMs(closed_at),
  retry_at: toMs(retry_at),
  open_count,
});

/** Lets the oldest runs that began since be its probes, and tells how those that ended went. */
async function judgeProbes(tx: TxContext, row: JudgedRow): Promise<ProbeOutcome[]> {
  await dropUnheard(tx, row.id);
  for (const runId of await listCandidates(tx, row)) await takePlace(tx, row, runId);
  for (const ended of await listEnded(tx, row)) {
    const measure = toMeasure(row.rule, toSums(ended));
    await saveOutcome(tx, row.id, ended.run_id, toProbeOutcome(row.rule, ended.status, measure));
  }
  return (await listTries(tx, row.id)).flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
}

function toSums({ violations, errors, durations }: EndedProbe): Sums {
  const bins = new Map<number, number>();
  for (const us of durations) addBin(bins, toBin(us), 1);
  const dur_hist: Histogram = Object.fromEntries(bins);
  return { n: durations.length, errors, violations, dur_hist };
}
