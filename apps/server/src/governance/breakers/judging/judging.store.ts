import type { BreakerIr } from '@mission-control/policy/evaluate';
import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { BreakerRow } from '../breakers.store.ts';
import type { BreakerInForce, BreakerPlace, Seen } from './in-force.rules.ts';
import type { Sums } from './measure.rules.ts';

const BUCKET_MS = 10_000;

/** A row with its rule as it was compiled. */
export type JudgedRow = Omit<BreakerRow, 'rule'> & { rule: BreakerIr };

/**
 * Whoever moves breakers of an organization does so alone: how many agents stand still is counted. One lock instead of
 * one per row, which would write every row at every look.
 */
export async function lockBreakers({ db, orgId }: TxContext): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('breakers:' || ${orgId}::text, 0))`.execute(db);
}

/** The calls that were counted of these agents since an instant. */
export async function listSeen({ db, orgId }: Context, agentIds: string[], since: Date): Promise<Seen[]> {
  const { rows } = await sql<Seen>`
    select distinct c.agent_id, a.slug, c.version_id, v.number as version_number, c.tool
    from breaker_buckets c
      join agents a on a.org_id = c.org_id and a.id = c.agent_id
      left join agent_versions v on v.id = c.version_id
    where c.org_id = ${orgId} and c.agent_id = any(${agentIds}::uuid[]) and c.t >= ${since}
    order by c.agent_id limit 5000`.execute(db);
  return rows;
}

/** The state machines of these agents, in one order, which is that of what is done to agents. */
export async function listRows({ db, orgId }: TxContext, agentIds: string[]): Promise<JudgedRow[]> {
  const rows = await db
    .selectFrom('breakers')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('agent_id', 'in', agentIds)
    .orderBy('agent_id')
    .orderBy('id')
    .execute();
  return rows as JudgedRow[]; // rules were compiled before they were stored
}

/** A state machine that begins closed. */
export interface NewBreaker {
  id: string;
  place: BreakerPlace;
  inForce: BreakerInForce;
}

export async function insertRows({ db, orgId, now }: TxContext, breakers: NewBreaker[]): Promise<void> {
  if (breakers.length === 0) return;
  const values = breakers.map(({ id, place, inForce }) => ({
    id,
    org_id: orgId,
    agent_id: inForce.agentId,
    key: place.key,
    rule_key: inForce.ruleKey,
    version_id: place.versionId,
    tool: place.tool,
    ...toRuleColumns(inForce),
    created_at: now(),
    updated_at: now(),
  }));
  await db
    .insertInto('breakers')
    .values(values)
    .onConflict((conflict) => conflict.columns(['org_id', 'key']).doNothing())
    .execute();
}

const toRuleColumns = ({ ref, rule, mode }: BreakerInForce) => ({
  rule_ref: ref,
  rule: JSON.stringify(rule),
  mode,
});

/** The rule has another version now. */
export async function saveRule({ db, orgId }: TxContext, id: string, inForce: BreakerInForce): Promise<void> {
  await db
    .updateTable('breakers')
    .set(toRuleColumns(inForce))
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function deleteRows({ db, orgId }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('breakers').where('org_id', '=', orgId).where('id', 'in', ids).execute();
}

const toBucket = (ms: number): number => ms - (ms % BUCKET_MS);

/** Since when calls count for a window that ends at `at` (milliseconds): whole buckets, the running one included. */
export const windowStart = (windowMs: number, at: number): Date => new Date(toBucket(at) - windowMs + BUCKET_MS);

/** From the next bucket on: what a window counts that begins anew at `at` (milliseconds). */
export const nextBucket = (at: number): Date => new Date(toBucket(at) + BUCKET_MS);

const EMPTY: Sums = { n: 0, errors: 0, violations: 0, dur_hist: null };

/** What was counted of each state machine in its window that ends at `at` (milliseconds), since it was reset. */
export async function sumWindows(
  { db, orgId }: TxContext,
  breakers: readonly JudgedRow[],
  at: number,
): Promise<(id: string) => Sums> {
  if (breakers.length === 0) return () => EMPTY;
  const ids = breakers.map(({ id }) => id);
  const from = breakers.map(({ rule }) => windowStart(rule.window_ms, at).toISOString());
  const { rows } = await sql<Sums & { id: string }>`
    select b.id, sum(c.n)::int as n, sum(c.errors)::int as errors, sum(c.violations)::int as violations,
      hist_sum(case when b.rule ->> 'watch' = 'latency_p95' then c.dur_hist end) as dur_hist
    from unnest(${ids}::uuid[], ${from}::timestamptz[]) as w (id, since)
      join breakers b on b.org_id = ${orgId} and b.id = w.id
      join breaker_buckets c on c.org_id = b.org_id and c.agent_id = b.agent_id
        and c.t >= greatest(w.since, b.counts_from) and (b.version_id is null or c.version_id = b.version_id)
        and (b.tool is null or c.tool = b.tool)
    group by b.id`.execute(db);
  const sums = new Map(rows.map((row) => [row.id, row]));
  return (id) => sums.get(id) ?? EMPTY;
}

/** How many agents of the type of this one there are, and how many others of them breakers keep paused. */
export async function countPaused(
  { db, orgId }: TxContext,
  agentId: string,
): Promise<{ agents: number; paused: number }> {
  const { rows } = await sql<{ agents: number; paused: number }>`
    select count(*)::int as agents, count(*) filter (where a.id <> me.id and exists (
      select from agent_holds h where h.agent_id = a.id and h.holder like 'breaker:%'))::int as paused
    from agents me join agents a on a.org_id = me.org_id and a.agent_type = me.agent_type
      and a.control_state not in ('retired', 'discovered')
    where me.org_id = ${orgId} and me.id = ${agentId}`.execute(db);
  return rows[0] ?? { agents: 0, paused: 0 };
}

/** Agents of one organization. */
export interface AgentsOf {
  org_id: string;
  agent_ids: string[];
}

/** The agents that have a breaker, by organization. */
export async function listWatched({ db }: Platform): Promise<AgentsOf[]> {
  const { rows } = await sql<AgentsOf>`
    select org_id, array_agg(distinct agent_id) as agent_ids from breakers group by org_id`.execute(db);
  return rows;
}

/**
 * The agents whose breakers are on the way from one state to another, and those of which a gateway's plugin may have told
 * violations just now, by organization.
 */
export async function listMoving({ db, now }: Platform): Promise<AgentsOf[]> {
  const { rows } = await sql<AgentsOf>`
    select org_id, array_agg(agent_id) as agent_ids from (
      select org_id, agent_id from breakers where state <> 'closed' and held_by is null
      union
      select org_id, agent_id from breaker_buckets
      where t > ${now()}::timestamptz - ${BUCKET_MS} * interval '2 ms' and violations > 0) moving
    group by org_id`.execute(db);
  return rows;
}
