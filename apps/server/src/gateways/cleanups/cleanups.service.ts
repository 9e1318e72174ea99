import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { gatewayWait } from '../connections/connections.ts';
import { openToken } from '../registry/gateway-tokens.ts';
import { toWorkspacePath } from './cleanups.rules.ts';
import { type GatewayAddress, insertCleanups, listGatewayAddresses } from './cleanups.store.ts';

export const CLEAN_UP = 'gateway.cleanup';
/** About three days. */
const MAX_ATTEMPTS = 400;

/** The place that a clean-up's token is bound to. */
export const cleanupTokenPlaceOf = (id: string): string => `gateway_cleanups.gateway_token_enc:${id}`;

/** An agent that must go from its gateway. */
interface RemovedAgent {
  gateway_id: string;
  gateway_agent_id: string;
  openclaw_session_id: string | null;
  /** What it has in the gateway's store of secrets. */
  secret_names?: string[];
}

/**
 * Notes what must still be removed from gateways, in the caller's transaction: with all that the clean-up needs, since
 * it outlives agents, boards, gateways and the organization. A job does it; it waits while the gateway is away.
 */
export async function createCleanups(tx: TxContext, agents: RemovedAgent[], reason: string): Promise<void> {
  if (agents.length === 0) return;
  const gatewayIds = [...new Set(agents.map(({ gateway_id }) => gateway_id))];
  const gateways = new Map((await listGatewayAddresses(tx, gatewayIds)).map((gateway) => [gateway.id, gateway]));
  const made = agents.flatMap((agent) => {
    const gateway = gateways.get(agent.gateway_id);
    return gateway ? [{ gatewayId: gateway.id, cleanup: toCleanup(tx, agent, gateway, reason) }] : [];
  });
  await insertCleanups(
    tx,
    made.map(({ cleanup }) => cleanup),
  );
  for (const { gatewayId, cleanup } of made) {
    const waitsFor = await gatewayWait(tx, gatewayId);
    await enqueueWork(tx, {
      kind: CLEAN_UP,
      subject: { kind: 'gateway', id: gatewayId },
      payload: { cleanup_id: cleanup.id, gateway_id: gatewayId, gateway_agent_id: cleanup.gateway_agent_id },
      maxAttempts: MAX_ATTEMPTS,
      ...(waitsFor === undefined ? {} : { waitsFor }),
    });
  }
}

function toCleanup(tx: TxContext, agent: RemovedAgent, gateway: GatewayAddress, reason: string) {
  const id = newId(tx.now());
  const token = openToken(tx, gateway.id, gateway.token_enc);
  return {
    id,
    gateway_url: gateway.url,
    gateway_token_enc: token === null ? null : tx.secrets.encrypt(token, cleanupTokenPlaceOf(id)),
    flags: JSON.stringify({
      disable_device_pairing: gateway.disable_device_pairing,
      allow_insecure_tls: gateway.allow_insecure_tls,
      secret_names: agent.secret_names ?? [],
    }),
    gateway_agent_id: agent.gateway_agent_id,
    session_key: agent.openclaw_session_id,
    workspace_path: toWorkspacePath(gateway.workspace_root, agent.gateway_agent_id),
    reason,
  };
}
