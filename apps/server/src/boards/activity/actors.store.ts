import { sql } from 'kysely';
import type { Database } from '#server/platform/postgres/database.ts';

/** The names of those who acted in an organization, by id: people (also former members), agents, service keys. */
export async function listActorNames(db: Database, orgId: string, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ id: string; name: string | null }>`
    select id, name from agents where org_id = ${orgId} and id = any(${ids}::uuid[])
    union all select id, name from service_keys where org_id = ${orgId} and id = any(${ids}::uuid[])
    union all select id, coalesce(nullif(preferred_name, ''), nullif(name, '')) from users where id = any(${ids}::uuid[])`.execute(
    db,
  );
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}
