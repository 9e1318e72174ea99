import { getConnection } from '#server/gateways/index.ts';
import { type Platform, systemContext } from '#server/platform/context.ts';
import { listAgents } from '../remote/calls.ts';
import { noteSeen } from './gateway-presence.ts';
import { listConnected } from './presence.store.ts';

/** An agent that its gateway lists lives, though it does nothing: no model is asked for that. */
export async function observeAgents(platform: Platform): Promise<void> {
  for (const { org_id, id } of await listConnected(platform)) {
    try {
      const { agents } = await listAgents(await getConnection(systemContext(platform, org_id), id));
      await noteSeen(
        platform,
        agents.map((agent) => ({ gateway_id: id, gateway_agent_id: agent.id })),
      );
    } catch (error) {
      // One gateway that does not answer must not hide the agents of the others.
      platform.log.warn({ err: error, gateway_id: id }, 'the agents of a gateway could not be listed');
    }
  }
}
