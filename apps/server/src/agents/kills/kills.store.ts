import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';

/** A kill that holds an agent which it does not cover any more, or does not hold one that it covers. */
export interface Unsettled {
  agent_id: string;
  kill_id: string;
  /** Null for one that must let go. */
  due: { reason: string; abort: boolean } | null;
}

/** What holds of kills differ from the kills; of some agents, or of all. */
export async function listUnsettled({ db, orgId }: Context, agentIds?: string[]): Promise<Unsettled[]> {
  const meant = agentIds === undefined ? sql`true` : sql`agent_id = any(${agentIds}::uuid[])`;
  const { rows } = await sql<Unsettled>`
    with due as (select agent_id, kill_id, reason, abort from agent_kills where org_id = ${orgId} and ${meant}),
    held as (select agent_id, substr(holder, 6)::uuid as kill_id from agent_holds
      where org_id = ${orgId} and holder like 'kill:%' and ${meant})
    select agent_id, kill_id, case when due.agent_id is not null
      then jsonb_build_object('reason', due.reason, 'abort', due.abort) end as due
    from due full join held using (agent_id, kill_id)
    where due.reason is null or held is null order by agent_id`.execute(db);
  return rows;
}

/** Organizations in which kills hold agents, or should. */
export async function listKilledOrganizations({ db }: Platform): Promise<string[]> {
  const { rows } = await sql<{ org_id: string }>`
    select org_id from kills where released_at is null
    union select org_id from agent_holds where holder like 'kill:%'`.execute(db);
  return rows.map(({ org_id }) => org_id);
}
