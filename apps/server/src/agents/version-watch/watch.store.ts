import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import { WATCHED_RUNS, type WatchedRun } from './watch.rules.ts';
import type { VersionWatch } from './watch.schema.ts';

/** A deployment whose version is compared with the one before. */
export interface Watched {
  id: string;
  org_id: string;
  agent_id: string;
  from_version_id: string;
  to_version_id: string;
  created_at: string;
  watch_until: string;
  verdict: VersionWatch['verdict'] | null;
  runs: number;
}

/** Watches of all organizations, those that end first. */
export async function listWatched({ db }: Platform, limit: number): Promise<Watched[]> {
  const { rows } = await sql<Watched>`
    select id, org_id, agent_id, from_version_id, to_version_id, created_at, watch_until, watch ->> 'verdict' as verdict,
      coalesce((watch -> 'after' ->> 'runs')::int, -1) as runs
    from deployments where watch_until is not null and from_version_id is not null
    order by watch_until limit ${limit}`.execute(db);
  return rows;
}

const BEFORE_RUNS = 200;
const BEFORE_DAYS = 7;

/** The first runs of the new version since its activation, and the last of the one before, that ended. */
export async function listWatchedRuns(
  { db, orgId }: Context,
  { agent_id, from_version_id, to_version_id, created_at }: Watched,
): Promise<{ after: WatchedRun[]; before: WatchedRun[] }> {
  const columns = sql`select r.status in ('error', 'lost') as is_error, r.dur_us, r.tool_calls,
      r.tokens_input + r.tokens_output as tokens, r.score
    from runs r where r.org_id = ${orgId} and r.agent_id = ${agent_id} and r.status <> 'running' and r.replay_id is null`;
  const at = sql`${created_at}::timestamptz`;
  const after = await sql<WatchedRun>`${columns} and r.version_id = ${to_version_id}
    and r.started_at >= ${at} and r.day >= ((${at}) at time zone 'UTC')::date
    order by r.started_at limit ${WATCHED_RUNS}`.execute(db);
  const before = await sql<WatchedRun>`${columns} and r.version_id = ${from_version_id}
    and r.started_at < ${at} and r.started_at >= ${at} - ${BEFORE_DAYS} * interval '1 day'
    and r.day >= ((${at}) at time zone 'UTC')::date - ${BEFORE_DAYS}::int
    order by r.started_at desc limit ${BEFORE_RUNS}`.execute(db);
  return { after: after.rows, before: before.rows };
}

/** Holds a deployment that is still watched, after its agent's row; says whether the agent rolls back by itself. */
export async function lockWatched(
  { db, orgId }: TxContext,
  id: string,
): Promise<{ auto_rollback: boolean } | undefined> {
  const { rows } = await sql<{ auto_rollback: boolean }>`
    select a.auto_rollback from agents a where a.org_id = ${orgId}
      and a.id = (select agent_id from deployments where org_id = ${orgId} and id = ${id}) for update`.execute(db);
  const watched = await sql`select from deployments where org_id = ${orgId} and id = ${id} and watch_until is not null
    for update`.execute(db);
  return watched.rows.length > 0 ? rows[0] : undefined;
}

export async function saveWatch(
  { db, orgId }: TxContext,
  id: string,
  watch: VersionWatch,
  isOver: boolean,
): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ watch: JSON.stringify(watch), ...(isOver ? { watch_until: null } : {}) })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}
