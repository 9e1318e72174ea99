import { gatewayWait } from '#server/gateways/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { type AgentRow, lockAgents, saveAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { isEmpty, toChanged } from '../registry/changes.ts';
import { isHeartbeatOff, toHeartbeatConfig } from './heartbeats.rules.ts';

/** Work that brings a gateway's configuration to what the rows of its agents say. */
export const CONFIGURE_GATEWAY = 'gateway.config';

const OFF = '0m';
const TARGET = 'last';

export interface HeartbeatsSet {
  /** What each agent was asked for. */
  requested: { every: string; target: string };
  updated: string[];
  /** Agents that are only observed: their gateway's configuration is not ours to write. */
  failed: string[];
}

/**
 * Sets how often agents of gateways get a turn by schedule, in the caller's transaction: `every` is an interval such as
 * `10m`, or off. One job per gateway, which waits for it, brings it there.
 */
export async function setHeartbeats(tx: TxContext, agentIds: string[], every: string): Promise<HeartbeatsSet> {
  const requested = { every: isHeartbeatOff(every) ? OFF : every, target: TARGET };
  const rows = await lockAgents(tx, agentIds);
  const managed = rows.filter(({ managed }) => managed);
  for (const row of managed) await setHeartbeat(tx, row, requested);
  for (const gatewayId of new Set(managed.flatMap(({ gateway_id }) => gateway_id ?? [])))
    await requestConfigure(tx, gatewayId, idsOf(managed.filter((row) => row.gateway_id === gatewayId)));
  return { requested, updated: idsOf(managed), failed: idsOf(rows.filter(({ managed }) => !managed)) };
}

/** Asks for the schedules of agents to be brought to their gateway, in the caller's transaction. */
export async function requestConfigure(tx: TxContext, gatewayId: string, agentIds: string[]): Promise<void> {
  const waitsFor = await gatewayWait(tx, gatewayId);
  await enqueueWork(tx, {
    kind: CONFIGURE_GATEWAY,
    subject: { kind: 'gateway', id: gatewayId },
    queue: `${CONFIGURE_GATEWAY}:${gatewayId}`,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    payload: { gateway_id: gatewayId, agent_ids: agentIds },
  });
}

const idsOf = (rows: AgentRow[]): string[] => rows.map(({ id }) => id);

async function setHeartbeat(tx: TxContext, row: AgentRow, requested: object): Promise<void> {
  const heartbeat_config = { ...toHeartbeatConfig(row.heartbeat_config ?? {}), ...requested };
  const changed = toChanged(row, { heartbeat_config });
  if (isEmpty(changed)) return;
  await saveAgent(tx, row.id, changed);
  await publishUpdated(tx, row.id, Object.keys(changed));
}
