import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { holdAgents, releaseAgents } from '../control/holders/holders.service.ts';
import { listKilledOrganizations, listUnsettled } from './kills.store.ts';

const holderOf = (killId: string): string => `kill:${killId}`;

/**
 * Makes the holds of kills what the kills say, for these agents or for all: those that a kill covers stop at once, those
 * that none covers any more are let go.
 */
export async function settleKills(tx: TxContext, agentIds?: string[]): Promise<void> {
  const unsettled = await listUnsettled(tx, agentIds);
  for (const killId of new Set(unsettled.map(({ kill_id }) => kill_id))) {
    const own = unsettled.filter(({ kill_id }) => kill_id === killId);
    const due = own.find((one) => one.due !== null)?.due;
    const idsOf = (isDue: boolean) => own.filter((one) => (one.due !== null) === isDue).map(({ agent_id }) => agent_id);
    if (due)
      await holdAgents(tx, idsOf(true), {
        holder: holderOf(killId),
        reason: due.reason,
        isHard: true,
        command: { type: 'kill', body: { kill_id: killId, abort: due.abort } },
      });
    await releaseAgents(tx, idsOf(false), holderOf(killId));
  }
}

/** {@link settleKills} for agents that came, moved or changed their type since; their processes know by their bundles. */
export async function settleAllKills(platform: Platform): Promise<void> {
  for (const orgId of await listKilledOrganizations(platform))
    await inTransaction(systemContext(platform, orgId), (tx) => settleKills(tx));
}
