import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { PolicyQuery, PolicyRead } from './policies.schema.ts';

/** Who did something, with the name that people know; `column` holds an actor. */
export const actorOf = (column: string) => sql`
  case when ${sql.ref(column)} is null then null else jsonb_build_object(
    'kind', ${sql.ref(column)} ->> 'kind', 'id', ${sql.ref(column)} ->> 'id',
    'name', (select u.name from users u where u.id::text = ${sql.ref(column)} ->> 'id')) end`;

const SELECT = sql`
  select p.id, p.name, p.latest_version, p.archived_at, p.created_at, p.updated_at,
    ${actorOf('p.created_by')} as created_by, x.version as active_version, x.mode, x.at as activated_at,
    ${actorOf('x.by')} as activated_by,
    case when x.id is null then null
      else jsonb_build_object('keys', x.scope_keys, 'exclude', x.exclude_keys) end as scope
  from policies p left join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id`;

export async function findPolicy({ db, orgId }: Context, id: string): Promise<PolicyRead | undefined> {
  const { rows } = await sql<PolicyRead>`${SELECT} where p.org_id = ${orgId} and p.id = ${id}`.execute(db);
  return rows[0];
}

/** By name, one more than the limit. */
export async function listPolicies(
  { db, orgId }: Context,
  { limit, q, mode, archived }: PolicyQuery,
  after: readonly [string] | undefined,
): Promise<PolicyRead[]> {
  const conditions = [
    sql`p.org_id = ${orgId}`,
    archived ? sql`p.archived_at is not null` : sql`p.archived_at is null`,
    ...(q === undefined ? [] : [sql`strpos(p.name, lower(${q})) > 0`]),
    ...(mode === undefined ? [] : [sql`x.mode = ${mode}`]),
    ...(after ? [sql`p.name > ${after[0]}`] : []),
  ];
  const { rows } = await sql<PolicyRead>`${SELECT}
    where ${sql.join(conditions, sql` and `)} order by p.name limit ${limit + 1}`.execute(db);
  return rows;
}

export interface PolicyRow {
  id: string;
  name: string;
  latest_version: number;
  activation_id: string | null;
  archived_at: string | null;
}

const rows = ({ db, orgId }: Context) =>
  db
    .selectFrom('policies')
    .select(['id', 'name', 'latest_version', 'activation_id', 'archived_at'])
    .where('org_id', '=', orgId);

export const lockPolicy = (tx: TxContext, id: string): Promise<PolicyRow | undefined> =>
  rows(tx).where('id', '=', id).forUpdate().executeTakeFirst();

export const lockPolicyByName = (tx: TxContext, name: string): Promise<PolicyRow | undefined> =>
  rows(tx).where('name', '=', name).forUpdate().executeTakeFirst();

export const findPolicyByName = (ctx: Context, name: string): Promise<PolicyRow | undefined> =>
  rows(ctx).where('name', '=', name).executeTakeFirst();

/** Returns the id. */
export async function insertPolicy({ db, orgId, actor, now }: TxContext, name: string): Promise<string> {
  const id = newId(now());
  await db
    .insertInto('policies')
    .values({ id, org_id: orgId, name, created_by: JSON.stringify(actor), created_at: now(), updated_at: now() })
    .execute();
  return id;
}

export interface PolicyPatch {
  latest_version?: number;
  activation_id?: string;
  archived_at?: Date | null;
}

export const savePolicy = ({ db, orgId, now }: TxContext, id: string, patch: PolicyPatch) =>
  db
    .updateTable('policies')
    .set({ ...patch, updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
