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
