import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';

/** Calls of one agent, version and tool that ended within the ten seconds that begin at `t`. */
export interface CallCount {
  orgId: string;
  agentId: string;
  versionId: string | null;
  /** Empty for calls of models. */
  tool: string;
  /** Milliseconds since 1970. */
  t: number;
  n: number;
  errors: number;
  violations: number;
  /** Durations in microseconds, by the bin of a histogram. */
  durBins: ReadonlyMap<number, number>;
}

export interface CountedAgent {
  org_id: string;
  agent_id: string;
}

/** Which of these organizations have a breaker rule in force. */
export async function listWatchedOrganizations(db: Tx, orgIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ org_id: string }>`
    select distinct p.org_id from policies p join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id
    where p.org_id = any(${orgIds}::uuid[]) and p.archived_at is null and x.has_breaker
      and x.mode in ('enforce', 'monitor')`.execute(db);
  return new Set(rows.map(({ org_id }) => org_id));
}

/**
 * Counts calls for breakers in the transaction that stores them, so that a retry never counts twice: those of
 * organizations that are watched. Gives the agents that were counted.
 */
export async function feedBreakers(db: Tx, counts: readonly CallCount[]): Promise<CountedAgent[]> {
  if (counts.length === 0) return [];
  const given = counts.map(({ orgId, agentId, versionId, tool, t, durBins, ...sums }) => ({
    ...{ org_id: orgId, agent_id: agentId, version_id: versionId, tool, t: new Date(t).toISOString(), ...sums },
    dur_hist: durBins.size === 0 ? null : Object.fromEntries(durBins),
  }));
  const { rows } = await sql<CountedAgent>`
    insert into breaker_buckets as b (org_id, agent_id, version_id, tool, t, n, errors, violations, dur_hist)
    select c.org_id, c.agent_id, c.version_id, c.tool, c.t, c.n, c.errors, c.violations, nullif(c.dur_hist, 'null')
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as c (org_id uuid, agent_id uuid, version_id uuid, tool text,
      t timestamptz, n int, errors int, violations int, dur_hist jsonb)
    order by c.org_id, c.agent_id, c.t, c.version_id, c.tool
    on conflict (org_id, agent_id, t, version_id, tool) do update set n = b.n + excluded.n,
      errors = b.errors + excluded.errors, violations = b.violations + excluded.violations,
      dur_hist = hist_add(b.dur_hist, excluded.dur_hist)
    returning org_id, agent_id`.execute(db);
  return rows;
}

/** Forgets what no window reaches back to. */
export async function pruneBuckets({ db, now }: Platform): Promise<void> {
  await sql`
    delete from breaker_buckets where t < ${now()}::timestamptz - interval '5 minutes' - interval '1 ms' * coalesce((
      select max((rule ->> 'window_ms')::bigint) from breakers), 300000)`.execute(db);
}
