import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { RecordedDecision } from './flips.rules.ts';

/** The newest decisions that rules of a version had a part in, at most `limit`. */
export async function listRecordedDecisions(
  { db, orgId }: Context,
  { name, version, since, limit }: { name: string; version: number; since: Date; limit: number },
): Promise<RecordedDecision[]> {
  const prefix = `${name}@${version}:`;
  const { rows } = await sql<RecordedDecision>`
    select v.id as violation_id, v.agent_id, a.slug as agent_slug, v.tool, v.ts,
      substr(v.rule_ref, ${prefix.length + 1}) as rule, v.verdict, v.enforcement = 'blocked' as was_held, v.args_view
    from violations v join agents a on a.org_id = v.org_id and a.id = v.agent_id
    where v.org_id = ${orgId} and v.ts > ${since} and starts_with(v.rule_ref, ${prefix})
    order by v.ts desc, v.id desc limit ${limit}`.execute(db);
  return rows;
}
