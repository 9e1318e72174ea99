import { sql } from 'kysely';
import { mayWriteBoard } from '#server/identity/index.ts';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { actorOf } from '../policies.store.ts';
import type { PolicyExceptionCreate, PolicyExceptionQuery, PolicyExceptionRead } from './exceptions.schema.ts';

const SELECT = sql`
  select e.id, e.policy_id, p.name as policy_name, e.rule, e.agent_id, a.slug as agent_slug, e.reason,
    ${actorOf('e.approved_by')} as approved_by, e.until, e.created_at
  from policy_exceptions e
    join policies p on p.org_id = e.org_id and p.id = e.policy_id
    join agents a on a.org_id = e.org_id and a.id = e.agent_id`;

export async function findException(
  { db, orgId }: Context,
  policyId: string,
  id: string,
): Promise<PolicyExceptionRead | undefined> {
  const { rows } = await sql<PolicyExceptionRead>`${SELECT}
    where e.org_id = ${orgId} and e.policy_id = ${policyId} and e.id = ${id}`.execute(db);
  return rows[0];
}

/** Those that still count, newest first, one more than the limit. */
export async function listExceptions(
  { db, orgId, now }: Context,
  policyId: string,
  { limit, agent_id, rule, after }: PolicyExceptionQuery & { after: readonly [string, string] | undefined },
): Promise<PolicyExceptionRead[]> {
  const conditions = [
    sql`e.org_id = ${orgId} and e.policy_id = ${policyId} and e.until > ${now()}`,
    ...(agent_id === undefined ? [] : [sql`e.agent_id = ${agent_id}`]),
    ...(rule === undefined ? [] : [sql`e.rule = ${rule}`]),
    ...(after ? [sql`(e.created_at, e.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`] : []),
  ];
  const { rows } = await sql<PolicyExceptionRead>`${SELECT}
    where ${sql.join(conditions, sql` and `)} order by e.created_at desc, e.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** Takes the place of one that is over; undefined while another still counts. */
export async function insertException(
  { db, orgId, actor, now }: TxContext,
  policyId: string,
  { rule, agent_id, until, reason }: PolicyExceptionCreate,
): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    insert into policy_exceptions (id, org_id, policy_id, rule, agent_id, reason, approved_by, until, created_at)
    values (${newId(now())}, ${orgId}, ${policyId}, ${rule}, ${agent_id}, ${reason}, ${JSON.stringify(actor)}::jsonb,
      ${until}, ${now()})
    on conflict (policy_id, rule, agent_id) do update set id = excluded.id, reason = excluded.reason,
      approved_by = excluded.approved_by, until = excluded.until, created_at = excluded.created_at
    where policy_exceptions.until <= ${now()}
    returning id`.execute(db);
  return rows[0]?.id;
}

export const removeException = ({ db, orgId }: TxContext, id: string) =>
  db.deleteFrom('policy_exceptions').where('org_id', '=', orgId).where('id', '=', id).execute();

export async function hasAgent({ db, orgId }: Context, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the caller may write on every board that these keys of a scope name, and they name nothing but boards. */
export async function mayWriteScope(ctx: Context, keys: readonly string[]): Promise<boolean> {
  const names = keys.flatMap((key) => (/^board(_group)?:/.test(key) ? [key] : []));
  if (names.length === 0 || names.length < keys.length) return false;
  const { rows } = await sql<{ may: boolean }>`
    select coalesce(bool_and(${mayWriteBoard(ctx, sql.ref('b.id'))}), false) as may
    from boards b left join board_groups g on g.org_id = b.org_id and g.id = b.board_group_id
    where b.org_id = ${ctx.orgId} and ${names}::text[] && array['board:' || b.slug, 'board:' || b.name,
      'board:' || b.id, 'board_group:' || g.slug, 'board_group:' || g.name, 'board_group:' || g.id]`.execute(ctx.db);
  return rows[0]?.may ?? false;
}
