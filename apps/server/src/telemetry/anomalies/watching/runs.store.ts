import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';

/** A step as it is stored, as far as loops, storms and flows of data show in it. */
export interface StepRecord {
  kind: string;
  name: string;
  status: string;
  args: string | null;
  result: string | null;
  tokens: number | null;
  finish: string | null;
  reads: string[] | null;
  bytes: number;
}

interface LiveRow {
  id: string;
  agent_id: string;
  /** Epoch ms. */
  started_at: number;
  tokens: number;
  /** Oldest first. */
  steps: StepRecord[];
}

/** Runs that are looked at in one go, those with most steps first: what goes round in circles has many. */
const MAX_RUNS = 200;
const MAX_STEPS = 64;

/** The last steps of runs of which something was heard since an instant. */
export async function listLiveRuns({ db }: Platform, since: Date): Promise<LiveRow[]> {
  const { rows } = await sql<LiveRow>`
    with live as (
      select org_id, id, day, agent_id, started_at, tokens_input + tokens_output as tokens, steps from runs
      where (status = 'running' and last_event_at > ${since} or ended_at > ${since})
        and day >= ${since}::date - 7 and agent_id is not null and replay_id is null and steps >= 2
      order by steps desc limit ${MAX_RUNS})
    select l.id, l.agent_id, extract(epoch from l.started_at)::float8 * 1000 as started_at, l.tokens::float8 as tokens,
      (select coalesce(jsonb_agg(s.step order by s.seq), '[]') from (
        select seq, jsonb_build_object('kind', kind, 'name', name, 'status', status,
          'args', coalesce(args_hash, md5(in_payload::text)),
          'result', case when error_type is not null then 'error:' || error_type
            when out_payload ?| array['v', 'b'] then md5(out_payload::text) end,
          'tokens', tokens_input, 'finish', finish, 'reads', data_read,
          'bytes', coalesce((in_payload->>'size')::int, octet_length(in_payload->>'v'), 0)) as step
        from steps where org_id = l.org_id and day = l.day and run_id = l.id and phase = 1 and kind in ('tool', 'llm')
        order by seq desc limit ${MAX_STEPS}) s) as steps
    from live l`.execute(db);
  return rows;
}
