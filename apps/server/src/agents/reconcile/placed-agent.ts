import { toWorkspacePath } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { AgentRow } from '../registry/agent-rows.store.ts';
import type { CredentialMode } from '../templates/variables.rules.ts';
import type { Pass, PlacedAgent } from './pass.ts';
import { findGatewayPlace } from './reconcile.store.ts';

/** Whether an agent stands on a gateway. */
export const isPlaced = (row: AgentRow): row is PlacedAgent =>
  row.gateway_id !== null && row.gateway_agent_id !== null && row.openclaw_session_id !== null;

export interface PassOptions {
  force_bootstrap?: boolean;
  overwrite?: boolean;
  rotate_token?: boolean;
  user_id?: string | null;
}

/** What is to be compared for an agent; undefined when it has no gateway, or no longer. */
export async function toPass(
  ctx: Context,
  agent: AgentRow,
  { force_bootstrap = false, overwrite = false, rotate_token = false, user_id = null }: PassOptions,
  { isFirst }: { isFirst: boolean },
): Promise<Pass | undefined> {
  if (!isPlaced(agent)) return undefined;
  const gateway = await findGatewayPlace(ctx, agent.gateway_id);
  if (!gateway) return undefined;
  return {
    ...{ ctx, agent, gateway, isFirst, overwrite },
    ...{ forceBootstrap: force_bootstrap, rotateToken: rotate_token, userId: user_id },
    workspacePath: agent.workspace_path ?? toWorkspacePath(gateway.workspace_root, agent.gateway_agent_id),
    credentialMode: (agent.credential_mode ?? 'file') as CredentialMode, // checked by the database
    ...{ filesWritten: 0, filesUnchanged: 0, tokenReplaced: false },
  };
}
