import type { TxContext } from '#server/platform/context.ts';
import { publishAll } from '#server/platform/events/publish.ts';
import type { agentUpdated } from './agents.events.ts';
import { findAgents } from './agents.store.ts';

/** Publishes a fact about agents of several organizations, with their rows as they are now. */
export async function publishAgents(
  tx: TxContext,
  event: typeof agentUpdated,
  agents: { org_id: string; id: string }[],
): Promise<void> {
  for (const orgId of new Set(agents.map(({ org_id }) => org_id))) {
    const ids = agents.filter(({ org_id }) => org_id === orgId).map(({ id }) => id);
    const there = { ...tx, orgId };
    const rows = await findAgents(there, ids);
    await publishAll(
      there,
      event,
      rows.map((agent) => ({ subjectId: agent.id, boardId: agent.board_id, data: { agent } })),
    );
  }
}
