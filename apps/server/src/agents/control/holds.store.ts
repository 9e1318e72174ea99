import type { Context, TxContext } from '#server/platform/context.ts';
import type { AgentHold } from '../registry/agents.schema.ts';

export async function listHolds({ db, orgId }: Context, agentId: string): Promise<AgentHold[]> {
  const rows = await db
    .selectFrom('agent_holds')
    .select(['holder', 'reason', 'by', 'at', 'retry_at'])
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .orderBy('at')
    .execute();
  return rows as AgentHold[]; // `by` is written by us
}

/** Takes or renews one holder's hold. */
export async function saveHold(
  tx: TxContext,
  hold: { id: string; agent_id: string; holder: string; reason: string },
): Promise<void> {
  const { id, ...renewed } = hold;
  const values = { ...renewed, by: JSON.stringify(tx.actor), at: tx.now() };
  await tx.db
    .insertInto('agent_holds')
    .values({ ...values, id, org_id: tx.orgId })
    .onConflict((conflict) => conflict.columns(['agent_id', 'holder']).doUpdateSet(values))
    .execute();
}

export async function removeHold({ db, orgId }: TxContext, agentId: string, holder: string): Promise<void> {
  await db
    .deleteFrom('agent_holds')
    .where('org_id', '=', orgId)
    .where('agent_id', '=', agentId)
    .where('holder', '=', holder)
    .execute();
}
