import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';

/** What calls of a tool of an agent failed with most since an instant; null when none failed. */
export async function findErrorType(
  { db, orgId }: Context,
  agentId: string,
  tool: string,
  since: Date,
): Promise<string | null> {
  const { rows } = await sql<{ error_type: string }>`
    select error_type from steps where org_id = ${orgId} and kind = 'tool' and phase = 1 and name = ${tool}
      and agent_id = ${agentId} and started_at >= ${since} and day >= ${since}::date - 1 and error_type is not null
    group by 1 order by count(*) desc limit 1`.execute(db);
  return rows[0]?.error_type ?? null;
}

export async function listAgentNames({ db, orgId }: Context, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('agents')
    .select(['id', 'name'])
    .where('org_id', '=', orgId)
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** Agents whose runs that still go on, or ended since an instant, called this one: edges are summed only when a call has ended. */
export async function listCallersNow({ db, orgId }: Context, agentId: string, since: Date): Promise<string[]> {
  const { rows } = await sql<{ agent_id: string }>`
    select distinct p.agent_id from (select parent_run_id from runs where org_id = ${orgId} and agent_id = ${agentId}
        and started_at >= ${since} and parent_run_id is not null and replay_id is null order by started_at desc limit 200) r
      join runs p on p.org_id = ${orgId} and p.id = r.parent_run_id
        and p.day = (uuid_extract_timestamp(r.parent_run_id) at time zone 'UTC')::date
    where p.agent_id <> ${agentId} limit 20`.execute(db);
  return rows.map(({ agent_id }) => agent_id);
}
