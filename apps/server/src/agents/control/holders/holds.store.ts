import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { AgentHold } from '../../registry/agents.schema.ts';

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

/** {@link saveHold} for many agents. */
export async function saveHolds(
  tx: TxContext,
  agents: { id: string; agent_id: string }[],
  hold: { holder: string; reason: string; retry_at: Date | null },
): Promise<void> {
  const values = { ...hold, by: JSON.stringify(tx.actor), at: tx.now() };
  await tx.db
    .insertInto('agent_holds')
    .values(agents.map((agent) => ({ ...values, ...agent, org_id: tx.orgId })))
    .onConflict((conflict) => conflict.columns(['agent_id', 'holder']).doUpdateSet(values))
    .execute();
}

export async function removeHolds({ db, orgId }: TxContext, agentIds: string[], holder: string): Promise<void> {
  await db
    .deleteFrom('agent_holds')
    .where('org_id', '=', orgId)
    .where('agent_id', 'in', agentIds)
    .where('holder', '=', holder)
    .execute();
}

/** The oldest hold of each of these agents that has one. */
export const listHoldsOf = (
  { db, orgId }: Context,
  agentIds: string[],
): Promise<{ agent_id: string; reason: string }[]> =>
  db
    .selectFrom('agent_holds')
    .distinctOn('agent_id')
    .select(['agent_id', 'reason'])
    .where('org_id', '=', orgId)
    .where('agent_id', 'in', agentIds)
    .orderBy('agent_id')
    .orderBy('at')
    .execute();

const saveState = async (tx: TxContext, ids: string[], state: 'paused' | 'active', reason: string | null) => {
  if (ids.length === 0) return;
  await tx.db
    .updateTable('agents')
    .set({
      control_state: state,
      control_reason: reason,
      control_by: JSON.stringify(tx.actor),
      control_at: tx.now(),
      updated_at: tx.now(),
      version: sql`version + 1`,
    })
    .where('org_id', '=', tx.orgId)
    .where('id', 'in', ids)
    .execute();
};

export const savePaused = (tx: TxContext, ids: string[], reason: string): Promise<void> =>
  saveState(tx, ids, 'paused', reason);

export const saveActive = (tx: TxContext, ids: string[]): Promise<void> => saveState(tx, ids, 'active', null);
