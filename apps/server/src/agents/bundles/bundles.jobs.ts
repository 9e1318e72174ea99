import { type ExceptionFact, findAgentsInScope, type KillFact, type PolicyFact } from '#server/governance/index.ts';
import type { Reaction, TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import { settleKills } from '../kills/kills.service.ts';
import { refreshBundles } from './refresh/refresh.service.ts';

/** What changed for whom a policy is, or was. */
async function followPolicy(tx: TxContext, { data }: Fact<unknown>): Promise<void> {
  await refreshBundles(tx, await findAgentsInScope(tx, (data as PolicyFact).scopes)); // the facts below carry it
}

const followException = (tx: TxContext, { data }: Fact<unknown>): Promise<void> =>
  refreshBundles(tx, [(data as ExceptionFact).exception.agent_id]); // so do these

const followKill = (tx: TxContext, { data }: Fact<unknown>): Promise<void> =>
  settleKills(tx, (data as KillFact).agent_ids); // so do these

/** What of governance processes must know at once. */
export const bundleReactions: Reaction[] = [
  ...['policy.activated', 'policy.rolled_back', 'policy.deactivated', 'policy.archived'].map((to) => ({
    to,
    within: followPolicy,
  })),
  ...['policy.exception_created', 'policy.exception_deleted'].map((to) => ({ to, within: followException })),
  ...['kill.set', 'kill.released'].map((to) => ({ to, within: followKill })),
];
