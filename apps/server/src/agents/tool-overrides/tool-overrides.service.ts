import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound } from '#server/platform/problem.ts';
import { refreshBundles } from '../bundles/refresh/refresh.service.ts';
import { getAgent } from '../registry/agents.service.ts';
import { toolOverridden, toolOverrideRemoved } from './tool-overrides.events.ts';
import type { ToolInForce, ToolOverrideSet } from './tool-overrides.schema.ts';
import { listToolsInForce, removeToolOverride, saveToolOverride } from './tool-overrides.store.ts';

/**
 * Says what a declared tool does, or that it may not be called; it counts over the declaration, for later versions too,
 * until they declare other arguments. Throws `agent.not_found`, `tool.not_found`.
 */
export const setToolOverride = (ctx: Context, agentId: string, said: ToolOverrideSet): Promise<ToolInForce> =>
  inTransaction(ctx, async (tx) => {
    const { name } = await getAgent(tx, agentId);
    await saveToolOverride(tx, agentId, said);
    const tool = await findTool(tx, agentId, said.tool);
    if (!tool || tool.declared_side_effect === null) throw notFound('tool', said.tool);
    await publish(tx, toolOverridden, { subjectId: agentId, data: { agent_id: agentId, agent_name: name, tool } });
    await refreshBundles(tx, [agentId]);
    return tool;
  });

/** What the version declares counts again. Throws `agent.not_found`, `tool_override.not_found`. */
export const deleteToolOverride = (ctx: Context, agentId: string, toolName: string): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const { name } = await getAgent(tx, agentId);
    const tool = await findTool(tx, agentId, toolName);
    if (!tool || !(await removeToolOverride(tx, agentId, toolName))) throw notFound('tool_override', toolName);
    await publish(tx, toolOverrideRemoved, { subjectId: agentId, data: { agent_id: agentId, agent_name: name, tool } });
    await refreshBundles(tx, [agentId]);
  });

const findTool = async (tx: TxContext, agentId: string, tool: string): Promise<ToolInForce | undefined> =>
  (await listToolsInForce(tx, agentId, { limit: 1, tool }))[0];
