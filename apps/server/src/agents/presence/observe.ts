import { getConnection } from '#server/gateways/index.ts';
import { inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { agentOnline } from '../registry/agents.events.ts';
import { publishAgents } from '../registry/publish-agents.ts';
import { listAgents } from '../remote/calls.ts';
import { listConnected, saveListed } from './presence.store.ts';

/** An agent that its gateway lists lives, though it does nothing: no model is asked for that. */
export async function observeAgents(platform: Platform): Promise<void> {
  for (const { org_id, id } of await listConnected(platform)) {
    try {
      const { agents } = await listAgents(await getConnection(systemContext(platform, org_id), id));
      const listed = agents.map((agent) => ({ gateway_id: id, gateway_agent_id: agent.id }));
      await inTransaction(systemContext(platform, org_id), async (tx) =>
        publishAgents(tx, agentOnline, await saveListed(tx, listed)),
      );
    } catch (error) {
      // One gateway that does not answer must not hide the agents of the others.
      platform.log.warn({ err: error, gateway_id: id }, 'the agents of a gateway could not be listed');
    }
  }
}
