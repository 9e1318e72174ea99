import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { openToken } from '../registry/gateway-tokens.ts';
import { toWorkspacePath } from './cleanups.rules.ts';
import { type GatewayAddress, insertCleanups, listGatewayAddresses } from './cleanups.store.ts';

/** An agent that must go from its gateway. */
interface RemovedAgent {
  gateway_id: string;
  gateway_agent_id: string;
  openclaw_session_id: string | null;
}

/**
 * Notes what must still be removed from gateways, in the caller's transaction: with all that the clean-up needs, since
 * it outlives agents, boards, gateways and the organization.
 */
export async function createCleanups(tx: TxContext, agents: RemovedAgent[], reason: string): Promise<void> {
  if (agents.length === 0) return;
  const gatewayIds = [...new Set(agents.map(({ gateway_id }) => gateway_id))];
  const gateways = new Map((await listGatewayAddresses(tx, gatewayIds)).map((gateway) => [gateway.id, gateway]));
  await insertCleanups(
    tx,
    agents.flatMap((agent) => {
      const gateway = gateways.get(agent.gateway_id);
      return gateway ? [toCleanup(tx, agent, gateway, reason)] : [];
    }),
  );
}

function toCleanup(tx: TxContext, agent: RemovedAgent, gateway: GatewayAddress, reason: string) {
  const id = newId(tx.now());
  const token = openToken(tx, gateway.id, gateway.token_enc);
  return {
    id,
    gateway_url: gateway.url,
    gateway_token_enc: token === null ? null : tx.secrets.encrypt(token, `gateway_cleanups.gateway_token_enc:${id}`),
    flags: JSON.stringify({
      disable_device_pairing: gateway.disable_device_pairing,
      allow_insecure_tls: gateway.allow_insecure_tls,
    }),
    gateway_agent_id: agent.gateway_agent_id,
    session_key: agent.openclaw_session_id,
    workspace_path: toWorkspacePath(gateway.workspace_root, agent.gateway_agent_id),
    reason,
  };
}
