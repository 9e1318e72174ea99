import { z } from 'zod';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { writeConfig } from '../connections/config-writes.ts';
import type { GatewayConnection } from '../connections/connection.ts';
import { getConnection } from '../connections/connections.ts';
import { findSavedTargetAt } from '../connections/saved-targets.ts';
import { openTarget } from '../connections/targets.ts';
import { ask } from '../rpc/answers.ts';
import { GatewayRefusal, isRefusal } from '../rpc/refusal.ts';
import { cleanupTokenPlaceOf } from './cleanups.service.ts';
import type { Cleanup } from './cleanups.store.ts';

const CALL_MS = 10_000;
const DELETE_MS = 60_000;
/** Never deleted, however it came into our rows. */
const FIRST_AGENT = 'main';

const Agents = z.object({ defaultId: z.string().nullish(), agents: z.array(z.object({ id: z.string() })) });

/**
 * Removes what stands of an agent on its gateway: its runs end, its secrets and the agent with its sessions and files
 * go. What is gone already counts as removed; the gateway's default agent stays. Throws the 502 codes of gateways.
 * @param isOrphan Whether the organization is gone, and its device with it.
 */
export async function cleanUp(ctx: Context, cleanup: Cleanup, { isOrphan = false } = {}): Promise<void> {
  const saved = isOrphan ? undefined : await findSavedTargetAt(ctx, cleanup.gateway_url);
  if (saved?.gatewayId) return removeFromSaved(ctx, saved.gatewayId, cleanup);
  const { flags, gateway_token_enc: sealed, id } = cleanup;
  const client = await openTarget(
    ctx,
    {
      gatewayId: null,
      url: cleanup.gateway_url,
      token: sealed && ctx.secrets.decrypt(sealed, cleanupTokenPlaceOf(id)),
      allow_insecure_tls: flags.allow_insecure_tls ?? false,
      disable_device_pairing: isOrphan || (flags.disable_device_pairing ?? false),
    },
    { caps: [] },
  );
  try {
    await removeTraces(client, cleanup);
    await removeAgent(client, cleanup);
  } finally {
    client.close();
  }
}

/** A gateway that others write to: its configuration is changed in turn. */
async function removeFromSaved(ctx: Context, gatewayId: string, cleanup: Cleanup): Promise<void> {
  await removeTraces(await getConnection(ctx, gatewayId), cleanup);
  await writeConfig(ctx, gatewayId, (connection) => removeAgent(connection, cleanup));
}

type Caller = Pick<GatewayConnection, 'call'>;

async function removeTraces({ call }: Caller, { session_key, flags }: Cleanup): Promise<void> {
  if (session_key !== null) await unlessGone(call('sessions.abort', { key: session_key }, { timeoutMs: CALL_MS }));
  for (const name of flags.secret_names ?? [])
    await unlessGone(call('secrets.store.delete', { name }, { timeoutMs: CALL_MS }));
}

async function removeAgent({ call }: Caller, { gateway_agent_id: agentId }: Cleanup): Promise<void> {
  const { defaultId, agents } = await ask({ call }, Agents, { method: 'agents.list', timeoutMs: CALL_MS });
  if (agentId === FIRST_AGENT || agentId === defaultId) return;
  if (!agents.some(({ id }) => id === agentId)) return;
  try {
    await call('agents.delete', { agentId, deleteFiles: true }, { timeoutMs: DELETE_MS });
  } catch (error) {
    if (!isRefusal(error, 'not_found')) throw error;
  }
}

/** A lasting refusal of what only tidies up must not keep the agent there. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isLasting = error instanceof GatewayRefusal && !error.isRetryable;
    if (!(error instanceof Problem) || !isLasting) throw error;
  }
}
