import type { TxContext } from '#server/platform/context.ts';
import { BUNDLE_TTL_S, commandAgents } from '../../commands/commands.service.ts';
import { saveBundlesNewer } from '../../registry/agent-rows.store.ts';

/** What the processes of these agents must know has changed: they are sent new bundles, numbered one higher. */
export async function refreshBundles(tx: TxContext, agentIds: string[]): Promise<void> {
  if (agentIds.length === 0) return;
  await saveBundlesNewer(tx, agentIds);
  await commandAgents(tx, agentIds, { type: 'bundle', body: {}, ttlS: BUNDLE_TTL_S });
}
