import type { Context, TxContext } from '#server/platform/context.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { findAgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { isEmpty, toChanged } from '../registry/changes.ts';
import { saveRoleSoul } from './role-souls.store.ts';

/** So that SOUL.md stays within its budget, whatever else is in it. */
const MAX_MARKDOWN = 8_000;

/** The role of a worker on a gateway that people gave it; undefined for others, and without one. */
export async function findRole(ctx: Context, agentId: string): Promise<string | undefined> {
  const row = await findAgentRow(ctx, agentId);
  if (row?.kind !== 'worker' || row.gateway_id === null) return undefined;
  return (row.identity_profile as { role?: string } | null)?.role; // text by `toIdentityProfile`
}

/** Puts what was found for an agent's role into its SOUL.md; it is data there and no template. */
export async function giveRoleSoul(
  tx: TxContext,
  agentId: string,
  found: { markdown: string; source_url: string } | null,
): Promise<void> {
  const row = await lockAgent(tx, agentId);
  if (!row) return;
  const role_soul = found && { ...found, markdown: withoutCredentials(found.markdown).slice(0, MAX_MARKDOWN) };
  if (isEmpty(toChanged(row, { role_soul }))) return;
  await saveRoleSoul(tx, agentId, role_soul);
  if (row.managed) await requestReconcile(tx, row, row.last_seen_at === null ? 'provision' : 'update');
  await publishUpdated(tx, agentId, ['role_soul']);
}
