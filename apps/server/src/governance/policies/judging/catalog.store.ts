import type { Catalog } from '@mission-control/policy/language';
import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';

/** What policies of the organization may name. Lists of one hundred thousand are of no use to lint: each has an end. */
export async function findCatalog({ db, orgId }: Context): Promise<Catalog> {
  const { rows } = await sql<{ catalog: Catalog }>`
    select jsonb_build_object(
      'agents', (select coalesce(jsonb_agg(slug), '[]') from (
        select slug from agents where org_id = ${orgId} limit 5000) x),
      'agent_types', (select coalesce(jsonb_agg(distinct agent_type), '[]') from agents where org_id = ${orgId}),
      'boards', (select coalesce(jsonb_agg(name), '[]') from (
        select unnest(array[slug, name, id::text]) as name from boards where org_id = ${orgId} limit 5000) x),
      'board_groups', (select coalesce(jsonb_agg(name), '[]') from (
        select unnest(array[slug, name, id::text]) as name from board_groups where org_id = ${orgId} limit 5000) x),
      'roles', '["member", "admin", "owner"]'::jsonb,
      'users', (select coalesce(jsonb_agg(email), '[]') from (
        select u.email from organization_members m join users u on u.id = m.user_id
        where m.org_id = ${orgId} and u.email is not null limit 5000) x)
    ) as catalog`.execute(db);
  return rows[0]?.catalog ?? {};
}
