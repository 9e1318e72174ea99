import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound } from '#server/platform/problem.ts';
import { listHolds } from '../control/holds.store.ts';
import { listProducers } from '../producers/producers.store.ts';
import { findVersion } from '../versions/versions.store.ts';
import { agentUpdated } from './agents.events.ts';
import type { Agent, AgentDetail, AgentUpdate } from './agents.schema.ts';
import { findAgent, listParents, lockAgent, saveAgent } from './agents.store.ts';

/** Throws `agent.not_found`. */
export async function getAgent(ctx: Context, id: string): Promise<Agent> {
  const agent = await findAgent(ctx, id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

/** An agent with its active version, parents, holds and processes. */
export async function getAgentDetail(ctx: Context, id: string): Promise<AgentDetail> {
  const agent = await getAgent(ctx, id);
  const [version, parents, holds, producers] = await Promise.all([
    agent.active_version_id ? findVersion(ctx, id, agent.active_version_id) : undefined,
    listParents(ctx, id),
    listHolds(ctx, id),
    listProducers(ctx, id, agent.slug),
  ]);
  return { ...agent, active_version: version ?? null, parents, holds, producers };
}

/** Changes what people may change, and lets processes fetch the new bundle. */
export function updateAgent(ctx: Context, id: string, patch: AgentUpdate): Promise<Agent> {
  return inTransaction(ctx, async (tx) => {
    if (!(await lockAgent(tx, id))) throw notFound('agent', id);
    await saveAgent(tx, id, patch);
    const agent = await getAgent(tx, id);
    await publish(tx, agentUpdated, { subjectId: id, data: { agent } });
    return agent;
  });
}
