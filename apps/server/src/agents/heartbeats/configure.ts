import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type GatewayConnection, writeConfig } from '#server/gateways/index.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
import { isStaleConfig } from '../remote/refusals.ts';
import { isHeartbeatOff } from './heartbeats.rules.ts';
import { Heartbeat, readSchedules } from './schedules.ts';

const Payload = z.object({ gateway_id: z.uuid(), agent_ids: z.array(z.uuid()) });
const CALL_MS = 10_000;
const MAX_STALE = 3;

/** Brings the schedules of agents to their gateway's configuration: our own entries only, in one change, and only what differs. */
export const configureWork: WorkKind = {
  async run(ctx, job) {
    const { gateway_id, agent_ids } = Payload.parse(job.payload);
    const wanted = new Map<string, Heartbeat>();
    for (const id of agent_ids) {
      const row = await findAgentRow(ctx, id);
      const config = Heartbeat.safeParse(row?.heartbeat_config).data;
      if (row?.managed && !row.adopted && row.gateway_agent_id && row.gateway_id === gateway_id && config)
        wanted.set(row.gateway_agent_id, config);
    }
    if (wanted.size > 0) await writeConfig(ctx, gateway_id, (connection) => patch(connection, wanted));
  },
};

async function patch(connection: GatewayConnection, wanted: Map<string, Heartbeat>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { hash, entries: found } = await readSchedules(connection);
    const entries = toEntries(wanted, found);
    if (Object.keys(entries).length === 0) return;
    const raw = JSON.stringify({ agents: { entries } });
    try {
      await connection.call('config.patch', { raw, baseHash: hash }, { timeoutMs: CALL_MS });
      return;
    } catch (error) {
      if (!isStaleConfig(error) || attempt >= MAX_STALE) throw error;
    }
  }
}

/**
 * What of the wanted schedules the gateway does not have yet. An entry that never had one is left without: once any
 * entry has a schedule, the gateway runs those of such entries only.
 */
export function toEntries(
  wanted: Map<string, Heartbeat>,
  entries: Record<string, { heartbeat?: Heartbeat | undefined }>,
): Record<string, { heartbeat: Heartbeat }> {
  const changed = [...wanted].filter(([id, heartbeat]) => {
    const found = entries[id]?.heartbeat;
    if (found === undefined) return entries[id] !== undefined && !isHeartbeatOff(String(heartbeat.every ?? ''));
    return !Object.entries(heartbeat).every(([name, value]) => isDeepStrictEqual(found[name], value));
  });
  return Object.fromEntries(changed.map(([id, heartbeat]) => [id, { heartbeat }]));
}
