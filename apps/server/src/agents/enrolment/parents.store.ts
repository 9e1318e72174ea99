import type { Context, TxContext } from '#server/platform/context.ts';

export const listParents = (
  { db, orgId }: Context,
  agentId: string,
): Promise<{ slug: string; agent_id: string | null }[]> =>
  db
    .selectFrom('agent_parents as p')
    .leftJoin('agents as a', (join) => join.onRef('a.org_id', '=', 'p.org_id').onRef('a.slug', '=', 'p.parent_slug'))
    .select(['p.parent_slug as slug', 'a.id as agent_id'])
    .where('p.org_id', '=', orgId)
    .where('p.agent_id', '=', agentId)
    .orderBy('p.parent_slug')
    .execute();

export async function insertParents({ db, orgId }: TxContext, agentId: string, slugs: string[]): Promise<void> {
  if (slugs.length === 0) return;
  await db
    .insertInto('agent_parents')
    .values(slugs.map((parent_slug) => ({ org_id: orgId, agent_id: agentId, parent_slug })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
