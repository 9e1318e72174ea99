import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { RunHead } from '../runs/runs.store.ts';
import type { RunEvent, RunEventQuery } from './steps.schema.ts';

/** Events and decisions of a run after a sequence number, in order, one more than the limit. */
export async function listRunEvents(
  { db, orgId }: Context,
  run: RunHead,
  { t, limit, afterSeq }: Pick<RunEventQuery, 't' | 'limit'> & { afterSeq: number },
): Promise<RunEvent[]> {
  const { rows } = await sql<RunEvent>`
    select * from (
      select seq, t, key, ts, body from run_events
      where run_id = ${run.id} and day = ${run.day}::date and org_id = ${orgId} and seq > ${afterSeq}
      union all
      select seq, 'decision', key, ts, jsonb_build_object('id', id, 'tool', tool, 'verdict', verdict, 'rule', rule_ref,
        'mode', mode, 'enforcement', enforcement, 'degraded', degraded, 'matched', matched, 'args_view', args_view,
        'bundle', bundle)
      from decisions
      where run_id = ${run.id} and day = ${run.day}::date and org_id = ${orgId} and seq > ${afterSeq}
    ) e ${t === undefined ? sql`` : sql`where e.t = ${t}`}
    order by e.seq limit ${limit + 1}`.execute(db);
  return rows;
}
