import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { Histogram } from '#server/platform/histograms/histogram.rules.ts';
import type { AgentHealth } from './health.schema.ts';

const MAX_RECORDS = 500;

/** Changes since an instant and the one that held at that instant, newest first; undefined for an unknown agent. */
export async function findHealthHistory(
  { db, orgId }: Context,
  agentId: string,
  since: Date,
): Promise<AgentHealth['history'] | undefined> {
  const { rows } = await sql<{ history: AgentHealth['history'] }>`
    select coalesce((
      select jsonb_agg(jsonb_build_object('at', to_char(h.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'health', h.health, 'reasons', h.reasons) order by h.at desc)
      from (select at, health, reasons from agent_health where agent_id = a.id and at >= coalesce(
          (select max(at) from agent_health where agent_id = a.id and at <= ${since}), ${since})
        order by at desc limit ${MAX_RECORDS}) h), '[]') as history
    from agents a where a.org_id = ${orgId} and a.id = ${agentId}`.execute(db);
  return rows[0]?.history;
}

export interface VersionRow {
  version_id: string | null;
  version_number: number | null;
  runs: number;
  errors: number;
  durations: (Histogram | null)[];
}

/** Runs that ended since an instant, summed by version, newest version first. */
export async function listVersionRows({ db, orgId }: Context, agentId: string, since: Date): Promise<VersionRow[]> {
  const { rows } = await sql<VersionRow>`
    select r.version_id, v.number as version_number, sum(r.n)::int as runs, sum(r.errors)::int as errors,
      coalesce(array_agg(r.dur_hist) filter (where r.dur_hist is not null), '{}') as durations
    from rollup_1h r left join agent_versions v on v.id = r.version_id
    where r.org_id = ${orgId} and r.agent_id = ${agentId} and r.dim = 'all' and r.day >= ${since}::date and r.t >= date_trunc('hour', ${since}::timestamptz)
    group by 1, 2 order by v.number desc nulls last`.execute(db);
  return rows;
}
