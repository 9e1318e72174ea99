import { getConnection } from '#server/gateways/index.ts';
import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { type AgentRow, findAgentRows } from '../../registry/agent-rows.store.ts';
import { listAgents } from '../../remote/calls.ts';
import { toEntries } from '../configure.ts';
import { isHeartbeatOff, toHeartbeatConfig } from '../heartbeats.rules.ts';
import { readSchedules } from '../schedules.ts';
import { listStopping, toDailyCost } from './estimates.rules.ts';
import type { HeartbeatEstimate } from './estimates.schema.ts';

const MAX_NAMES = 100;

/** What {@link setHeartbeats} with this pace would cost, and whose scheduled turns it would stop. Writes nothing. */
export async function estimateHeartbeats(ctx: Context, agentIds: string[], every: string): Promise<HeartbeatEstimate> {
  const rows = (await findAgentRows(ctx, agentIds)).filter(({ managed, adopted }) => managed && !adopted);
  const gatewayIds = [...new Set(rows.flatMap(({ gateway_id }) => gateway_id ?? []))];
  const asked = await Promise.all(gatewayIds.map((id) => listStopped(ctx, id, rows, every)));
  const stopping = asked.flatMap((names) => names ?? []);
  const agents = isHeartbeatOff(every) ? 0 : rows.length;
  return {
    ...{ every, agents, ...toDailyCost(every, agents) },
    ...{ stops: stopping.length, stopping: stopping.slice(0, MAX_NAMES) },
    unreached_gateway_ids: gatewayIds.filter((_, index) => asked[index] === undefined),
  };
}

/** Names of the agents of a gateway that would stop; undefined when it cannot be asked. */
async function listStopped(
  ctx: Context,
  gatewayId: string,
  rows: AgentRow[],
  every: string,
): Promise<string[] | undefined> {
  try {
    const connection = await getConnection(ctx, gatewayId);
    const [{ agents }, schedules] = await Promise.all([listAgents(connection), readSchedules(connection)]);
    // An agent without an entry, such as the default one of a new gateway, has the default schedule.
    const entries = { ...Object.fromEntries(agents.map(({ id }) => [id, {}])), ...schedules.entries };
    const wanted = new Map(
      rows
        .filter((row) => row.gateway_id === gatewayId)
        .flatMap(({ gateway_agent_id: id, heartbeat_config }) =>
          id === null ? [] : [[id, { ...toHeartbeatConfig(heartbeat_config ?? {}), every }] as const],
        ),
    );
    const names = new Map(agents.map(({ id, name }) => [id, name ?? id]));
    const stopping = listStopping({ ...schedules, entries }, toEntries(wanted, entries));
    return stopping.map((id) => names.get(id) ?? id);
  } catch (error) {
    if (error instanceof Problem && error.status === 502) return undefined;
    throw error;
  }
}
