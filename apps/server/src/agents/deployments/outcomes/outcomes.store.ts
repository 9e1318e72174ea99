import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { SwapOrder } from '../../deploy-targets/drivers/driver.ts';
import type { DeploymentAttempt } from '../deployments.schema.ts';

/** A deployment that is on its way. */
export interface Switching {
  id: string;
  org_id: string;
  agent_id: string;
  board_id: string | null;
  from_version_id: string | null;
  to_version_id: string;
  active_version_id: string | null;
  kind: SwapOrder['kind'];
  target_name: string | null;
}

const SWITCHING = sql`select d.id, d.org_id, d.agent_id, a.board_id, d.from_version_id, d.to_version_id,
    a.active_version_id, d.kind, d.target_name
  from deployments d join agents a on a.org_id = d.org_id and a.id = d.agent_id`;

/** Holds a deployment that is still on its way, after its agent's row, as everybody locks them. */
export async function lockSwitching({ db, orgId }: TxContext, id: string): Promise<Switching | undefined> {
  await sql`select from agents where org_id = ${orgId}
    and id = (select agent_id from deployments where org_id = ${orgId} and id = ${id}) for update`.execute(db);
  const { rows } = await sql<Switching>`${SWITCHING}
    where d.org_id = ${orgId} and d.id = ${id} and d.status = 'switching' for update of d`.execute(db);
  return rows[0];
}

/** The deployments of all organizations whose version a living process, or a run, has reported since it was due. */
export async function listArrived({ db }: Platform, limit: number): Promise<Pick<Switching, 'id' | 'org_id'>[]> {
  const { rows } = await sql<Pick<Switching, 'id' | 'org_id'>>`
    select d.id, d.org_id from deployments d
    where d.status = 'switching' and (d.target_name is null or d.accepted_at is not null)
      and (exists (select from producer_agents pa join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
          where pa.org_id = d.org_id and pa.agent_id = d.agent_id and pa.version_id = d.to_version_id
            and p.last_seen_at > coalesce(d.accepted_at, d.created_at))
        or exists (select from runs r where r.org_id = d.org_id and r.agent_id = d.agent_id
          and r.version_id = d.to_version_id and r.started_at > coalesce(d.accepted_at, d.created_at)
          and r.day >= (d.created_at at time zone 'UTC')::date))
    order by d.created_at limit ${limit}`.execute(db);
  return rows;
}

/** What the target is told; undefined when the deployment is not on its way any more. */
export async function findOrder(
  { db, orgId }: Context,
  id: string,
): Promise<(SwapOrder & { target_id: string | null }) | undefined> {
  const { rows } = await sql<SwapOrder & { target_id: string | null }>`
    select d.id as deployment_id, jsonb_build_object('id', a.id, 'slug', a.slug) as agent,
      case when f.id is not null then jsonb_build_object('number', f.number, 'target_ref', f.target_ref) end as "from",
      jsonb_build_object('number', t.number, 'target_ref', t.target_ref, 'git_sha', t.git_sha) as "to",
      d.kind, d.reason, d.created_at as requested_at, d.target_id
    from deployments d
    join agents a on a.org_id = d.org_id and a.id = d.agent_id
    join agent_versions t on t.agent_id = d.agent_id and t.id = d.to_version_id
    left join agent_versions f on f.agent_id = d.agent_id and f.id = d.from_version_id
    where d.org_id = ${orgId} and d.id = ${id} and d.status = 'switching' and d.accepted_at is null`.execute(db);
  return rows[0];
}

const MAX_KEPT = 20;

/** Adds a call of the target to those that are kept. */
export async function saveAttempt({ db, orgId }: Context, id: string, attempt: DeploymentAttempt): Promise<void> {
  await sql`update deployments set attempts = (
      select jsonb_agg(value order by place) from (
        select value, place from jsonb_array_elements(attempts || ${JSON.stringify([attempt])}::jsonb)
          with ordinality as kept(value, place) order by place desc limit ${MAX_KEPT}) last)
    where org_id = ${orgId} and id = ${id}`.execute(db);
}

export interface Outcome {
  status?: 'live' | 'pointer_only' | 'failed' | 'reverted';
  error?: string;
  accepted_at?: Date;
  ended_at?: Date;
  watch_until?: Date | null;
}

export async function saveOutcome({ db, orgId }: Context, id: string, values: Outcome): Promise<void> {
  await db.updateTable('deployments').set(values).where('org_id', '=', orgId).where('id', '=', id).execute();
}
