import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import type { EndedRun } from '../detectors/sums.rules.ts';

/** A run that ended, and whose it is. */
export interface EndedRow extends EndedRun {
  org_id: string;
  agent_id: string;
}

const MAX_NAMES = 64;
/** More runs within one span are judged by a part of them. */
const MAX_RUNS = 50_000;

/** Runs of agents that ended within a span, oldest first, with the names of their steps; replays are no traffic. */
export async function listEndedRuns({ db }: Platform, from: Date, to: Date): Promise<EndedRow[]> {
  const { rows } = await sql<EndedRow>`
    select r.org_id, r.agent_id, r.id, extract(epoch from r.ended_at)::float8 * 1000 as at,
      coalesce(r.dur_us, 0)::float8 / 1000 as ms, (r.tokens_input + r.tokens_output)::float8 as tokens,
      r.status = 'error' as "isError", r.tool_calls as calls, least(r.retries, r.tool_calls) as retries, r.score,
      case when r.status = 'ok' then (select array_agg(name) from (select distinct s.name from steps s
        where s.org_id = r.org_id and s.day = r.day and s.run_id = r.id and s.phase = 1 limit ${MAX_NAMES}) n) end as steps
    from runs r where r.ended_at >= ${from} and r.ended_at < ${to} and r.day >= ${from}::date - 1
      and r.agent_id is not null and r.replay_id is null and r.status in ('ok', 'error')
    order by r.ended_at limit ${MAX_RUNS}`.execute(db);
  return rows;
}

export interface MinuteRow {
  org_id: string;
  agent_id: string;
  /** Epoch ms. */
  at: number;
  dim: 'tool' | 'start';
  name: string;
  n: number;
  errors: number;
  retries: number;
}

/** Calls of tools and begun runs by agent and minute. */
export async function listMinutes({ db }: Platform, from: Date, to: Date): Promise<MinuteRow[]> {
  const { rows } = await sql<MinuteRow>`
    select org_id, agent_id, extract(epoch from t)::float8 * 1000 as at, dim, dim_value as name, sum(n)::int as n,
      sum(errors)::int as errors, sum(retries)::int as retries
    from rollup_1m where t >= ${from} and t < ${to} and day >= ${from}::date and dim in ('tool', 'start') and agent_id is not null
    group by 1, 2, 3, 4, 5 order by 3`.execute(db);
  return rows;
}
