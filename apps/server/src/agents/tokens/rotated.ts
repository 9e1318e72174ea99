import type { TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { getAgent } from '../registry/agents.service.ts';
import { agentTokenRotated } from './rotation.events.ts';

/** Puts on record that an agent's token was replaced. */
export async function publishRotated(tx: TxContext, agentId: string): Promise<void> {
  const agent = await getAgent(tx, agentId);
  await publish(tx, agentTokenRotated, { subjectId: agentId, boardId: agent.board_id, data: { agent } });
}
