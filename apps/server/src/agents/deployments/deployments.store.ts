import { type RawBuilder, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { ONLINE_MS } from '../producers/producers.store.ts';
import type { Deployment, DeploymentDetail, DeploymentKind, DeploymentStatus } from './deployments.schema.ts';

/** Deployments of the organization to which `rest`, conditions and what follows them, applies. */
async function select({ db, orgId }: Context, rest: RawBuilder<unknown>): Promise<Deployment[]> {
  const { rows } = await sql<Deployment>`
    select d.id, d.agent_id, a.slug as agent_slug, d.kind,
      case when f.id is not null then jsonb_build_object('id', f.id, 'number', f.number, 'label', f.label) end as "from",
      jsonb_build_object('id', t.id, 'number', t.number, 'label', t.label) as "to",
      d.reason, d.actor, d.status,
      case when d.target_name is not null then jsonb_build_object('id', d.target_id, 'name', d.target_name) end as target,
      d.attempts, d.error, d.accepted_at, d.created_at, d.ended_at, d.watch
    from deployments d
    join agents a on a.org_id = d.org_id and a.id = d.agent_id
    join agent_versions t on t.agent_id = d.agent_id and t.id = d.to_version_id
    left join agent_versions f on f.agent_id = d.agent_id and f.id = d.from_version_id
    where d.org_id = ${orgId} and ${rest}`.execute(db);
  return rows;
}

export const findDeployment = async (ctx: Context, id: string): Promise<Deployment | undefined> =>
  (await select(ctx, sql`d.id = ${id}`))[0];

export interface DeploymentFilter {
  agentId: string | undefined;
  status: DeploymentStatus | undefined;
}

/** Newest first, one more than the limit. */
export function listDeployments(
  ctx: Context,
  { agentId, status }: DeploymentFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<Deployment[]> {
  const conditions = [
    sql`true`,
    ...(agentId === undefined ? [] : [sql`d.agent_id = ${agentId}`]),
    ...(status === undefined ? [] : [sql`d.status = ${status}`]),
    ...(after ? [sql`(d.created_at, d.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`] : []),
  ];
  return select(ctx, sql`${sql.join(conditions, sql` and `)} order by d.created_at desc, d.id desc limit ${limit + 1}`);
}

/** The living processes of an agent, by whether they run a version. */
export async function countProcesses(
  { db, orgId, now }: Context,
  agentId: string,
  versionId: string,
): Promise<DeploymentDetail['processes']> {
  const { rows } = await sql<DeploymentDetail['processes']>`
    select (count(*) filter (where pa.version_id = ${versionId}))::int as on_version,
      (count(*) filter (where pa.version_id is distinct from ${versionId}))::int as elsewhere
    from producer_agents pa join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
    where pa.org_id = ${orgId} and pa.agent_id = ${agentId}
      and p.last_seen_at > ${new Date(now().getTime() - ONLINE_MS)}`.execute(db);
  return rows[0] ?? { on_version: 0, elsewhere: 0 };
}

export interface NewDeployment {
  id: string;
  agent_id: string;
  from_version_id: string | null;
  to_version_id: string;
  kind: DeploymentKind;
  reason: string;
  status: DeploymentStatus;
  target_id: string | null;
  target_name: string | null;
  ended_at: Date | null;
  watch_until: Date | null;
}

export async function insertDeployment({ db, orgId, actor, now }: TxContext, row: NewDeployment): Promise<void> {
  await db
    .insertInto('deployments')
    .values({ ...row, org_id: orgId, actor: JSON.stringify(actor), created_at: now() })
    .execute();
}

/** A later deployment takes the place of the one that is on its way. */
export async function saveSuperseded({ db, orgId, now }: TxContext, agentId: string): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ status: 'superseded', ended_at: now() })
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('status', '=', 'switching')
    .execute();
}

/** The watch of a version ends when another one is active. */
export async function endWatches({ db, orgId }: TxContext, agentId: string): Promise<void> {
  await db
    .updateTable('deployments')
    .set({ watch_until: null })
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('watch_until', 'is not', null)
    .execute();
}

/** The version that was active before `versionId` was activated; a rollback to it does not count as one. */
export async function findPreviousVersionId(
  { db, orgId }: Context,
  agentId: string,
  versionId: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select coalesce(
      (select from_version_id from deployments where org_id = ${orgId} and agent_id = ${agentId}
        and to_version_id = ${versionId} and from_version_id is not null and kind = 'activate'
        and status not in ('failed', 'reverted') order by created_at desc, id desc limit 1),
      (select id from agent_versions v where v.org_id = ${orgId} and v.agent_id = ${agentId} and v.state = 'superseded'
        and v.number < (select number from agent_versions where id = ${versionId}) order by v.number desc limit 1)) as id
    `.execute(db);
  return rows[0]?.id ?? undefined;
}

/** The target that puts a version into effect: its own, while that is there, else its agent's. */
export async function findTargetOf(
  { db, orgId }: Context,
  agentId: string,
  versionId: string,
): Promise<{ id: string; name: string; kind: string } | undefined> {
  const { rows } = await sql<{ id: string; name: string; kind: string }>`
    select t.id, t.name, t.kind from deploy_targets t
    join agents a on a.org_id = t.org_id and a.id = ${agentId}
    join agent_versions v on v.agent_id = a.id and v.id = ${versionId}
    where t.org_id = ${orgId} and t.id in (v.deploy_target_id, a.deploy_target_id)
    order by (t.id = v.deploy_target_id) is true desc limit 1`.execute(db);
  return rows[0];
}
