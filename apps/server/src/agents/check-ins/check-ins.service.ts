import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { createAgent } from '../lifecycle/lifecycle.service.ts';
import { lockAgent } from '../registry/agent-rows.store.ts';
import { agentHeartbeat } from '../registry/agents.events.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent } from '../registry/agents.service.ts';
import { isOldNews, toDeadline, toReported } from './check-ins.rules.ts';
import type { AgentHeartbeatCreate } from './check-ins.schema.ts';
import { findAgentByName, findCheckedIn, saveCheckIn } from './check-ins.store.ts';

/**
 * Takes an agent's sign of life and what it says of itself; a fact only when people see another status after it. Throws
 * `agent.not_found`.
 */
export async function checkIn(ctx: Context, agentId: string, word: string | null): Promise<AgentRead> {
  const status = toReported(word);
  const known = await findCheckedIn(ctx, agentId);
  if (!known) throw notFound('agent', agentId);
  if (isOldNews(known, status, ctx.now())) return getAgent(ctx, agentId);
  return inTransaction(ctx, async (tx) => {
    await lockAgent(tx, agentId);
    const before = await getAgent(tx, agentId);
    await saveCheckIn(tx, agentId, { status, deadline: toDeadline(status, tx.now()) });
    const agent = await getAgent(tx, agentId);
    if (agent.status !== before.status)
      await publish(tx, agentHeartbeat, { subjectId: agentId, boardId: agent.board_id, data: { agent } });
    return agent;
  });
}

/** A check-in by the agent itself, or by an admin for it. Throws `agent.self_only`, `agent.not_found`. */
export function checkInAs(ctx: Context, agentId: string, word: string | null): Promise<AgentRead> {
  if (ctx.actor.kind === 'agent' && ctx.actor.id !== agentId)
    throw new Problem('agent.self_only', 403, 'An agent checks in for itself only.');
  return checkIn(ctx, agentId, word);
}

/** A check-in by name: an agent's own whatever it says, else the one that an admin names, made when there is none. */
export async function checkInByName(
  ctx: Context,
  { name, board_id, status }: AgentHeartbeatCreate,
): Promise<AgentRead> {
  if (ctx.actor.kind === 'agent') return checkIn(ctx, ctx.actor.id, status);
  const id = await findAgentByName(ctx, name, board_id);
  if (id !== undefined) return checkIn(ctx, id, status);
  return createAgent(ctx, {
    name,
    board_id,
    status: 'provisioning',
    heartbeat_config: null,
    identity_profile: null,
    identity_template: null,
    soul_template: null,
    model: null,
  });
}
