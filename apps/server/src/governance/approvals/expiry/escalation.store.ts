import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';

/** Whoever is next joins those who are asked; false when nobody is left to join, or it is decided. */
export async function saveEscalated({ db, orgId, now }: TxContext, id: string): Promise<boolean> {
  const next = sql`escalate_to -> escalation_level::int`;
  const list = (key: string) => sql`array(select jsonb_array_elements_text(${next} -> ${key}::text))`;
  const { rows } = await sql`
    update approvals set
      asked_roles = asked_roles || ${list('roles')},
      asked_user_ids = asked_user_ids || ${list('userIds')}::uuid[],
      asked_group_ids = asked_group_ids || ${list('groupIds')}::uuid[],
      escalation_level = escalation_level + 1, updated_at = ${now()}
    where org_id = ${orgId} and id = ${id} and status = 'pending' and escalation_level < jsonb_array_length(escalate_to)
    returning id`.execute(db);
  return rows.length > 0;
}

/** Pending approvals that were asked of too few for too long: the first joins at half of the time, the next at 3/4. */
export async function listUnheard({ db, now }: Platform, limit: number): Promise<{ id: string; org_id: string }[]> {
  const { rows } = await sql<{ id: string; org_id: string }>`
    select id, org_id from approvals
    where status = 'pending' and kind = 'policy' and escalation_level < jsonb_array_length(escalate_to)
      and expires_at > ${now()}::timestamptz
      and created_at + (expires_at - created_at) * (0.5 + 0.25 * escalation_level) <= ${now()}::timestamptz
    order by expires_at limit ${limit}`.execute(db);
  return rows;
}
