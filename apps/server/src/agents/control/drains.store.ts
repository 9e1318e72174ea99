import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';

/** An agent that takes no new runs and whose running ones have ended, or whose time is up. */
export interface DrainedAgent {
  id: string;
  org_id: string;
  is_late: boolean;
}

/** What processes buffered when they were told has arrived by then. */
const SETTLE_S = 5;
const RECENT_DAYS = 7;

/** The agents of all organizations whose drain is over. */
export async function listDrained({ db, now }: Platform, limit: number): Promise<DrainedAgent[]> {
  const at = sql`${now()}::timestamptz`;
  const { rows } = await sql<DrainedAgent>`
    select a.id, a.org_id, o.is_open as is_late
    from agents a cross join lateral (select exists (select from runs r where r.org_id = a.org_id and r.agent_id = a.id
      and r.status = 'running' and r.day >= (${at} at time zone 'UTC')::date - ${RECENT_DAYS}::int) as is_open) o
    where a.control_state = 'draining' and (a.drain_deadline_at <= ${at}
      or not o.is_open and coalesce(a.control_at, a.updated_at) <= ${at} - ${SETTLE_S} * interval '1 second')
    order by a.control_at limit ${limit}`.execute(db);
  return rows;
}
