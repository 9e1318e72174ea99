import type { GatewayConnection } from '#server/gateways/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import type { PlacedAgent } from '../reconcile/pass.ts';
import { ensureSession, patchSession } from '../remote/calls.ts';
import { savePermissionMode } from './holds.store.ts';

/** The gateway itself refuses every command of such a session. */
export const READ_ONLY = 'read-only';

/** Lets an agent's session run no command; what it might before is remembered. False when it was so already. */
export async function forbidCommands(
  ctx: Context,
  { id, gateway_agent_id: agentId, openclaw_session_id: key }: PlacedAgent,
  connection: GatewayConnection,
): Promise<boolean> {
  const { permissionMode } = await ensureSession(connection, { agentId, key });
  if (permissionMode === READ_ONLY) return false;
  await inTransaction(ctx, (tx) => savePermissionMode(tx, id, permissionMode));
  await patchSession(connection, { key, permissionMode: READ_ONLY });
  return true;
}
